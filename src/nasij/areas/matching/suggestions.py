"""Who could help with a need, and why. Reasons in words, no score of persons; whom somebody avoids is left out silently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from nasij.areas.matching.rules import ASKS_UNSET, kind_ids, slugs, taken
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By
from nasij.text import fold

RESTED_DAYS = 14
WORD_LEAST = 3  # letters; shorter words are in every sentence

# The first comes first: what somebody offers counts before where they live, and so on.
REASONS = {
    "offer": mark("Has an offer of this kind on the list"),
    "kind": mark("Helps with this kind"),
    "skill": mark("Knows something that is needed here"),
    "area": mark("Is found in the same area"),
    "language": mark("Shares a language"),
    "rested": mark("Was not asked for two weeks"),
    "free": mark("Has a free place this week"),
}
_FITS = frozenset({"offer", "kind", "skill"})
_AROUND = frozenset({"area", "language"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who could help, with the reasons; `offer` is the offer that fits, if there is one."""

    member: str
    reasons: tuple[str, ...]
    offer: str

    @property
    def order(self) -> tuple[bool, ...]:
        """Where they stand in the list: by which reasons hold, one after another."""
        return tuple(name not in self.reasons for name in REASONS)


@dataclass(frozen=True, slots=True)
class Suggested:
    """Who could be asked, and how many fit but cannot be asked now."""

    people: tuple[Suggestion, ...]
    resting: int
    full: int
    busy: int
    asked: int


def avoided(db: Connection, people: Iterable[str]) -> set[str]:
    """Return whom these people avoid and who avoids them, as far as this room knows. For leaving out, never for showing."""
    asked = [person for person in people if person]
    marks = ", ".join("?" * len(asked))
    found = db.execute(
        f"select whom from avoid where closed_on = 0 and by_member in ({marks})"
        f" union select by_member from avoid where closed_on = 0 and whom in ({marks})",
        (*asked, *asked),
    )
    return {row[0] for row in found}


def concerned(db: Connection, need: Mapping[str, Any]) -> set[str]:
    """Return for whom a need is, as far as this room knows: who asked, and whoever stands behind a go-between."""
    found = db.execute("select asked_by from need where posted_as = ?", (need["need"],))
    return {need["asked_by"], *(row[0] for row in found)}


def _words(*texts: str) -> set[str]:
    plain = fold(" ".join(texts))
    found = "".join(c if c.isalnum() else " " for c in plain).split()
    return {word for word in found if len(word) >= WORD_LEAST}


def _listed(text: str) -> set[str]:
    """Return what stands in a list somebody wrote with commas, ready to compare."""
    return {fold(one) for one in text.replace("،", ",").replace(";", ",").split(",") if one.strip()}


def _same_area(theirs: str, area: str) -> bool:
    """Say whether one of somebody's areas names the area of a need, or the other way round."""
    mine = fold(area)
    return bool(mine) and any(place in mine or mine in place for place in _listed(theirs))


def _kinds_around(db: Connection, kind: str) -> set[str]:
    """Return a kind, the one above it and those below it."""
    return {
        kind,
        *(row[0] for row in db.execute("select parent from kind where kind = ? and parent <> ''", (kind,))),
        *(row[0] for row in db.execute("select kind from kind where parent = ?", (kind,))),
    }


def _offers(db: Connection, kinds: set[str]) -> dict[str, dict[str, Any]]:
    """Return the newest active offer of each member among some kinds."""
    marks = ", ".join("?" * len(kinds))
    found = rows(
        db,
        "select offer, offered_by, area, languages from offer where state = 'active'"
        f" and kind in ({marks}) order by offered_on, offer",
        *sorted(kinds),
    )
    return {row["offered_by"]: row for row in found}


def _skills(db: Connection) -> dict[str, set[str]]:
    """Return the words in which each member wrote what they know; not what they never want to be asked for."""
    found: dict[str, set[str]] = {}
    for member, words in db.execute("select member, words from skill where level <> 'never' and closed_on = 0"):
        found.setdefault(member, set()).update(_words(words))
    return found


def _never(db: Connection, wanted: "_Wanted") -> set[str]:
    """Return who wrote that they never want to be asked for something that this need names."""
    found = db.execute("select member, words from skill where level = 'never' and closed_on = 0").fetchall()
    return {member for member, words in found if _words(words) and _words(words) <= wanted.words}


def _lately(db: Connection, day: int) -> set[str]:
    """Return who was asked or began to help within two weeks, as far as this room knows."""
    found = db.execute(
        "select helper from ask where asked_at > ? union select helper from commitment where accepted_on > ?",
        ((day - RESTED_DAYS) * 24, day - RESTED_DAYS),
    )
    return {row[0] for row in found}


