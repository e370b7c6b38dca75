"""What facts about needs and offers change in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.aid.facts import (
    CHOSEN,
    COORDINATION,
    COORDINATORS,
    IMPORT_STEPS,
    KIND_STEPS,
    NEED_STEPS,
    OFFER_STEPS,
    PART_STEPS,
    DraftDropped,
    DraftKept,
    HelpBegun,
    IdentityKept,
    ImportUndone,
    KindAdded,
    KindChanged,
    KindRetired,
    ListImported,
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
from nasij.areas.aid.rules import default_owner, fields, part_lines, step_days
from nasij.areas.aid.tables import NO_DAY, RANK
from nasij.errors import NotHereYet
from nasij.kit import who
from nasij.kit.table import Keep
from nasij.kit.who import By

EXPIRY_DAYS = 60  # for a need about which nothing happened
GRACE_DAYS = 7  # after the day it was needed by
DRAFT_DAYS = 60


def _insert(db: Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    db.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", tuple(row.values()))


def _update(db: Connection, table: str, record: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update {table} set {names} where {table} = ?", (*changed.values(), record))


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


def _remember(db: Connection, need: str, day: int) -> None:
    """Add the state a need is in to its history, unless it was there already."""
    state, reason, audience = db.execute("select state, reason, audience from need where need = ?", (need,)).fetchone()
    last = db.execute(
        "select turn, state, reason from need_turn where need = ? order by turn desc limit 1", (need,)
    ).fetchone()
    if last is None or last[1:] != (state, reason):
        turn = last[0] + 1 if last else 1
        row = {"need": need, "turn": turn, "state": state, "reason": reason, "on_day": day, "audience": audience}
        _insert(db, "need_turn", row)


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
    _remember(db, fact.need, by.day)


def fold_asked(db: Connection, by: By, fact: NeedAsked) -> None:
    """Write the need down, and let those see it whom the asker chose."""
    row = {"state": "waiting", "nameless": int(fact.nameless), "on_behalf": fact.on_behalf, "ground": fact.ground}
    _begin(db, by, fact, row | {"import_code": fact.import_code})
    if fact.scope == COORDINATORS:
        brought_by = db.execute("select introduced_by from member where member = ?", (by.member,)).fetchone()[0]
        also = (brought_by,) if by.standing == "new" and brought_by else ()
        who.admit(db, by.audience, by.member, COORDINATION, *also)
    elif fact.scope == CHOSEN:
        who.admit(db, by.audience, by.member, *fact.chosen)


def fold_posted(db: Connection, by: By, fact: NeedPosted) -> None:
    """Write the need down with the coordinator as go-between."""
    _begin(db, by, fact, {"state": "open", "nameless": 1})


def _opened(db: Connection, by: By, need: str) -> None:
    """Note that somebody has opened it: whoever says something about a need of somebody else has."""
    db.execute("update need set opened = 1 where need = ? and asked_by <> ?", (need, by.member))


def _next(db: Connection, by: By, need: str, **changed: Any) -> None:
    """Let the next step begin anew after a move: what the state says, whoever is used to it, soon."""
    row = fields(db, "need", need)
    soon = by.day + step_days(db, str(row["urgency"]))
    changed = {"next_step": "", "next_owner": default_owner(db, row), "next_on": soon} | changed
    _update(db, "need", need, moved_on=by.day, **changed)
    _opened(db, by, need)
    _remember(db, need, by.day)


def fold_linked(db: Connection, by: By, fact: PostLinked) -> None:
    """Note on the first need which one stands for it."""
    NEED_STEPS.move(db, fact.need, fact)
    _next(db, by, fact.need, posted_as=fact.posted, posted_by=by.member)


def fold_moved(db: Connection, by: By, fact: NeedOpened | HelpBegun) -> None:
    """Move the need a step further."""
    NEED_STEPS.move(db, fact.need, fact)
    _next(db, by, fact.need)


def fold_seen(db: Connection, by: By, fact: NeedSeen) -> None:
    """Let the asker know, and not who it was. It is no step: the clock of the need runs on."""
    NEED_STEPS.move(db, fact.need, fact)
    _opened(db, by, fact.need)


def fold_urgency(db: Connection, by: By, fact: UrgencySet) -> None:
    """Let the need find its new place in the list; its next step comes no later than the urgency asks."""
    NEED_STEPS.move(db, fact.need, fact)
    soon = min(fields(db, "need", fact.need)["next_on"], by.day + step_days(db, fact.urgency))
    order = {"rank": RANK[fact.urgency], "due": fact.needed_by or NO_DAY, "next_on": soon, "moved_on": by.day}
    _update(db, "need", fact.need, urgency=fact.urgency, needed_by=fact.needed_by, **order)
    _opened(db, by, fact.need)


def fold_step(db: Connection, by: By, fact: StepSet) -> None:
    """Note what comes next."""
    NEED_STEPS.move(db, fact.need, fact)
    owner = fact.owner or COORDINATION
    _next(db, by, fact.need, next_step=fact.next_step, next_owner=owner, next_on=fact.day)


def fold_reach(db: Connection, by: By, fact: ReachFailed | ReachRegained) -> None:
    """Note whether the asker can be reached."""
    NEED_STEPS.move(db, fact.need, fact)
    _update(db, "need", fact.need, unreached=int(isinstance(fact, ReachFailed)), moved_on=by.day)
    _opened(db, by, fact.need)


def fold_part(db: Connection, by: By, fact: PartTaken | PartFreed | PartDone) -> None:
    """Move a part, and the need with it."""
    PART_STEPS.move(db, fact.part, fact)
    if not isinstance(fact, PartDone):
        _update(db, "part", fact.part, commitment=fact.commitment if isinstance(fact, PartTaken) else "")
    NEED_STEPS.move(db, fact.need, fact)
    _next(db, by, fact.need)


def fold_grown(db: Connection, by: By, fact: NeedGrown) -> None:
    """Add the part; a closed need is open again."""
    NEED_STEPS.move(db, fact.need, fact)
    place = db.execute("select count(*) from part where need = ?", (fact.need,)).fetchone()[0]
    row = {"part": fact.part, "need": fact.need, "words": fact.words, "state": "open", "place": place}
    _insert(db, "part", row | {"audience": by.audience})
    _revive(db, by, fact.need)


def fold_reopened(db: Connection, by: By, fact: NeedReopened) -> None:
    """Open it again; `asked_at` stays, so it has its old place in the queue."""
    NEED_STEPS.move(db, fact.need, fact)
    _revive(db, by, fact.need)


def _revive(db: Connection, by: By, need: str) -> None:
    row = fields(db, "need", need)
    kept = {} if row["needed_by"] >= by.day else {"needed_by": 0, "due": NO_DAY}  # a day that is over orders nothing
    _next(db, by, need, reason="", closing="", closed_on=0, opened=0, **kept)
    db.execute("update part set closed_on = 0 where need = ?", (need,))
    db.execute("update identity set closed_on = 0 where need = ?", (need,))


def fold_closed(db: Connection, by: By, fact: NeedClosed) -> None:
    """Close the need: met, all its parts are done; otherwise what nobody finished is free again."""
    NEED_STEPS.move(db, fact.need, fact)
    _close(db, fact.need, by.day, reason=fact.reason, closing=fact.words)
    if fact.reason == "met":
        db.execute("update part set state = 'done' where need = ?", (fact.need,))
    else:
        _free(db, fact.need)


def _free(db: Connection, need: str) -> None:
    db.execute("update part set state = 'open', commitment = '' where need = ? and state = 'taken'", (need,))


def _close(db: Connection, need: str, day: int, **changed: Any) -> None:
    over = {"closed_on": day, "moved_on": day, "unreached": 0, "next_step": "", "next_owner": "", "next_on": 0}
    _update(db, "need", need, **over, **changed)
    db.execute("update part set closed_on = ? where need = ?", (day, need))
    db.execute("update identity set closed_on = ? where need = ?", (day, need))
    _remember(db, need, day)


# Offers


def fold_offer_made(db: Connection, by: By, fact: OfferMade) -> None:
    """Write the offer down."""
    row = {name: getattr(fact, name) for name in OfferMade.__dataclass_fields__} | {"standing": int(fact.standing)}
    row |= {"offered_by": by.member, "offered_on": by.day, "state": "active", "audience": by.audience}
    _insert(db, "offer", row)


def fold_offer_moved(db: Connection, by: By, fact: OfferPaused | OfferResumed | OfferUsedUp | OfferClosed) -> None:
    """Move the offer."""
    if OFFER_STEPS.move(db, fact.offer, fact) == "closed":
        _update(db, "offer", fact.offer, closed_on=by.day)


# Lists brought in


def fold_imported(db: Connection, by: By, fact: ListImported) -> None:
    """Remember whose list it is and since when."""
    row = {"import_code": fact.import_code, "imported_by": by.member, "count": fact.count, "list_on": fact.day}
    _insert(db, "list_import", row | {"imported_at": by.hour, "state": "kept", "audience": by.audience})


def fold_import_undone(db: Connection, by: By, fact: ImportUndone) -> None:
    """Remove what came with the list and nobody has touched since."""
    IMPORT_STEPS.move(db, fact.import_code, fact)
    db.execute("update list_import set closed_on = ? where import_code = ?", (by.day, fact.import_code))
    untouched = db.execute(
        "select need from need where import_code = ? and audience = ? and state in ('waiting', 'open')"
        " and not exists (select 1 from part where part.need = need.need and part.state <> 'open')",
        (fact.import_code, by.audience),
    ).fetchall()
    for table in ("part", "need_turn", "identity", "need"):
        db.executemany(f"delete from {table} where need = ?", untouched)
    db.execute(
        "delete from offer where import_code = ? and audience = ? and state = 'active'",
        (fact.import_code, by.audience),
    )


# A new day


def passing(db: Connection, day: int) -> None:
    """Expire what time has passed over, close offers that are over, drop old drafts, let circles of forgotten needs go."""
    gone = "(select member from member where standing in ('left', 'removed'))"
    over = db.execute(
        "select need, state from need where closed_on = 0 and (moved_on <= ? and (due = ? or state not in"
        f" ('waiting', 'open')) or due < ? and state in ('waiting', 'open') or asked_by in {gone}) order by need",
        (day - EXPIRY_DAYS, NO_DAY, day - GRACE_DAYS),
    ).fetchall()
    for need, state in over:
        _close(db, need, day, state=NEED_STEPS.after(state, "passing"))
        _free(db, need)
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
