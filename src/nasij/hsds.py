"""The directory as a file of the Human Services Data Specification (Open Referral HSDS), version 3: written, checked, read.

`OBJECTS` restates, in this project's own form, what the published schemas of version 3 say of the objects that a directory
like ours fills: names, types, formats, closed lists, and which properties have to be there. It is a faithful part and not
the whole: the specification (https://docs.openreferral.org, CC BY-SA) knows more objects, all of them optional. A property
that is not named here is allowed, as it is there, and not read.

What members met with at a service, who checked it, and how it is told of the network never go into a file; a service on
which a warning stands is not in it either, since whoever provides it could read that.
"""

import datetime
import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from sqlite3 import Connection
from typing import Any

from nasij.areas.resources.entries import ProviderProposed
from nasij.clock import to_date
from nasij.errors import Malformed
from nasij.ids import new_id
from nasij.kit.fact import fields_of
from nasij.kit.field import mark
from nasij.kit.rows import rows
from nasij.text import fold

SPACE = uuid.UUID("7b9c0a52-0c5b-5c8e-9a55-3f3f1f2d6d11")  # our ids are not UUIDs; each has one that follows from it
SERVICES_MOST = 100
PROBLEMS_MOST = 50
STATUSES = ("active", "inactive", "defunct", "temporarily closed")
OPEN_STATUSES = ("active", "temporarily closed")


@dataclass(frozen=True, slots=True)
class Object:
    """An object of the specification: which properties have to be there, and the form of each."""

    required: tuple[str, ...]
    texts: tuple[str, ...] = ()
    formats: Mapping[str, str] = field(default_factory=dict)  # uuid, uri, email, date
    numbers: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)  # property: object that it lists
    objects: Mapping[str, str] = field(default_factory=dict)


OBJECTS: Mapping[str, Object] = {
    "service": Object(
        required=("id", "name", "status"),
        texts=(
            "program_id", "name", "alternate_name", "description", "interpretation_services", "application_process",
            "fees_description", "accreditations", "eligibility_description", "alert", "wait_time", "fees", "licenses",
        ),
        formats={
            "id": "uuid", "organization_id": "uuid", "url": "uri", "email": "email", "assurer_email": "email",
            "assured_date": "date",
        },
        numbers=("minimum_age", "maximum_age"),
        choices={"status": STATUSES},
        lists={
            "phones": "phone", "service_areas": "service_area", "languages": "language",
            "required_documents": "required_document", "attributes": "attribute",
        },
        objects={"organization": "organization"},
    ),
    "organization": Object(
        required=("id", "name", "description"),
        texts=("name", "alternate_name", "description", "legal_status", "logo", "tax_status", "tax_id"),
        formats={"id": "uuid", "email": "email", "website": "uri", "uri": "uri"},
        numbers=("year_incorporated",),
    ),
    "phone": Object(
        required=("id", "number"), texts=("number", "type", "description"), formats={"id": "uuid"}, numbers=("extension",)
    ),
    "service_area": Object(
        required=("id",), texts=("name", "description", "extent", "extent_type", "uri"), formats={"id": "uuid"}
    ),
    "language": Object(required=("id",), texts=("name", "code", "note"), formats={"id": "uuid"}),
    "required_document": Object(required=("id",), texts=("document",), formats={"id": "uuid", "uri": "uri"}),
    "attribute": Object(
        required=("id",),
        texts=("link_type", "link_entity", "value", "label"),
        formats={"id": "uuid", "link_id": "uuid", "taxonomy_term_id": "uuid"},
        objects={"taxonomy_term": "taxonomy_term"},
    ),
    "taxonomy_term": Object(
        required=("id", "name", "description"),
        texts=("code", "name", "description", "taxonomy", "language"),
        formats={"id": "uuid", "term_uri": "uri"},
    ),
}  # fmt: skip

