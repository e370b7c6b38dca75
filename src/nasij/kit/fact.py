"""Facts: small frozen values in the past tense, and their one form as bytes.

A fact is a frozen dataclass whose fields are annotated with a kind, for example
``what: Annotated[str, Text(length_max=500, keep=Keep.WORKING)]``. On the wire it is the list of its values in the
order of its fields; its name and version travel beside it.
"""

import dataclasses
import functools
import re
import typing
from collections.abc import Hashable
from typing import Any, TypeVar

from nasij.encoding import NotCanonical, Shape, at_most, decode, encode, shape
from nasij.errors import Malformed
from nasij.kit.field import Field

Fact = TypeVar("Fact")
LIST_MAX = 1000  # values of one field
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@functools.cache
def _fields(cls: Hashable) -> dict[str, Field]:
    assert isinstance(cls, type)
    hints = typing.get_type_hints(cls, include_extras=True)
    found: dict[str, Field] = {}
    for field in dataclasses.fields(cls):
        kinds = [m for m in typing.get_args(hints[field.name])[1:] if isinstance(m, Field)]
        if len(kinds) != 1:
            raise TypeError(f"{cls.__name__}.{field.name} needs exactly one kind of field")
        found[field.name] = kinds[0]
    return found


def fields_of(cls: type) -> dict[str, Field]:
    """Return the fields of a fact's class by name, in order; raises `TypeError` for one without a kind."""
    return _fields(cls)


@functools.cache
def _shape(cls: Hashable) -> Shape:
    """Return the types of a fact's values, for `decode` to hold on to; lists are short."""
    assert isinstance(cls, type)
    types = typing.get_type_hints(cls)
    short = [
        at_most(kind, LIST_MAX) if typing.get_origin(kind) is list else kind
        for kind in (types[field.name] for field in dataclasses.fields(cls))
    ]
    return shape(tuple[tuple(short)])  # type: ignore[misc]


AUTHORITY_MARK = "!"


def wire_name(area: str, cls: type, version: int, *, authority: bool = False) -> str:
    """Return the name on the wire: ``aid.help-asked/1`` for `HelpAsked` of the area aid.

    A fact about membership, keys or roles ends in ``!``, so that a room too old to know it stops writing.
    """
    return f"{area}.{_WORD.sub('-', cls.__name__).lower()}/{version}{AUTHORITY_MARK if authority else ''}"


def check(fact: Any) -> None:
    """Raise `Malformed`, naming the field, unless every value of `fact` has its field's form."""
    for name, field in fields_of(type(fact)).items():
        try:
            field.check(getattr(fact, name))
        except Malformed as problem:
            problem.field = name
            raise


def to_bytes(fact: Any) -> bytes:
    """Return the one accepted byte form of a checked fact."""
    check(fact)
    return encode([getattr(fact, name) for name in fields_of(type(fact))])


def from_bytes(cls: type[Fact], raw: bytes) -> Fact:
    """Return the fact that `raw` states; anything but its one accepted form raises `Malformed`."""
    kinds = fields_of(cls)
    try:
        values = decode(raw, of=_shape(typing.cast(Hashable, cls)))
    except NotCanonical:
        raise Malformed from None
    for value, field in zip(values, kinds.values(), strict=True):
        field.check(value)
    return cls(*values)
