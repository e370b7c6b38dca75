"""What facts about needs and offers change in the view, and what a new day changes."""

from functools import cache
from sqlite3 import Connection
from typing import Any

from nasij.areas.aid.facts import (
    CHOSEN,
    COORDINATION,
    COORDINATORS,
    KIND_STEPS,
    NEED_STEPS,
    OFFER_STEPS,
    PART_STEPS,
    DraftDropped,
    DraftKept,
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
from nasij.areas.aid.rules import default_owner, part_lines, standing, step_days
from nasij.areas.aid.tables import NO_DAY, RANK
from nasij.errors import NotHereYet
from nasij.kit import who
from nasij.kit.table import Keep
from nasij.kit.who import By

EXPIRY_DAYS = 60  # for a need about which nothing happened
GRACE_DAYS = 7  # after the day it was needed by
DRAFT_DAYS = 60


@cache
def _insertion(table: str, names: tuple[str, ...]) -> str:
    return f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})"


@cache
def _alteration(table: str, names: tuple[str, ...]) -> str:
    return f"update {table} set {', '.join(f'{name} = ?' for name in names)} where {table} = ?"


def _insert(db: Connection, table: str, row: dict[str, Any]) -> None:
    db.execute(_insertion(table, tuple(row)), tuple(row.values()))


def _update(db: Connection, table: str, record: str, **changed: Any) -> None:
    db.execute(_alteration(table, tuple(changed)), (*changed.values(), record))


# Kinds


def fold_kind_added(db: Connection, by: By, fact: KindAdded) -> None:
    """Put the kind at the end of the list."""
    place = db.execute("select count(*) from kind").fetchone()[0]
    row = {"kind": fact.kind, "parent": fact.parent, "label": fact.label, "own_words": 1, "mode": fact.mode}
    row |= {"sensitive": int(fact.sensitive), "state": "active", "place": place, "audience": by.audience}
    _insert(db, "kind", row)


def fold_kind_changed(db: Connection, _by: By, fact: KindChanged) -> None:
    """Change what was said about the kind; an empty name keeps the old one."""
    KIND_STEPS.move(db, fact.kind, fact)
    _update(db, "kind", fact.kind, mode=fact.mode, sensitive=int(fact.sensitive))
    if fact.label:
        _update(db, "kind", fact.kind, label=fact.label, own_words=1)


def fold_kind_retired(db: Connection, by: By, fact: KindRetired) -> None:
    """Take the kind out of use."""
    KIND_STEPS.move(db, fact.kind, fact)
    _update(db, "kind", fact.kind, closed_on=by.day)


# Drafts and the second envelope, in one's own room only


def fold_draft_kept(db: Connection, by: By, fact: DraftKept) -> None:
    """Keep the draft, in place of what it said before."""
    db.execute("delete from draft where draft = ?", (fact.draft,))
    row = {name: getattr(fact, name) for name in DraftKept.__dataclass_fields__}
    _insert(db, "draft", row | {"kept_on": by.day, "audience": by.audience})


def fold_draft_dropped(db: Connection, _by: By, fact: DraftDropped) -> None:
    """Forget the draft at once."""
    if not db.execute("delete from draft where draft = ?", (fact.draft,)).rowcount:
        raise NotHereYet


def fold_identity_kept(db: Connection, by: By, fact: IdentityKept) -> None:
    """Keep what the asker wrote, in place of what it said before."""
    db.execute("delete from identity where need = ?", (fact.need,))
    row = {name: getattr(fact, name) for name in IdentityKept.__dataclass_fields__}
    _insert(db, "identity", row | {"audience": by.audience})


# Needs


def _change(db: Connection, need: dict[str, Any], day: int, **changed: Any) -> None:
    """Write what is new about a need, and only that: each index of a written column is work that every reader does."""
    new = {name: value for name, value in changed.items() if need[name] != value}
    if new:
        _update(db, "need", need["need"], **new)
    if "state" in new or "reason" in new:
        _remember(db, {**need, **new}, day)


def _remember(db: Connection, need: dict[str, Any], day: int) -> None:
    """Add the state a need has come to to its history."""
    db.execute(
        "insert into need_turn (need, turn, state, reason, on_day, audience)"
        " values (?, (select coalesce(max(turn), 0) + 1 from need_turn where need = ?), ?, ?, ?, ?)",
        (need["need"], need["need"], need["state"], need["reason"], day, need["audience"]),
    )


