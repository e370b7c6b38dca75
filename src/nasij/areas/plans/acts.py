"""The forms of what is prepared for a bad day, and what each states. Those of the sealed file stand in `sealing`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from nasij.areas.plans.facts import (
    Bag,
    Digest,
    EvidenceCompared,
    EvidenceDropped,
    EvidenceNoted,
    EvidenceReadersChosen,
    EvidenceRef,
    Money,
    OnDuty,
    People,
    PersonDropped,
    PersonReadersChosen,
    PersonStated,
    Places,
    PlanDropped,
    PlanReadersChosen,
    PlanStated,
    Readers,
    Signals,
    Wish,
    WishDropped,
    WishReadersChosen,
    WishStated,
    Words,
)
from nasij.areas.plans.queries import my_plan, my_record, my_wish
from nasij.errors import Malformed
from nasij.kit.area import ANYBODY_IN, Act, act
from nasij.kit.fact import fields_of
from nasij.kit.field import mark
from nasij.kit.who import By, by_name, members

PERSONS_MOST = 9
EVIDENCE_MOST = 60
PLAN_LINES = ("signals", "places", "people", "bag", "money", "words")


def other_members(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody else as choices."""
    return by_name(db, members(db) - {by.member})


@dataclass(frozen=True, slots=True)
class PlanForm:
    """This is my safety plan."""

    signals: Signals
    places: Places
    people: People
    bag: Bag
    money: Money
    words: Words
    readers: Readers


def make_plan(db: Connection, by: By, form: PlanForm) -> Sequence[Any]:
    """Say who reads it before saying what."""
    if not any(getattr(form, name) for name in PLAN_LINES):
        raise Malformed(mark("Please write one line at least."), field="signals")
    version = my_plan(db, by).get("version", 0) + 1
    words = {name: getattr(form, name) for name in PLAN_LINES}
    return [
        PlanReadersChosen(by.member, form.readers),
        PlanStated(by.member, form.readers, version, **words),
    ]