def _people(db: Connection) -> list[dict[str, Any]]:
    return rows(
        db,
        "select member.member, standing, coalesce(called.areas, '') as areas,"
        " coalesce(called.languages, '') as languages, coalesce(capacity.per_week, -1) as per_week,"
        " coalesce(capacity.kinds, '') as kinds, coalesce(capacity.rest_until, 0) as rest_until,"
        " coalesce(capacity.helps, 1) as helps from member left join called using (member)"
        " left join capacity using (member) where standing in ('trusted', 'resting') order by member.member",
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a need asks for, in the form in which it is compared."""

    area: str
    kinds: set[str]  # the kind itself and the one above it
    words: set[str]
    languages: set[str]


def _wanted(db: Connection, need: Mapping[str, Any]) -> _Wanted:
    parent, label = db.execute("select parent, label from kind where kind = ?", (need["kind"],)).fetchone()
    words = _words(need["what"], need["conditions"], label)
    return _Wanted(need["area"], {need["kind"], parent} - {""}, words, _listed(need["languages"]))


def _reasons(wanted: _Wanted, person: Mapping[str, Any], offer: Mapping[str, Any], knows: set[str]) -> set[str]:
    """Return which reasons hold for somebody, apart from those about time."""
    helps_with = bool(slugs(person["kinds"]))
    if helps_with and not offer and not kind_ids(person["kinds"]) & wanted.kinds:
        return set()
    places = f"{person['areas']},{offer.get('area', '')}"
    languages = _listed(f"{person['languages']},{offer.get('languages', '')}")
    holds = {
        "offer": bool(offer),
        "kind": helps_with and bool(kind_ids(person["kinds"]) & wanted.kinds),
        "skill": bool(knows & wanted.words),
        "area": _same_area(places, wanted.area),
        "language": bool(languages & wanted.languages),
    }
    reasons = {name for name, true in holds.items() if true}
    return reasons if reasons & _FITS or reasons >= _AROUND else set()


def _being_asked(db: Connection, by: By, need: str) -> tuple[set[str], set[str]]:
    """Return who has an ask to answer now, and who was asked about this need before."""
    live = db.execute("select helper from ask where state = 'asked' and asked_at + window > ?", (by.hour,)).fetchall()
    before = db.execute("select helper from ask where need = ?", (need,)).fetchall()
    return {member for (member,) in live}, {member for (member,) in before}


def suggestions(db: Connection, by: By, need: str) -> Suggested:
    """Return who could help, best reasons first, and how many fit but rest, are full, or are being asked already."""
    row = fields(db, "need", "need", need)
    wanted, offers = _wanted(db, row), _offers(db, _kinds_around(db, row["kind"]))
    skills, lately = _skills(db), _lately(db, by.day)
    people = concerned(db, row)
    left_out = people | avoided(db, people) | _in_touch(db, need) | _never(db, wanted)
    busy, asked = _being_asked(db, by, need)
    counts = dict.fromkeys(("resting", "full", "busy", "asked"), 0)
    found: list[Suggestion] = []
    for person in _people(db):
        member = person["member"]
        offer = offers.get(member, {})
        reasons = _reasons(wanted, person, offer, skills.get(member, set())) if member not in left_out else set()
        if not reasons:
            continue
        why = _why_left_out(db, by, person, busy, asked)
        if why:
            counts[why] += 1
            continue
        reasons |= {"free"} if member in lately else {"free", "rested"}
        found.append(Suggestion(member, tuple(name for name in REASONS if name in reasons), offer.get("offer", "")))
    found.sort(key=lambda one: (one.order, one.member))
    return Suggested(tuple(found), **counts)


def _in_touch(db: Connection, need: str) -> set[str]:
    """Return who offered or helps with this need already."""
    found = db.execute(
        "select helper from commitment where need = ? and state in ('offered', 'accepted', 'done')", (need,)
    )
    return {row[0] for row in found}


def _why_left_out(db: Connection, by: By, person: Mapping[str, Any], busy: set[str], asked: set[str]) -> str:
    if person["standing"] == "resting" or person["rest_until"] >= by.day or not person["helps"]:
        return "resting"
    if person["member"] in busy:
        return "busy"
    if person["member"] in asked:
        return "asked"
    limit = person["per_week"] if person["per_week"] >= 0 else ASKS_UNSET
    return "full" if taken(db, person["member"], by.day, shared=True) >= limit else ""


def fitting_needs(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return open needs that fit what I offer or help with, without those of people I avoid or who avoid me."""
    me = by.member
    said = rows(db, "select kinds from capacity where member = ?", me)
    kinds = kind_ids(said[0]["kinds"]) if said else set()
    kinds |= {k for (k,) in db.execute("select kind from offer where offered_by = ? and state = 'active'", (me,))}
    left_out = avoided(db, [me])
    found = rows(
        db,
        "select need.need, need.kind, need.what, need.area, need.urgency, need.asked_by, label, own_words, parent"
        " from need join kind using (kind) where need.closed_on = 0 and need.state in ('open', 'arranging', 'underway')"
        " and need.posted_as = '' and exists (select 1 from part where part.need = need.need and part.state = 'open')"
        " order by rank, due, asked_at, need.need",
    )
    fit = [row for row in found if row["kind"] in kinds or row["parent"] in kinds]
    mine = {n for (n,) in db.execute("select need from commitment where helper = ? and closed_on = 0", (me,))}
    return [row for row in fit if row["asked_by"] not in left_out | {me} and row["need"] not in mine][:20]
