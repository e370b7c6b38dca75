"""What may be said about needs and offers: the rules, and the small questions they share with folds and pages.

A rule reads kinds, members and mandates, which everybody has, and the rows of the need or offer it is about.
"""

import re
from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.aid.facts import (
    ALL,
    CHOSEN,
    COORDINATION,
    COORDINATORS,
    KIND_STEPS,
    NEED_STEPS,
    OFFER_STEPS,
    PART_STEPS,
    PARTS_AT_FIRST,
    PARTS_MOST,
    TRUSTED,
    HelpBegun,
    IdentityKept,
    KindAdded,
    KindChanged,
    KindRetired,
    NeedAsked,
    NeedClosed,
    NeedGrown,
    NeedOpened,
    NeedPosted,
    NeedReopened,
    NeedSeen,
    OfferClosed,
    OfferMade,
    OfferPaused,
    OfferResumed,
    OfferUsedUp,
    PartDone,
    PartFreed,
    PartTaken,
    PostLinked,
    ReachFailed,
    ReachRegained,
    StepSet,
    UrgencySet,
)
from nasij.areas.aid.tables import TABLES
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.table import Keep
from nasij.kit.who import By
from nasij.text import fold, latin_digits

FARTHEST_DAYS = 400
STEP_DAYS = 7
FINAL = ("closed", "expired")
_LONG_AGO = mark("This was closed too long ago, and most of it is forgotten by now.")
_ASK_AGAIN = mark("Please ask again; nobody has to explain why.")
_MAPS = (
    "maps.",
    "/maps",
    "goo.gl",
    "geo:",
    "openstreetmap",
    "osm.org",
    "waze.com",
    "w3w.co",
    "what3words",
    "///",
    "plus.codes",
    "2gis.",
    "organicmaps",
)
_MAYBE_A_POINT = re.compile(r"[\d°./:+]|openstreetmap|organicmaps")  # most texts have nothing of this
_PLUS_CODE = frozenset("23456789cfghjmpqrvwx")

_COLUMNS = {table.name: (*table.columns, "audience", "closed_on") for table in TABLES}
_ROW = {name: f"select {', '.join(columns)} from {name} where {name} = ?" for name, columns in _COLUMNS.items()}
_WORDS = (
    "what",
    "area",
    "people",
    "languages",
    "conditions",
    "on_behalf",
    "ground",
    "import_code",
    "asked_on",
    "asked_at",
)
_STANDS = tuple(name for name in _COLUMNS["need"] if name not in _WORDS)
_STANDING = f"select {', '.join(_STANDS)} from need where need = ?"


def fields(db: Connection, table: str, record: str) -> dict[str, Any]:
    """Return a row as a dict; raises `NotHereYet` where there is none. The key is named like the table."""
    row = db.execute(_ROW[table], (record,)).fetchone()
    if row is None:
        raise NotHereYet
    return dict(zip(_COLUMNS[table], row, strict=True))


def standing(db: Connection, need: str) -> dict[str, Any]:
    """Return how a need stands: its row without the words, which rules and folds do not go by."""
    row = db.execute(_STANDING, (need,)).fetchone()
    if row is None:
        raise NotHereYet
    return dict(zip(_STANDS, row, strict=True))


def is_coordinator(by: By) -> bool:
    """Say whether this person coordinates."""
    return "cases" in by.roles


def sorts(db: Connection, by: By, need: Mapping[str, Any]) -> bool:
    """Say whether this person may sort a need: coordination, or the asker where nobody stands between members."""
    if is_coordinator(by):
        return True
    if by.member != need["asked_by"]:
        return False
    return need["scope"] == CHOSEN or _between_members(db, need)


def _between_members(db: Connection, need: Mapping[str, Any]) -> bool:
    """Say whether members see to this among themselves, as the group chose for its kind."""
    if need["scope"] not in (TRUSTED, ALL):
        return False
    mode = db.execute("select mode from kind where kind = ?", (need["kind"],)).fetchone()
    return mode is not None and mode[0] == "between_members"