def _begin(db: Connection, by: By, fact: NeedAsked | NeedPosted, row: dict[str, Any]) -> None:
    """Write a need and its parts."""
    shared = ("need", "kind", "what", "urgency", "needed_by", "area", "people", "languages", "conditions", "scope")
    row |= {name: getattr(fact, name) for name in shared}
    row |= {"asked_by": by.member, "asked_on": by.day, "asked_at": by.hour, "moved_on": by.day}
    row |= {"rank": RANK[fact.urgency], "due": fact.needed_by or NO_DAY, "audience": by.audience}
    row |= {"next_owner": default_owner(db, row), "next_on": by.day + step_days(db, fact.urgency)}
    _insert(db, "need", row)
    for place, (part, words) in enumerate(zip(fact.part_ids, part_lines(fact.parts), strict=True)):
        made = {"part": part, "need": fact.need, "words": words, "state": "open", "place": place}
        _insert(db, "part", made | {"audience": by.audience})
    _remember(db, {"reason": "", **row}, by.day)


def fold_asked(db: Connection, by: By, fact: NeedAsked) -> None:
    """Write the need down, and let those see it whom the asker chose."""
    row = {"state": "waiting", "nameless": int(fact.nameless), "on_behalf": fact.on_behalf, "ground": fact.ground}
    _begin(db, by, fact, row)
    if fact.scope == COORDINATORS:
        brought_by = db.execute("select introduced_by from member where member = ?", (by.member,)).fetchone()[0]
        also = (brought_by,) if by.standing == "new" and brought_by else ()
        who.admit(db, by.audience, by.member, COORDINATION, *also)
    elif fact.scope == CHOSEN:
        who.admit(db, by.audience, by.member, *fact.chosen)


def fold_posted(db: Connection, by: By, fact: NeedPosted) -> None:
    """Write the need down with the coordinator as go-between."""
    _begin(db, by, fact, {"state": "open", "nameless": 1})


def _move(db: Connection, by: By, fact: Any, **changed: Any) -> None:
    """Move a need, and let its next step begin anew: what the state says, whoever is used to it, soon."""
    need = standing(db, fact.need)
    soon = by.day + step_days(db, need["urgency"])
    step = {"next_step": "", "next_owner": default_owner(db, need), "next_on": soon, "moved_on": by.day}
    step |= {"opened": _opened(by, need), "state": _state_after(need, fact)}
    _change(db, need, by.day, **{**step, **changed})


def _opened(by: By, need: dict[str, Any]) -> int:
    """Say whether somebody has opened it: whoever says something about a need of somebody else has."""
    return int(need["opened"] or need["asked_by"] != by.member)


def _state_after(need: dict[str, Any], fact: Any) -> str:
    return NEED_STEPS.after(need["state"], type(fact).__name__)


def fold_linked(db: Connection, by: By, fact: PostLinked) -> None:
    """Note on the first need which one stands for it."""
    _move(db, by, fact, posted_as=fact.posted, posted_by=by.member)


def fold_moved(db: Connection, by: By, fact: NeedOpened | HelpBegun) -> None:
    """Move the need a step further."""
    _move(db, by, fact)


def fold_seen(db: Connection, by: By, fact: NeedSeen) -> None:
    """Let the asker know, and not who it was. It is no step: the clock of the need runs on."""
    need = standing(db, fact.need)
    _change(db, need, by.day, state=_state_after(need, fact), opened=1)


def fold_urgency(db: Connection, by: By, fact: UrgencySet) -> None:
    """Let the need find its new place in the list; its next step comes no later than the urgency asks."""
    need = standing(db, fact.need)
    soon = min(need["next_on"], by.day + step_days(db, fact.urgency))
    order = {"rank": RANK[fact.urgency], "due": fact.needed_by or NO_DAY, "next_on": soon, "moved_on": by.day}
    order |= {"urgency": fact.urgency, "needed_by": fact.needed_by, "opened": _opened(by, need)}
    _change(db, need, by.day, state=_state_after(need, fact), **order)


def fold_step(db: Connection, by: By, fact: StepSet) -> None:
    """Note what comes next."""
    _move(db, by, fact, next_step=fact.next_step, next_owner=fact.owner or COORDINATION, next_on=fact.day)


def fold_reach(db: Connection, by: By, fact: ReachFailed | ReachRegained) -> None:
    """Note whether the asker can be reached."""
    need = standing(db, fact.need)
    reach = {"unreached": int(isinstance(fact, ReachFailed)), "opened": _opened(by, need), "moved_on": by.day}
    _change(db, need, by.day, state=_state_after(need, fact), **reach)


def fold_part(db: Connection, by: By, fact: PartTaken | PartFreed | PartDone) -> None:
    """Move a part, and the need with it."""
    if isinstance(fact, PartDone):
        PART_STEPS.move(db, fact.part, fact)
    else:
        commitment = fact.commitment if isinstance(fact, PartTaken) else ""
        _update(db, "part", fact.part, state=PART_STEPS.may(db, fact.part, fact), commitment=commitment)
    _move(db, by, fact)


