"""Filling the form of every act, as people of a group that is in the middle of things.

Each act is tried at the forms that a tour found, as whoever saw them, until one is accepted. What ends things comes last:
the others need the records that it takes away.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice

from PIL import Image

from nasij.areas import AREAS
from nasij.clock import SystemClock, day_of, to_date
from nasij.kit.area import Act
from nasij.kit.fact import fields_of
from nasij.kit.field import Bytes, Day, Field, Refs, Text, Time, Whole
from nasij.web.look import pattern
from tests.marks import Fields, Forms, Marker
from tests.staged_checks import CHECK_WORD
from tests.staged_money import CODE_WORD
from tests.staged_plans import PLAIN
from tests.tour import Stop, Tour
from tests.walker import Walker

TRIED = 48  # times that one act is tried in one round
ROUNDS = 4
SEEN_OF_A_KIND = 8  # pages of one kind that one person opens between two rounds
ACTS = {act.path: act for area in AREAS for act in area.acts}
_EARLY = ("/trust/remove-now/", "/trust/review/{review}/decide")  # only what was staged is ripe for them
_FIRST = (  # before verdicts are changed, and before new terms or people undo what all agreed to
    "/grants/sitting/{sitting}/decide",
    "/grants/sitting/{sitting}/less",
    "/savings/{saving}/start",
    "/match/ask/{ask}/yes",  # before whoever asked loses the role
    "/grants/{grant}/delivered/{payout}",  # before whoever asked says how it went
    "/plans/opening/{unsealing}/refuse",  # before the file is sealed anew
    "/care/option/{option}/refuse",  # before whoever seeks settles on somebody
    "/care/debrief/{debrief}/plan",  # before it is held with the next supervision
    "/care/with/{relation}/accept",  # before others fill the time of whoever is asked
)
_ENDING = (
    "/close",
    "/over",
    "/same",
    "/safe",
    "/drop",
    "/decline",
    "/withdraw",
    "/retire",
    "/undo",
    "/cancel",
    "/stop",
    "/end",
    "/void",
)
_LATER = (
    "/by/case/{response}/lead",
    "/trust/",
    "/cases/{case}/leave",
    "/cases/{case}/hand",
    "/match/commitment/",
    "/match/ask/",
)
_LAST = tuple(
    f"/care/programme/{{programme}}/{end}" for end in ("away", "seats", "lay", "close")
)  # then all of it rests

# Text in which only a number or a code is taken, so no mark passes: what is typed instead, each turn the next.
NO_WORDS = {
    "amount": ("100",),
    "currency": ("EGP",),
    "dropped": ("1",),
    "guarantee": ("100", ""),
    "numbers": ("10",),
} | PLAIN
LINES = {"options": 2}  # marks that a field takes, one a line
# Fields in which only a figure, a currency or a word that was agreed passes.
FIGURES = {
    "amount": "3",
    "arrives": "2",
    "code_word": CODE_WORD,
    "counted": "5",
    "currency": "JOD",
    "fees": "",
    "guarantee": "2",
    "household": "",
    "least": "2",
    "leaves": "2",
    "limit": "20000",
    "missing": "2",
    "needed": "2",
    "proposal": "",
    "word": CHECK_WORD,
}
WITH_FIGURES = ("/friends/", "/fund/", "/grants/", "/savings/form", "/checks/{checkin}/", "/together/{campaign}/")
FREE_THERE = {
    ("/grants/{grant}/prepare", "code_word"),
    ("/grants/draft", "amount"),
    ("/savings/form", "word"),
}  # written there as anybody likes

# Fields that may stay empty, but not one without the other.
TOGETHER = {("/checks/set", name) for name in ("day", "time", "every", "last_on")}
MADE_ANEW = ("/aid/draft",)  # in each round: there are more ways to use it up than one


def when(act: Act) -> int:
    """Return how late an act is filled in: what adds, what ends a record, what ends care, what ends roles and trust."""
    if act.path in _FIRST:
        return -1
    if act.path.startswith(_EARLY):
        return 0
    if act.path == "/me/leave":
        return 5
    if (act.path.startswith("/trust/") and act.grave) or act.path.startswith("/trust/hand"):
        return 4
    if act.path in _LAST:
        return 3
    return 2 if act.grave or act.path.endswith(_ENDING) else int(act.path.startswith(_LATER))


@dataclass
class Filling:
    """Who fills in; which acts were accepted, in how many fields with a mark; and what the others were answered."""

    walkers: Mapping[int, Walker]
    marker: Marker
    wanted: frozenset[str] = frozenset(ACTS)  # what must be accepted; the others only make the records that it needs
    accepted: dict[str, int] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)
    sent: int = 0

    def all(self, known: Mapping[str, list[Stop]]) -> None:
        """Fill in the form of every act, where it is known to be, and then in rounds where new forms came to be."""
        self.round(known)
        for _ in range(ROUNDS):
            if not self.left():
                return
            tour = Tour(most=SEEN_OF_A_KIND)
            for person, walker in self.walkers.items():
                if walker.get("/") and "/me" in walker.page:  # whoever left sees no page any more
                    tour.walk(person, walker)
            self.round(tour.stops)

    def round(self, stops: Mapping[str, list[Stop]]) -> None:
        """Fill in every act that was not accepted yet."""
        for again in MADE_ANEW:
            self.accepted.pop(again, None)
        for act in sorted(ACTS.values(), key=self._turn):
            if not self.left():
                return
            if act.path not in self.accepted:
                self.one(act, stops.get(act.path, []))

    def left(self) -> set[str]:
        """Return the acts that nobody's form was accepted for."""
        return set(self.wanted - set(self.accepted))

    def _turn(self, act: Act) -> int:
        """Return how late an act comes here: first of all what a group before this one had no record left for."""
        return -2 if act.path in self.wanted and len(self.wanted) < len(ACTS) else when(act)

    def one(self, act: Act, stops: list[Stop]) -> None:
        """Fill in an act where it was found, until it is accepted."""
        for turn, stop in enumerate(islice(in_turn(stops), TRIED)):
            if act.path in self.accepted:
                return
            self.fill(act, self.walkers[stop.person], stop.path, turn)

    def fill(self, act: Act, walker: Walker, path: str, turn: int) -> None:
        """Open one form, put a mark into every field one can write in, and send it."""
        walker.get(path)
        shown = Forms(walker.page).at(path)
        if walker.status != 200 or shown is None:
            self.refused.setdefault(act.path, []).append(f"{path}: {walker.status}, no form")
            return
        assert to_write_in(act) <= set(shown), (path, "a field is not there to be filled in")
        before = len(self.marker.made)
        typed = {name: kind for name, kind in fields_of(act.form).items() if name in shown}
        values = {name: self.value(act, name, typed[name], shown, turn + n) for n, name in enumerate(typed)}
        self.sent += 1
        if act.picture:
            values.pop(act.picture)
            walker.upload(
                path, act.picture, self.marker.mark(f"{path} file", single=True) + ".jpg", self.photo(path), **values
            )
        else:
            walker.post(path, **values)
        if not pattern(act.then.partition("#")[0]).fullmatch(walker.path):
            self.refused.setdefault(act.path, []).append(f"{path}: {walker.status} {problems(walker)}")
            return
        self.accepted[act.path] = len(self.marker.made) - before

    def value(self, act: Act, name: str, kind: Field, shown: Fields, turn: int) -> str | list[str]:
        """Return what to type or choose: where one can write a mark, elsewhere what fits, each turn another choice."""
        if takes_a_figure(act, name):
            return FIGURES[name]
        if takes_no_words(act, name):
            return NO_WORDS[name][turn % len(NO_WORDS[name])]
        if isinstance(kind, Text):
            single = kind.name or kind.length_max < 40
            return "\n".join(self.marker.mark(f"{act.path} {name}", single=single) for _ in range(LINES.get(name, 1)))
        if isinstance(kind, Bytes) or (kind.optional and turn % 3 == 2 and (act.path, name) not in TOGETHER):
            return ""
        if isinstance(kind, Day):
            return to_date(day_of(SystemClock().hour()) + 2 + 8 * (turn % 2)).isoformat()
        if isinstance(kind, Time):
            return "21:30"
        offered = [value for value in shown[name][1] if value]
        if isinstance(kind, Whole):
            return self.number(kind, offered, turn)
        if isinstance(kind, Refs) and kind.many_least > 1:
            return offered[: kind.many_least]
        return offered[-1 - turn % len(offered)] if offered else ""

    def number(self, kind: Whole, offered: list[str], turn: int) -> str:
        """Return what the form starts with, or another number that may fit."""
        if offered and (turn % 2 == 0 or kind.hidden):
            return offered[0]
        return str(1 + turn % 3 if kind.most <= 12 else (2, 20, 60, 100)[turn % 4])

    def photo(self, path: str) -> bytes:
        """Return a photo that names a mark in each place where a photo can carry words."""
        made, exif = io.BytesIO(), Image.Exif()
        exif[0x010E] = self.marker.mark(f"{path} photo, description", single=True)
        exif[0x013B] = self.marker.mark(f"{path} photo, author", single=True)
        comment = self.marker.mark(f"{path} photo, comment").encode()
        Image.effect_noise((800, 600), 80).convert("RGB").save(made, "JPEG", exif=exif, comment=comment)
        return made.getvalue()