def is_posted(need: Mapping[str, Any]) -> bool:
    """Say whether coordination posted this for somebody without a name."""
    return bool(need["nameless"]) and need["scope"] in (TRUSTED, ALL)


def step_days(db: Connection, urgency: str) -> int:
    """Return how many days a next step of this urgency may lie ahead."""
    if urgency == "now":
        return 1
    longest = who.setting(db, "step_days", STEP_DAYS)
    return min(2, longest) if urgency == "days" else longest


def _concerned(by: By, need: Mapping[str, Any]) -> None:
    if by.member != need["asked_by"] and not is_coordinator(by):
        raise Refused(
            mark("Only the person who asked or coordination can do this."),
            advice=mark("If you can help, offer your help instead."),
        )


def _need(db: Connection, fact: Any) -> dict[str, Any]:
    """Return the need that a fact is about, if the fact may follow on the state it is in."""
    need = standing(db, fact.need)
    NEED_STEPS.after(need["state"], type(fact).__name__)
    return need


def fresh(db: Connection, table: str, record: str) -> None:
    """Refuse a record that is there already."""
    if db.execute(f"select 1 from {table} where {table} = ?", (record,)).fetchone():
        raise Refused(mark("This was already written down."))


# Places


def _decimal(word: str) -> bool:
    """Say whether a word is a number as exact as a place on a map."""
    word = word.strip("()[]@.,;°nsew+-")
    for point, digits in ((".", 3), (",", 4)):
        whole, _, rest = word.partition(point)
        if whole.isdecimal() and len(whole) <= 3 and rest.isdecimal() and len(rest) >= digits:
            return True
    return False


def _plus_code(word: str) -> bool:
    before, plus, after = word.strip("()[].,;").partition("+")
    right = bool(plus) and 4 <= len(before) <= 8 and 2 <= len(after) <= 4
    return right and set(before + after) <= _PLUS_CODE and any(c.isalpha() for c in before + after)


def names_a_point(text: str) -> bool:
    """Say whether a text looks like coordinates, a map link or a place code."""
    if not _MAYBE_A_POINT.search(text.casefold()):
        return False
    plain = latin_digits(text).casefold().replace("٫", ".").replace("،", " ")
    if any(sign in plain for sign in _MAPS) or plain.count("°") > 1:
        return True
    words = plain.replace(", ", " ").replace(";", " ").replace("/", " ").split()
    words = [part for word in words for part in (word.split(",") if word.count(".") > 1 else [word])]
    exact = [_decimal(word) for word in words]
    twice = any(exact[n] and exact[n + 1] for n in range(len(exact) - 1))
    return twice or any(_plus_code(word) for word in words)


def no_point(fact: Any, *names: str) -> None:
    """Refuse an exact place in any of these fields."""
    for name in names:
        if names_a_point(getattr(fact, name)):
            raise Malformed(
                mark("This looks like an exact place. Please write an area instead."),
                field=name,
                advice=mark("The exact place is told later, only to the person who helps."),
            )


# Kinds


def _kind_words(db: Connection, fact: KindAdded | KindChanged, parent: str) -> None:
    if fact.sensitive and fact.mode == "between_members":
        raise Refused(
            mark("A sensitive kind always goes through coordination."), advice=mark("Please choose another way.")
        )
    mine = fold(fact.label)
    beside = db.execute(
        "select label from kind where parent = ? and state = 'active' and kind <> ?", (parent, fact.kind)
    ).fetchall()
    if mine and any(fold(label) == mine for (label,) in beside):
        raise Refused(mark("There is a kind of that name already."))


def may_add_kind(db: Connection, _by: By, fact: KindAdded) -> None:
    """Refuse a second kind of the same name, or one nested deeper than one level."""
    fresh(db, "kind", fact.kind)
    if fact.parent:
        parent = fields(db, "kind", fact.parent)
        if parent["state"] != "active" or parent["parent"]:
            raise Refused(mark("Kinds are nested one level deep, below a kind in use."))
    _kind_words(db, fact, fact.parent)