def fold_grown(db: Connection, by: By, fact: NeedGrown) -> None:
    """Add the part; a closed need is open again."""
    place = db.execute("select count(*) from part where need = ?", (fact.need,)).fetchone()[0]
    row = {"part": fact.part, "need": fact.need, "words": fact.words, "state": "open", "place": place}
    _insert(db, "part", row | {"audience": by.audience})
    _revive(db, by, fact)


def fold_reopened(db: Connection, by: By, fact: NeedReopened) -> None:
    """Open it again; `asked_at` stays, so it has its old place in the queue."""
    _revive(db, by, fact)


def _revive(db: Connection, by: By, fact: NeedGrown | NeedReopened) -> None:
    need = standing(db, fact.need)
    anew = {"reason": "", "closing": "", "closed_on": 0, "opened": int(need["asked_by"] != by.member)}
    over = {"needed_by": 0, "due": NO_DAY} if need["needed_by"] < by.day else {}  # a day that is over orders nothing
    _move(db, by, fact, **anew, **over)
    db.execute("update part set closed_on = 0 where need = ?", (fact.need,))
    db.execute("update identity set closed_on = 0 where need = ?", (fact.need,))


def fold_closed(db: Connection, by: By, fact: NeedClosed) -> None:
    """Close the need: met, all its parts are done; otherwise what nobody finished is free again."""
    need = standing(db, fact.need)
    _close(db, need, by.day, state=_state_after(need, fact), reason=fact.reason, closing=fact.words)
    if fact.reason == "met":
        db.execute("update part set state = 'done' where need = ? and state <> 'done'", (fact.need,))
    else:
        _free(db, fact.need)


def _free(db: Connection, need: str) -> None:
    db.execute("update part set state = 'open', commitment = '' where need = ? and state = 'taken'", (need,))


def _close(db: Connection, need: dict[str, Any], day: int, **changed: Any) -> None:
    over = {"closed_on": day, "moved_on": day, "unreached": 0, "next_step": "", "next_owner": "", "next_on": 0}
    _change(db, need, day, **over, **changed)
    db.execute("update part set closed_on = ? where need = ?", (day, need["need"]))
    db.execute("update identity set closed_on = ? where need = ?", (day, need["need"]))


# Offers


def fold_offer_made(db: Connection, by: By, fact: OfferMade) -> None:
    """Write the offer down."""
    row = {name: getattr(fact, name) for name in OfferMade.__dataclass_fields__} | {"standing": int(fact.standing)}
    row |= {"offered_by": by.member, "offered_on": by.day, "state": "active", "audience": by.audience}
    _insert(db, "offer", row)


def fold_offer_moved(db: Connection, by: By, fact: OfferPaused | OfferResumed | OfferUsedUp | OfferClosed) -> None:
    """Move the offer."""
    state = OFFER_STEPS.may(db, fact.offer, fact)
    _update(db, "offer", fact.offer, state=state, **({"closed_on": by.day} if state == "closed" else {}))


# A new day


def passing(db: Connection, day: int) -> None:
    """Expire what time has passed over, close offers that are over, drop old drafts, let circles of forgotten needs go."""
    gone = "(select member from member where standing in ('left', 'removed'))"
    over = db.execute(
        "select need from need where closed_on = 0 and (moved_on <= ? and (due = ? or state not in"
        f" ('waiting', 'open')) or due < ? and state in ('waiting', 'open') or asked_by in {gone}) order by need",
        (day - EXPIRY_DAYS, NO_DAY, day - GRACE_DAYS),
    ).fetchall()
    for (expired,) in over:
        need = standing(db, expired)
        _close(db, need, day, state=NEED_STEPS.after(need["state"], "passing"))
        _free(db, expired)
    db.execute(
        "update offer set state = 'closed', closed_on = ? where closed_on = 0 and (until > 0 and until < ?"
        f" or offered_by in {gone})",
        (day, day),
    )
    db.execute("delete from draft where kept_on <= ?", (day - DRAFT_DAYS,))
    db.execute("update list_import set closed_on = ? where closed_on = 0 and imported_at < ?", (day, (day - 1) * 24))
    _release_forgotten(db, day)


def _release_forgotten(db: Connection, day: int) -> None:
    """Let nobody be listed in the circle of a need once who asked is forgotten."""
    held = db.execute(
        "select holder.of, holder.who from need join holder on holder.of = need.audience"
        " where need.closed_on > 0 and need.closed_on <= ? and need.scope in (?, ?)",
        (day - Keep.WORKING, COORDINATORS, CHOSEN),
    ).fetchall()
    for circle, member in held:
        who.release(db, circle, member)