def prefill_plan(db: Connection, by: By, _path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with the plan that holds now."""
    return _start(PlanForm, my_plan(db, by))


@dataclass(frozen=True, slots=True)
class WishForm:
    """This is what I want if I cannot decide."""

    wish: Wish
    on_duty: OnDuty
    readers: Readers


def make_wish(db: Connection, by: By, form: WishForm) -> Sequence[Any]:
    """Say who reads it before saying what."""
    version = my_wish(db, by).get("version", 0) + 1
    return [
        WishReadersChosen(by.member, form.readers, form.on_duty),
        WishStated(by.member, form.readers, form.on_duty, version, form.wish),
    ]


def prefill_wish(db: Connection, by: By, _path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with what holds now; at first whoever coordinates is proposed, for they would have to act."""
    return _start(WishForm, my_wish(db, by)) or {"on_duty": True}


@dataclass(frozen=True, slots=True)
class PlanDropForm:
    """My safety plan is to be forgotten."""


@dataclass(frozen=True, slots=True)
class WishDropForm:
    """What I wanted is to be forgotten."""


def make_plan_drop(_db: Connection, by: By, _form: PlanDropForm) -> Sequence[Any]:
    """State it of myself."""
    return [PlanDropped(by.member)]


def make_wish_drop(_db: Connection, by: By, _form: WishDropForm) -> Sequence[Any]:
    """State it of myself."""
    return [WishDropped(by.member)]


def make_person(db: Connection, by: By, form: PersonStated) -> Sequence[Any]:
    """Say who reads it before saying what."""
    there = my_record(db, by, "trusted_person", form.trusted_person)
    mine = "select count(*) from trusted_person where member = ?"
    if not there and db.execute(mine, (by.member,)).fetchone()[0] >= PERSONS_MOST:
        raise Malformed(mark("Nine people are enough: whoever helps has to call them one after another."))
    return [PersonReadersChosen(form.trusted_person, form.readers), form]


def prefill_person(db: Connection, by: By, path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with what holds now, or with the next place in the order."""
    found = my_record(db, by, "trusted_person", path.get("trusted_person", ""))
    if found:
        return _start(PersonStated, found) | {"call_when": found["call_when"].split(",")}
    last = db.execute("select max(place) from trusted_person where member = ?", (by.member,)).fetchone()[0]
    return {"place": min((last or 0) + 1, PERSONS_MOST)}


def make_evidence(db: Connection, by: By, form: EvidenceNoted) -> Sequence[Any]:
    """Say who may know of it before saying what."""
    mine = "select count(*) from evidence where member = ?"
    there = my_record(db, by, "evidence", form.evidence)
    if not there and db.execute(mine, (by.member,)).fetchone()[0] >= EVIDENCE_MOST:
        raise Malformed(mark("There is too much in this list. Please take something off it first."))
    return [EvidenceReadersChosen(form.evidence, form.readers), form]


def prefill_evidence(db: Connection, by: By, path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with what holds now."""
    return _start(EvidenceNoted, my_record(db, by, "evidence", path.get("evidence", "")))


@dataclass(frozen=True, slots=True)
class CompareForm:
    """I compare a file with its fingerprint."""

    evidence: EvidenceRef
    digest: Digest


def make_compared(_db: Connection, _by: By, form: CompareForm) -> Sequence[Any]:
    """Compare; where it is another file, nothing is stated."""
    return [EvidenceCompared(form.evidence, form.digest)]


def _start(form: type, found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in fields_of(form) if name in found}


_ONLY_CHOSEN = mark("Only you read it, unless you choose somebody. You can change that, or take it back, at any time.")

ACTS: tuple[Act, ...] = (
    act(
        "/plans/write",
        PlanForm,
        then="/plans",
        title=mark("My safety plan"),
        press=mark("Save"),
        by=ANYBODY_IN,
        make=make_plan,
        options={"readers": other_members},
        prefill=prefill_plan,
        why=_ONLY_CHOSEN,
    ),
    act(
        "/plans/write-drop",
        PlanDropForm,
        then="/plans",
        title=mark("Let my safety plan go"),
        press=mark("Let it go"),
        by=ANYBODY_IN,
        make=make_plan_drop,
        why=mark("It is forgotten in every room that read it. What somebody remembers stays with them."),
        grave=True,
    ),
    act(
        "/plans/wish",
        WishForm,
        then="/plans",
        title=mark("What I want if I cannot decide"),
        press=mark("Save"),
        by=ANYBODY_IN,
        make=make_wish,
        options={"readers": other_members},
        prefill=prefill_wish,
        why=mark("Where you cannot decide, the others do as it says here, and not as they think best."),
    ),
    act(
        "/plans/wish-drop",
        WishDropForm,
        then="/plans",
        title=mark("Let what I wanted go"),
        press=mark("Let it go"),
        by=ANYBODY_IN,
        make=make_wish_drop,
        why=mark("It is forgotten in every room that read it. What somebody remembers stays with them."),
        grave=True,
    ),
    act(
        "/plans/person",
        PersonStated,
        then="/plans",
        title=mark("A trusted person outside"),
        press=mark("Save"),
        make=make_person,
        options={"readers": other_members},
        prefill=prefill_person,
        why=mark("A code, and how to reach them. No name and no number: those you tell whoever needs them."),
    ),
    act(
        "/plans/person/{trusted_person}/change",
        PersonStated,
        then="/plans",
        title=mark("Change a trusted person"),
        press=mark("Save"),
        make=make_person,
        options={"readers": other_members},
        prefill=prefill_person,
        why=_ONLY_CHOSEN,
    ),
    act(
        "/plans/person/{trusted_person}/drop",
        PersonDropped,
        then="/plans",
        title=mark("Take a trusted person off"),
        press=mark("Take off"),
        grave=True,
    ),
    act(
        "/plans/evidence",
        EvidenceNoted,
        then="/plans/evidence/{evidence}",
        title=mark("Note a piece of evidence"),
        press=mark("Note it"),
        make=make_evidence,
        options={"readers": other_members},
        prefill=prefill_evidence,
        digest="digest",
        why=mark("The thing itself lies outside. What stands here tells later that it is the same, and since when."),
    ),
    act(
        "/plans/evidence/{evidence}/change",
        EvidenceNoted,
        then="/plans/evidence/{evidence}",
        title=mark("Change what is noted"),
        press=mark("Save"),
        make=make_evidence,
        options={"readers": other_members},
        prefill=prefill_evidence,
        digest="digest",
        why=_ONLY_CHOSEN,
    ),
    act(
        "/plans/evidence/{evidence}/compare",
        CompareForm,
        then="/plans/evidence/{evidence}",
        title=mark("Compare a file with its fingerprint"),
        press=mark("Compare"),
        by=ANYBODY_IN,
        make=make_compared,
        digest="digest",
        why=mark("The file is read here once and not kept."),
    ),
    act(
        "/plans/evidence/{evidence}/drop",
        EvidenceDropped,
        then="/plans",
        title=mark("Take a piece of evidence off"),
        press=mark("Take off"),
        grave=True,
    ),
)