def may_change_kind(db: Connection, _by: By, fact: KindChanged) -> None:
    """Refuse a name that is taken, and members alone on a sensitive kind."""
    KIND_STEPS.may(db, fact.kind, fact)
    _kind_words(db, fact, str(fields(db, "kind", fact.kind)["parent"]))


def may_retire_kind(db: Connection, _by: By, fact: KindRetired) -> None:
    """Keep at least one kind in use, and ask to retire the kinds below first."""
    KIND_STEPS.may(db, fact.kind, fact)
    if db.execute("select 1 from kind where parent = ? and state = 'active'", (fact.kind,)).fetchone():
        raise Refused(mark("There are kinds below this one."), advice=mark("Retire those first."))
    if db.execute("select count(*) from kind where state = 'active'").fetchone()[0] == 1:
        raise Refused(mark("At least one kind of help stays in use."))


def _kind_in_use(db: Connection, kind: str) -> None:
    if KIND_STEPS.state(db, kind) != "active":
        raise Malformed(mark("This kind of help is no longer in use. Please choose another."), field="kind")


# Needs


def part_lines(parts: str) -> list[str]:
    """Return the parts that were written one a line; at least one, which may be empty and then means the whole."""
    return [line.strip() for line in parts.split("\n") if line.strip()] or [""]


def _work(db: Connection, by: By, fact: NeedAsked | NeedPosted) -> None:
    """Check what both envelopes of work have in common."""
    fresh(db, "need", fact.need)
    _kind_in_use(db, fact.kind)
    no_point(fact, "area", "what", "conditions", "parts")
    lines = part_lines(fact.parts)
    if len(lines) > PARTS_AT_FIRST or any(len(line) > 80 for line in lines):
        raise Malformed(mark("Please write at most five parts, each on one short line."), field="parts")
    if len(fact.part_ids) != len(lines):
        raise Malformed(field="parts")
    for part in fact.part_ids:
        fresh(db, "part", part)
    if fact.needed_by > by.day + FARTHEST_DAYS:
        raise Malformed(mark("This day is too far ahead."), field="needed_by")


def may_ask(db: Connection, by: By, fact: NeedAsked) -> None:
    """Check the parts, the place, the scope, and for whom it is asked."""
    _work(db, by, fact)
    _may_reach_so_far(db, by, fact)
    narrow = fact.scope in (COORDINATORS, CHOSEN)
    if fact.ground and not (narrow and fact.on_behalf not in ("", "consented")):
        raise Malformed(
            mark(
                "These words stay with coordination or with people you choose, and only where somebody did not agree."
            ),
            field="ground",
            advice=mark("Leave them out, or choose a narrower circle above."),
        )


def _may_reach_so_far(db: Connection, by: By, fact: NeedAsked) -> None:
    if by.standing == "new" and fact.scope != COORDINATORS:
        raise Malformed(
            mark("In the first weeks, please ask through coordination."),
            field="scope",
            advice=mark("Whoever introduced you also sees it and can help."),
        )
    if fact.nameless and fact.scope != COORDINATORS:
        raise Malformed(
            mark("Without a name, only coordination may see it first."),
            field="scope",
            advice=mark("Coordination then passes it on in its own name."),
        )
    if (fact.scope == CHOSEN) != bool(fact.chosen):
        raise Malformed(mark("Please choose people only together with “Only the people I choose”."), field="chosen")
    if fact.chosen and not set(fact.chosen) <= who.members(db, ("trusted", "resting")) - {by.member}:
        raise Malformed(mark("Please choose other trusted members."), field="chosen")


def may_post(db: Connection, by: By, fact: NeedPosted) -> None:
    """Check the work, as for any need."""
    _work(db, by, fact)