def to_write_in(act: Act) -> set[str]:
    """Return the fields of an act that one can write words in."""
    fields = fields_of(act.form).items()
    return {
        name
        for name, kind in fields
        if isinstance(kind, Text)
        and not kind.hidden
        and f"{{{name}}}" not in act.path
        and not takes_a_figure(act, name)
        and not takes_no_words(act, name)
    }


def takes_no_words(act: Act, name: str) -> bool:
    """Say whether only a number or a code passes here, outside the areas of the fund."""
    return name in NO_WORDS and not act.path.startswith(WITH_FIGURES)


def takes_a_figure(act: Act, name: str) -> bool:
    """Say whether a field refuses whatever is no figure, or not the word that was agreed."""
    return name in FIGURES and act.path.startswith(WITH_FIGURES) and (act.path, name) not in FREE_THERE


def in_turn(stops: list[Stop]) -> Iterator[Stop]:
    """Return the forms again and again, those of different people and records first: every fifth, then those between."""
    return cycle([stop for first in range(5) for stop in stops[first::5]])


def problems(walker: Walker) -> str:
    """Return what a page says was the matter."""
    _, _, after = walker.page.partition('class="problems"')
    words = Walker.text(walker)
    return words[words.find("Please look at this again") :][:200] if after else words[:160]
