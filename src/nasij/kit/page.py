"""What a page returns: a template's name and its values. `web` renders it, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """A template of the area's folder, such as ``aid/need.html``, and the values it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Press:
    """A button that stands beside a line, for what must not take a second page: its act's path, its words, its fields."""

    path: str
    words: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the home page or of a list of what waits.

    `text` is a message id with placeholders filled from `values`, where `day` is a day. `harm` orders the lines by what
    waiting does: -1 somebody may be in danger; 0 harm within hours; 1 somebody waits for a word or a helper; 2 a step of the
    work; 3 and more what has time. Where two would do the same harm, the order of the areas decides. Nothing is shown before
    the day to which it was put off. `network` says that it is urgent for many, not for this member alone.
    """

    harm: int
    text: str
    path: str
    values: Mapping[str, Any] = field(default_factory=dict)
    press: Press | None = None
    network: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """How a record of one area shows in another: its words, where it leads, and a sentence on what to mind."""

    title: str
    path: str
    note: str = ""