def may_link(db: Connection, _by: By, fact: PostLinked) -> None:
    """Refuse what did not ask for it, and to pass on the same need twice while whoever did is still here.

    Not every reader of the first need can read the one that stands for it, so the rule looks at the go-between.
    """
    need = _need(db, fact)
    if need["scope"] != COORDINATORS:
        raise Refused(mark("Only what came to coordination alone is passed on."))
    if need["posted_as"] and need["posted_by"] in who.members(db):
        raise Refused(mark("This was already passed on."), advice=mark("Open it again to see where it stands now."))


def may_open(db: Connection, by: By, fact: NeedOpened) -> None:
    """Leave sorting to coordination, except where members meet directly."""
    if not sorts(db, by, _need(db, fact)):
        raise Refused(mark("Coordination sorts this."), advice=mark("They have it on their list already."))


def may_see(db: Connection, by: By, fact: NeedSeen) -> None:
    """Let it be said once, by coordination or by whom the asker chose: who reads the whole list answers for nothing."""
    NEED_STEPS.may(db, fact.need, fact)
    need = fields(db, "need", fact.need)
    if by.member == need["asked_by"] or not (is_coordinator(by) or need["scope"] in (COORDINATORS, CHOSEN)):
        raise Refused(mark("This is not yours to do."))
    if need["opened"]:
        raise Refused(mark("This was already written down."))


def may_set_urgency(db: Connection, by: By, fact: UrgencySet) -> None:
    """Leave it to the asker and coordination."""
    _concerned(by, _need(db, fact))
    if fact.needed_by > by.day + FARTHEST_DAYS:
        raise Malformed(mark("This day is too far ahead."), field="needed_by")


def may_set_step(db: Connection, by: By, fact: StepSet) -> None:
    """Refuse a step too far ahead, or one given to somebody who did not agree to such steps."""
    need = _need(db, fact)
    _concerned(by, need)
    no_point(fact, "next_step")
    limit = step_days(db, str(need["urgency"]))
    if fact.day > by.day + limit:
        raise Malformed(
            mark("A next step lies at most %(days)d days ahead."),
            field="day",
            advice=mark("If it takes longer, write down the day to look at it again."),
            days=limit,
        )
    theirs = fact.owner == need["asked_by"]
    if not theirs and (need["scope"] == CHOSEN or (fact.owner and fact.owner not in who.role_holders(db, "cases"))):
        raise Malformed(mark("The next step rests with the person who asked or with coordination."), field="owner")


def may_touch(db: Connection, by: By, fact: HelpBegun | ReachRegained) -> None:
    """Leave it to the asker and coordination."""
    need = _need(db, fact)
    _concerned(by, need)
    if isinstance(fact, ReachRegained) and not need["unreached"]:
        raise Refused(mark("Nobody had lost touch about this."))


def may_lose_touch(db: Connection, by: By, fact: ReachFailed) -> None:
    """Leave it to those who try to reach the asker."""
    need = _need(db, fact)
    if not is_coordinator(by):
        raise Refused(mark("Coordination writes this down."))
    if need["unreached"]:
        raise Refused(mark("This was already written down."))


def may_move_part(db: Connection, by: By, fact: PartTaken | PartFreed | PartDone) -> None:
    """Refuse a part of another need, and the second to take one: the first in line has it."""
    _concerned(by, _need(db, fact))
    part = fields(db, "part", fact.part)
    if part["need"] != fact.need:
        raise Refused(mark("This part belongs to something else."))
    if isinstance(fact, PartTaken) and part["state"] != "open":
        raise Refused(
            mark("Somebody already helps with this part."), advice=mark("There may be another part that is still open.")
        )
    PART_STEPS.after(part["state"], type(fact).__name__)