_MISSING = mark("A property that has to be there is missing.")
_WRONG_TYPE = mark("This has another type than the specification says.")
_WRONG_FORM = mark("This is not written as the specification says.")
NOT_HSDS = mark("This is no file of HSDS 3 with services in it.")
TOO_MANY = mark("There are more than %(count)d services in this file.")
_HERE_ALREADY = mark("It stands in the directory already.")
_NOT_OPEN = mark("It is closed, by what the file says.")
_LEFT_EMPTY = mark("This does not fit here and is left empty.")

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-11-27")


FORMATS = {
    "uuid": _is_uuid,
    "uri": lambda value: _URI.fullmatch(value) is not None,
    "email": lambda value: _EMAIL.fullmatch(value) is not None,
    "date": _is_date,
}
Problem = tuple[str, str]  # where, and what is the matter


def problems(value: Any, name: str, at: str = "") -> Iterator[Problem]:
    """Return what of an object is not as the specification says."""
    of, here = OBJECTS[name], at or name
    if not isinstance(value, dict):
        yield here, _WRONG_TYPE
        return
    for key in of.required:
        if key not in value:
            yield f"{here}.{key}", _MISSING
    for key, one in value.items():
        yield from _of_property(of, key, one, f"{here}.{key}")


def _of_property(of: Object, key: str, one: Any, here: str) -> Iterator[Problem]:
    if key in of.lists:
        if not isinstance(one, list):
            yield here, _WRONG_TYPE
            return
        for place, part in enumerate(one):
            yield from problems(part, of.lists[key], f"{here}[{place}]")
    elif key in of.objects:
        yield from problems(one, of.objects[key], here)
    elif key in of.numbers:
        if not isinstance(one, int | float) or isinstance(one, bool):
            yield here, _WRONG_TYPE
    elif key in of.texts or key in of.formats or key in of.choices:
        if not isinstance(one, str):
            yield here, _WRONG_TYPE
        elif not FORMATS.get(of.formats.get(key, ""), lambda _: True)(one) or one not in of.choices.get(key, (one,)):
            yield here, _WRONG_FORM


# Written


def uuid_of(record: str, part: str = "") -> str:
    """Return the UUID of a record of ours, or of a part of it."""
    return str(uuid.uuid5(SPACE, f"{record}/{part}"))


def written(db: Connection) -> str:
    """Return the services that were checked and on which no warning stands, as one page of services."""
    kinds = {row["kind"]: row["label"] for row in rows(db, "select kind, label from kind")}
    found = rows(db, "select * from provider where state in ('checked', 'old') order by name, provider")
    services = [_entry(row, kinds) for row in found]
    page = {"total_items": len(services), "total_pages": 1, "page_number": 1, "size": len(services)}
    page |= {"first_page": True, "last_page": True, "empty": not services}
    return json.dumps(page | {"contents": services}, ensure_ascii=False, indent=1)


def _entry(row: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    key, name = row["provider"], row["name"]
    organization = {"id": uuid_of(key, "organization"), "name": name, "description": name}
    service: dict[str, Any] = {"id": uuid_of(key), "name": name, "status": "active", "organization": organization}
    if FORMATS["uri"](row["web"]):
        service["url"] = row["web"]
    if row["fee"]:
        service["fees_description"] = row["fee"]
    if row["checked_on"]:
        service["assured_date"] = to_date(row["checked_on"]).isoformat()
    parts = {
        "phones": ("number", [row["reach"]]),
        "service_areas": ("name", [row["area"]]),
        "languages": ("name", [one.strip() for one in re.split("[,،]", row["languages"])]),
        "required_documents": ("document", [row["papers"]]),
    }
    for part, (name_of, values) in parts.items():
        listed = [{"id": uuid_of(key, f"{part}/{n}"), name_of: value} for n, value in enumerate(values) if value]
        if listed:
            service[part] = listed
    terms = [(kind, kinds[kind]) for kind in row["kinds"].split() if kind in kinds]
    service["attributes"] = [
        {
            "id": uuid_of(key, kind),
            "link_entity": "service",
            "taxonomy_term": {"id": uuid_of(kind), "code": kind, "name": label, "description": label},
        }
        for kind, label in terms
    ]
    return service


# Read


@dataclass(slots=True)
class Brought:
    """What a file would bring: services to write down, and what is the matter with the others."""

    facts: list[ProviderProposed] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)
    out: int = 0


def services_in(raw: bytes) -> list[Any]:
    """Return the services of a file: a page of them, a list, or one alone; raises `Malformed` for anything else."""
    try:
        found = _without_nulls(json.loads(raw.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        raise Malformed(NOT_HSDS, field="sheet") from None
    if isinstance(found, dict):
        found = found.get("contents", [found])
    if not isinstance(found, list) or not found:
        raise Malformed(NOT_HSDS, field="sheet")
    if len(found) > SERVICES_MOST:
        raise Malformed(TOO_MANY, field="sheet", count=SERVICES_MOST)
    return found


def _without_nulls(value: Any) -> Any:
    """Return a value without properties that are null: many write them where a property is not there."""
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def read(raw: bytes, kinds: Sequence[tuple[str, str]], other: str, there: set[str]) -> Brought:
    """Read a file. `kinds` are the network's, with every name each is known by; `there` the folded names written down."""
    brought = Brought()
    for place, service in enumerate(services_in(raw)):
        wrong = [(f"[{place}] {where}", what) for where, what in islice(problems(service, "service"), PROBLEMS_MOST)]
        if not wrong:
            fact, wrong = _proposed(service, kinds, other, f"[{place}]", there)
            if fact is not None:
                brought.facts.append(fact)
                there.add(fold(fact.name))
        else:
            fact = None
        brought.out += fact is None
        brought.bad += wrong
    return brought


def _first(service: Mapping[str, Any], part: str, name: str) -> str:
    return next((one[name] for one in service.get(part, ()) if one.get(name)), "")


def _proposed(
    service: Mapping[str, Any], kinds: Sequence[tuple[str, str]], other: str, at: str, there: set[str]
) -> tuple[ProviderProposed | None, list[Problem]]:
    """Return a service as a member would write it down; what does not fit in a box is left empty, and named."""
    if service["status"] not in OPEN_STATUSES:
        return None, [(at, _NOT_OPEN)]
    if fold(service["name"]) in there:
        return None, [(at, _HERE_ALREADY)]
    typed = {
        "name": service["name"],
        "area": _first(service, "service_areas", "name"),
        "reach": _first(service, "phones", "number"),
        "web": service.get("url", ""),
        "fee": service.get("fees_description", ""),
        "papers": ", ".join(one["document"] for one in service.get("required_documents", ()) if one.get("document")),
        "languages": ", ".join(one["name"] for one in service.get("languages", ()) if one.get("name")),
        "mention": "",
    }
    values, wrong = {}, []
    for name, value in typed.items():
        kind = fields_of(ProviderProposed)[name]
        try:
            values[name] = kind.read([value])
        except Malformed as problem:
            if not kind.optional:
                return None, [(f"{at} {name}", str(problem.sentence or _WRONG_FORM))]
            values[name] = ""
            wrong.append((f"{at} {name}", _LEFT_EMPTY))
    return ProviderProposed(provider=new_id(), kinds=_kinds_of(service, kinds, other), **values), wrong


def _kinds_of(service: Mapping[str, Any], kinds: Sequence[tuple[str, str]], other: str) -> list[str]:
    """Return our kinds for what the file calls them, or else the kind of everything else."""
    terms = [one["taxonomy_term"] for one in service.get("attributes", ()) if "taxonomy_term" in one]
    said = {fold(term[key]) for term in terms for key in ("name", "code") if term.get(key)}
    found = sorted({kind for kind, name in kinds if fold(name) in said or kind in said})
    return found[:5] or [other]