def may_grow(db: Connection, by: By, fact: NeedGrown) -> None:
    """Keep the number of parts within sight; something closed as met, fully or in part, reopens."""
    need = _need(db, fact)
    _concerned(by, need)
    fresh(db, "part", fact.part)
    no_point(fact, "words")
    if need["state"] == "closed" and need["reason"] not in ("met", "part"):
        raise Refused(mark("Please open it again first."))
    _not_forgotten(by, need)
    if db.execute("select count(*) from part where need = ?", (fact.need,)).fetchone()[0] >= PARTS_MOST:
        raise Refused(mark("This has as many parts as it can have."), advice=mark("Please ask anew for the rest."))


def _not_forgotten(by: By, need: Mapping[str, Any]) -> None:
    if need["closed_on"] and by.day >= need["closed_on"] + Keep.WORKING:
        raise Refused(_LONG_AGO, advice=_ASK_AGAIN)


def may_close(db: Connection, by: By, fact: NeedClosed) -> None:
    """Ask for words with "not this time"; leave withdrawing to the asker, and the group's limits to those who sort."""
    need = _need(db, fact)
    _concerned(by, need)
    if need["state"] == "closed" and (need["reason"], fact.reason) != ("not_now", "referred"):
        raise Refused(mark("This is closed already."), advice=mark("Open it again to see where it stands now."))
    posted = is_posted(need) and is_coordinator(by)
    if fact.reason == "withdrawn" and by.member != need["asked_by"] and not posted:
        raise Malformed(mark("Only the person who asked can withdraw it."), field="reason")
    if fact.reason in ("not_now", "referred") and not sorts(db, by, need):
        raise Malformed(mark("Coordination says this, so that nobody has to refuse themselves."), field="reason")
    if fact.reason == "not_now" and not fact.words:
        raise Malformed(mark("Please say why in a few words, and what else could help."), field="words")
    no_point(fact, "words")


def may_reopen(db: Connection, by: By, fact: NeedReopened) -> None:
    """Refuse what was withdrawn, what was met, and what is forgotten by now."""
    need = _need(db, fact)
    _concerned(by, need)
    if need["reason"] == "withdrawn":
        raise Refused(mark("This was withdrawn."), advice=_ASK_AGAIN)
    if need["reason"] == "met":
        raise Refused(mark("This was met."), advice=mark("If more is needed, add what is needed besides."))
    _not_forgotten(by, need)


def may_keep_identity(db: Connection, by: By, fact: IdentityKept) -> None:
    """Leave it to the asker, while the need stands."""
    need = fields(db, "need", fact.need)
    if need["asked_by"] != by.member:
        raise Refused(mark("Only the person who asked can write this."))
    if need["state"] in FINAL:
        raise Refused(mark("This is closed, so nothing more is kept about you here."))


# Offers


def may_make_offer(db: Connection, by: By, fact: OfferMade) -> None:
    """Check the kind, the place and the days."""
    fresh(db, "offer", fact.offer)
    _kind_in_use(db, fact.kind)
    no_point(fact, "area", "what", "availability", "conditions")
    if by.standing == "new" and fact.scope != ALL:
        raise Malformed(
            mark("In the first weeks, an offer can only be shown to everybody in the network."),
            field="scope",
            advice=mark("You can also keep it for later."),
        )
    if fact.standing and fact.until:
        raise Malformed(mark("An offer that stands has no last day. Please choose one of the two."), field="until")
    if fact.until > by.day + FARTHEST_DAYS:
        raise Malformed(mark("This day is too far ahead."), field="until")


def may_move_offer(db: Connection, by: By, fact: OfferPaused | OfferResumed | OfferUsedUp | OfferClosed) -> None:
    """Leave an offer to whoever made it."""
    offer = fields(db, "offer", fact.offer)
    OFFER_STEPS.after(offer["state"], type(fact).__name__)
    if offer["offered_by"] != by.member:
        raise Refused(mark("Only the person who made this offer can do that."))


def default_owner(db: Connection, need: Mapping[str, Any]) -> str:
    """Return who sees to the next step where nobody said so: the asker between members, otherwise coordination."""
    theirs = is_posted(need) or need["scope"] == CHOSEN or _between_members(db, need)
    return str(need["asked_by"]) if theirs else COORDINATION
