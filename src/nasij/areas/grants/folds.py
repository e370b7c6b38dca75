"""What is said about grants changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.grants.facts import (
    AlternatesNamed,
    AskDraftDropped,
    AskDrafted,
    ClarificationAsked,
    ClarificationGiven,
    DisputeSettled,
    DrawCommitted,
    DrawRevealed,
    DrawSecretKept,
    GrantAnswered,
    GrantAppealed,
    GrantAsked,
    GrantDecided,
    LessAccepted,
    LessOffered,
    LinkDeclared,
    NeedAssessed,
    NotThisTime,
    OnCallBegun,
    OnCallEnded,
    PartArrived,
    PayerSeated,
    PayoutPrepared,
    PeriodCodeKept,
    PlaceCalled,
    PlaceLeft,
    PlaceTaken,
    RequestQueued,
    RequestWithdrawn,
    SeatChanged,
    TurnCounted,
    TurnReturned,
    UrgentReviewed,
    VerdictGiven,
)
from nasij.areas.grants.household import pass_households
from nasij.areas.grants.lists import PLAN_STEPS, REQUEST_STEPS
from nasij.areas.grants.queue import turns_of, undrawn
from nasij.areas.grants.rules import OPEN
from nasij.areas.grants.seats import of_sitting, request_of, seated
from nasij.kit import charter, draw, who
from nasij.kit.rows import put, record, rows
from nasij.kit.who import By

PANEL_ROWS = ("link_declared", "assessment", "verdict", "grant_decision")
WITH_IT = ("sitter", "clarification", "payout_plan")
_COPIED = [
    "grant",
    "sitting",
    "currency",
    "amount",
    "least",
    "by_when",
    "way",
    "safe_way",
    "words",
    "kind",
    "sources",
    "on_behalf",
    "for_whom",
    "ground",
    "period",
    "period_code",
]


def _change(db: Connection, grant: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update aid_request set {names} where grant = ?", (*changed.values(), grant))


def panel_circle(sitting: str) -> str:
    """Return the circle of a panel, without whoever asks."""
    return f"panel/{sitting}"


# --- in one's own room --------------------------------------------------------------------------------------------------


def fold_drafted(db: Connection, by: By, fact: AskDrafted) -> None:
    """Keep it here."""
    row = {name: getattr(fact, name) for name in ("draft", "currency", "amount", "words")}
    put(db, "ask_draft", **row | {"audience": by.audience})


def fold_draft_dropped(db: Connection, _by: By, fact: AskDraftDropped) -> None:
    """Forget it at once."""
    db.execute("delete from ask_draft where draft = ?", (fact.draft,))


def fold_code_kept(db: Connection, by: By, fact: PeriodCodeKept) -> None:
    """Keep the code for the rest of the period."""
    row = {"period": fact.period, "period_code": fact.period_code, "audience": by.audience, "closed_on": by.day}
    put(db, "my_period", **row)


def fold_secret_kept(db: Connection, by: By, fact: DrawSecretKept) -> None:
    """Keep it until it is revealed."""
    row = {"draw": fact.draw, "secret": fact.secret, "audience": by.audience, "closed_on": by.day}
    put(db, "draw_secret", **row)


def fold_on_call(db: Connection, by: By, fact: OnCallBegun | OnCallEnded) -> None:
    """Note until when."""
    db.execute("delete from on_call where member = ?", (by.member,))
    if isinstance(fact, OnCallBegun):
        put(db, "on_call", member=by.member, until=fact.until, audience=by.audience)


# --- whoever asks, and the panel ----------------------------------------------------------------------------------------


def _seat(db: Connection, by: By, grant: str, members: list[str], state: str) -> None:
    for member in members:
        put(db, "sitter", grant=grant, member=member, state=state, audience=by.audience)
    if state == "in":
        who.admit(db, by.audience, *members)


def fold_asked(db: Connection, by: By, fact: GrantAsked) -> None:
    """Open the circle of the request for whoever asks and the panel; the method is the one of today."""
    row = {name: getattr(fact, name) for name in _COPIED}
    row |= {"state": "submitted", "asked_by": by.member, "asked_on": by.day, "moved_on": by.day}
    row |= {"urgent": int(fact.urgent), "method": charter.value(db, "grant_method"), "audience": by.audience}
    put(db, "aid_request", **row)
    who.admit(db, by.audience, by.member)
    _seat(db, by, fact.grant, fact.panel, "in")
    _seat(db, by, fact.grant, fact.alternates, "alternate")


def fold_named(db: Connection, by: By, fact: AlternatesNamed) -> None:
    """Note who may take a seat."""
    _seat(db, by, fact.grant, fact.alternates, "alternate")
    _change(db, fact.grant, moved_on=by.day)


def fold_seat(db: Connection, by: By, fact: SeatChanged) -> None:
    """Let one go out of both circles and the next in; a verdict goes with whoever gave it."""
    request = request_of(db, fact.grant)
    circle = panel_circle(request["sitting"])
    begun = bool(rows(db, "select 1 from holder where of = ? limit 1", circle))
    if fact.out:
        _stand_back(db, request, fact.out)
    if fact.seated:
        _seat(db, by, fact.grant, [fact.seated], "in")
        if begun:  # never in the view of whoever asks
            who.admit(db, circle, fact.seated)
    _change(db, fact.grant, moved_on=by.day)


def _stand_back(db: Connection, request: dict[str, Any], member: str) -> None:
    db.execute("update sitter set state = 'out' where grant = ? and member = ?", (request["grant"], member))
    who.release(db, request["audience"], member)
    who.release(db, panel_circle(request["sitting"]), member)
    db.execute("delete from verdict where sitting = ? and member = ?", (request["sitting"], member))


def fold_talk(db: Connection, by: By, fact: ClarificationAsked | ClarificationGiven) -> None:
    """Add it to the conversation."""
    place = record(db, "select coalesce(max(place), 0) + 1 as next from clarification where grant = ?", fact.grant)
    row = {"note": fact.note, "grant": fact.grant, "place": place["next"], "said_by": by.member, "said_on": by.day}
    put(db, "clarification", **row | {"words": fact.words, "audience": by.audience})
    if isinstance(fact, ClarificationAsked):
        REQUEST_STEPS.move(db, fact.grant, fact)
    _change(db, fact.grant, moved_on=by.day)


def fold_step(db: Connection, by: By, fact: Any) -> None:
    """Move the request on; what was less than still helps is the least from the yes on."""
    REQUEST_STEPS.move(db, fact.grant, fact)
    _change(db, fact.grant, moved_on=by.day)
    if isinstance(fact, LessOffered):
        _change(db, fact.grant, offered=fact.amount)
    elif isinstance(fact, LessAccepted):
        _change(db, fact.grant, least=fact.amount)
    elif isinstance(fact, GrantAnswered):
        _change(db, fact.grant, granted=fact.amount)
    elif isinstance(fact, RequestQueued):
        _change(db, fact.grant, place=fact.place)
    elif isinstance(fact, NotThisTime):
        _change(db, fact.grant, reason=fact.reason, referral=fact.words)


def fold_returned(db: Connection, by: By, fact: Any) -> None:
    """Take back what was granted; the panel decides anew."""
    REQUEST_STEPS.move(db, fact.grant, fact)
    _let_payer_go(db, request_of(db, fact.grant))
    _change(db, fact.grant, moved_on=by.day, granted=0)
    request = request_of(db, fact.grant)
    if request["arrived"]:  # the verdicts were about more than is asked for now
        db.execute("delete from verdict where sitting = ?", (request["sitting"],))


def fold_appealed(db: Connection, by: By, fact: GrantAppealed) -> None:
    """Let the first panel go, out of both circles, and other people in."""
    request = request_of(db, fact.grant)
    REQUEST_STEPS.move(db, fact.grant, fact)
    for table in PANEL_ROWS:
        db.execute(f"update {table} set closed_on = ? where sitting = ?", (by.day, request["sitting"]))
    _empty(db, panel_circle(request["sitting"]))
    _empty(db, request["audience"], but=by.member)
    db.execute(
        "update sitter set state = 'before' where grant = ? and state in ('in', 'out')",
        (fact.grant,),
    )
    db.execute("delete from sitter where grant = ? and state = 'alternate'", (fact.grant,))
    _change(db, fact.grant, sitting=fact.sitting, appealed=1, moved_on=by.day)
    _seat(db, by, fact.grant, fact.panel, "in")
    _seat(db, by, fact.grant, fact.alternates, "alternate")


def _empty(db: Connection, circle: str, but: str = "") -> None:
    for row in rows(db, "select who from holder where of = ? and who <> ? order by who", circle, but):
        who.release(db, circle, row["who"])


def fold_ended(db: Connection, by: By, fact: Any) -> None:
    """End it in both circles; where money is reserved for it, once the panel has freed that."""
    before = request_of(db, fact.grant)["state"]
    REQUEST_STEPS.move(db, fact.grant, fact)
    if isinstance(fact, RequestWithdrawn) and before == "reserved":
        _change(db, fact.grant, moved_on=by.day)
        return
    _close(db, request_of(db, fact.grant), by.day)


def _close(db: Connection, request: dict[str, Any], day: int) -> None:
    """Close everything of a request, let its people go, and let forgetting begin."""
    grant, sitting = request["grant"], request["sitting"]
    _change(db, grant, closed_on=day, moved_on=day)
    for table in WITH_IT:
        db.execute(f"update {table} set closed_on = ? where grant = ? and closed_on = 0", (day, grant))
    for table in PANEL_ROWS:
        db.execute(f"update {table} set closed_on = ? where sitting = ? and closed_on = 0", (day, sitting))
    _empty(db, request["audience"])
    _empty(db, panel_circle(sitting))


# --- paying out ---------------------------------------------------------------------------------------------------------


def fold_payer(db: Connection, by: By, fact: PayerSeated) -> None:
    """Let the payer read the request; they are not on the panel unless they were."""
    _let_payer_go(db, request_of(db, fact.grant))
    who.admit(db, by.audience, fact.payer)
    _change(db, fact.grant, payer=fact.payer, reservation=fact.reservation, moved_on=by.day)


def _let_payer_go(db: Connection, request: dict[str, Any]) -> None:
    """Let whoever was to pay read no more of it, unless they sit on the panel."""
    if request["payer"] and request["payer"] not in seated(db, request["grant"]):
        who.release(db, request["audience"], request["payer"])
    _change(db, request["grant"], payer="", reservation="")


def fold_prepared(db: Connection, by: By, fact: PayoutPrepared) -> None:
    """Show whoever asked who comes, and the word."""
    REQUEST_STEPS.move(db, fact.grant, fact)
    row = {name: getattr(fact, name) for name in ("payout", "grant", "carrier", "code_word")}
    row |= {"state": "prepared", "payer": by.member, "moved_on": by.day, "audience": by.audience}
    put(db, "payout_plan", **row)
    _change(db, fact.grant, moved_on=by.day)


def fold_plan(db: Connection, by: By, fact: Any) -> None:
    """Move the plan on, and the request with it."""
    PLAN_STEPS.move(db, fact.payout, fact)
    words = {name: getattr(fact, name) for name in ("trouble", "words") if hasattr(fact, name)}
    for name, value in (words | {"moved_on": by.day}).items():
        db.execute(f"update payout_plan set {name} = ? where payout = ?", (value, fact.payout))
    request = request_of(db, fact.grant)
    if type(fact).__name__ in REQUEST_STEPS.moves.get(request["state"], {}):
        REQUEST_STEPS.move(db, fact.grant, fact)
    _change(db, fact.grant, moved_on=by.day)


def fold_settled(db: Connection, by: By, fact: DisputeSettled) -> None:
    """Note the first who says so; with the second it counts as received."""
    first = record(db, "select settled_by from payout_plan where payout = ?", fact.payout)["settled_by"]
    if first and first != by.member:
        fold_plan(db, by, fact)
        return
    said = (by.member, fact.words, fact.payout)
    db.execute("update payout_plan set settled_by = ?, words = ? where payout = ?", said)
    _change(db, fact.grant, moved_on=by.day)


def fold_part(db: Connection, by: By, fact: PartArrived) -> None:
    """Let the request stand for the rest, which is held for it and handed over anew."""
    request = request_of(db, fact.grant)
    fold_plan(db, by, fact)
    came = request["granted"] - fact.missing
    _change(
        db,
        fact.grant,
        arrived=request["arrived"] + came,
        amount=fact.missing,
        granted=fact.missing,
        least=min(request["least"], fact.missing),
    )


# --- the panel alone ----------------------------------------------------------------------------------------------------


def _among_panel(db: Connection, by: By, sitting: str) -> dict[str, Any]:
    """Let those who sit hold the circle of their panel; whoever asked is never among them."""
    request = of_sitting(db, sitting)
    who.admit(db, by.audience, *seated(db, request["grant"]))
    return request


def fold_linked(db: Connection, by: By, fact: LinkDeclared) -> None:
    """Note the link for the panel alone."""
    _among_panel(db, by, fact.sitting)
    row = {"sitting": fact.sitting, "member": by.member, "link": fact.link, "audience": by.audience}
    put(db, "link_declared", **row)


def fold_assessed(db: Connection, by: By, fact: NeedAssessed) -> None:
    """Keep it in place of what was said before."""
    _among_panel(db, by, fact.sitting)
    row = {name: getattr(fact, name) for name in ("sitting", "pressing", "harm", "alternatives")}
    put(db, "assessment", **row | {"member": by.member, "audience": by.audience})


def fold_verdict(db: Connection, by: By, fact: VerdictGiven) -> None:
    """Keep it in place of what was said before."""
    _among_panel(db, by, fact.sitting)
    row = {name: getattr(fact, name) for name in ("sitting", "verdict", "amount", "reason")}
    put(db, "verdict", **row | {"member": by.member, "audience": by.audience})


def fold_decided(db: Connection, by: By, fact: GrantDecided) -> None:
    """Tie the request to its reservation, for the panel alone."""
    _among_panel(db, by, fact.sitting)
    row = {name: getattr(fact, name) for name in ("sitting", "reservation", "amount", "lane", "turn")}
    put(db, "grant_decision", **row | {"decided_by": by.member, "decided_on": by.day, "audience": by.audience})


def fold_reviewed(db: Connection, by: By, fact: UrgentReviewed) -> None:
    """Close the item."""
    db.execute("update grant_decision set reviewed_on = ? where sitting = ?", (by.day, fact.sitting))


# --- by codes only ------------------------------------------------------------------------------------------------------


def fold_counted(db: Connection, by: By, fact: TurnCounted) -> None:
    """Count it; the code is forgotten after half a year."""
    row = {"turn": fact.turn, "period": fact.period, "period_code": fact.period_code}
    put(db, "turn", **row | {"audience": by.audience, "closed_on": by.day})


def fold_uncounted(db: Connection, _by: By, fact: TurnReturned) -> None:
    """Count it no more."""
    db.execute("update turn set returned = 1 where turn = ?", (fact.turn,))


def fold_place(db: Connection, by: By, fact: PlaceTaken) -> None:
    """Put it on the waiting list."""
    row = {name: getattr(fact, name) for name in ("place", "harm", "period", "period_code", "week", "method")}
    put(db, "queue_place", **row | {"state": "waiting", "taken_by": by.member, "audience": by.audience})


def fold_place_over(db: Connection, by: By, fact: PlaceCalled | PlaceLeft) -> None:
    """Take it off, and note whether it went to a code that had not been reached."""
    state = "called" if isinstance(fact, PlaceCalled) else "left"
    place = record(db, "select * from queue_place where place = ?", fact.place)
    first = int(turns_of(db, place["period"], place["period_code"]) == 0)
    db.execute(
        "update queue_place set state = ?, first_time = ?, closed_on = ? where place = ?",
        (state, first, by.day, fact.place),
    )


def fold_committed(db: Connection, by: By, fact: DrawCommitted) -> None:
    """Note the promise; with the second one the list that is drawn from is closed."""
    first = not rows(db, "select 1 from queue_draw where draw = ?", fact.draw)
    if first:  # the rule let it begin, so nobody is left who could finish the one before
        _drop_draws(db, "select draw from queue_draw where state <> 'drawn'")
    row = {"draw": fact.draw, "state": "promised" if first else "closed", "places": " ".join(undrawn(db))}
    put(db, "queue_draw", **row | {"begun_on": by.day, "audience": by.audience})
    row = {"draw": fact.draw, "member": by.member, "commitment": fact.commitment, "audience": by.audience}
    put(db, "draw_part", **row)


def _drop_draws(db: Connection, which: str, *values: int) -> None:
    db.execute(f"delete from queue_draw where draw in ({which})", values)
    db.execute(
        "delete from draw_part where not exists (select 1 from queue_draw where queue_draw.draw = draw_part.draw)"
    )


def fold_revealed(db: Connection, by: By, fact: DrawRevealed) -> None:
    """Compute the order once both are known: behind the places that have theirs from an earlier draw."""
    db.execute("update draw_part set secret = ? where draw = ? and member = ?", (fact.secret, fact.draw, by.member))
    parts = rows(db, "select member, secret from draw_part where draw = ? order by member", fact.draw)
    if not all(part["secret"] for part in parts):
        return
    seed = draw.seed(fact.draw, {part["member"]: part["secret"] for part in parts})
    listed = record(db, "select places from queue_draw where draw = ?", fact.draw)["places"].split()
    last = db.execute("select coalesce(max(drawn), 0) from queue_place where state = 'waiting'").fetchone()[0]
    for number, place in enumerate(draw.order(seed, listed), start=last + 1):
        db.execute("update queue_place set drawn = ? where place = ?", (number, place))
    db.execute(
        "update queue_draw set state = 'drawn', seed = ?, closed_on = ? where draw = ?", (seed, by.day, fact.draw)
    )
    db.execute("update draw_part set closed_on = ? where draw = ?", (by.day, fact.draw))


# --- what a new day does ------------------------------------------------------------------------------------------------


def passing(db: Connection, day: int) -> None:
    """End what is over: turns on call, seats of people without the role, idle requests, hand-overs nobody confirmed."""
    db.execute("delete from on_call where until < ?", (day,))
    _vacate(db)
    _open_discrepancies(db, day)
    _lapse(db, day)
    pass_households(db, day)
    idle = 2 * charter.value(db, "grant_idle_days")
    db.execute(
        "update queue_place set state = 'left', closed_on = ? where state = 'waiting' and week * 7 <= ?",
        (day, day - idle),
    )
    _drop_draws(db, "select draw from queue_draw where state <> 'drawn' and begun_on <= ?", day - 7)


def _vacate(db: Connection) -> None:
    """Empty the seats of those who no longer hold the role."""
    holders = who.role_holders(db, "fund")
    seats = rows(
        db,
        "select sitter.member, aid_request.* from sitter join aid_request using (grant)"
        " where sitter.state = 'in' and aid_request.closed_on = 0 order by grant, sitter.member",
    )
    for seat in seats:
        if seat["member"] not in holders:
            _stand_back(db, seat, seat["member"])
    for request in rows(db, "select * from aid_request where payer <> '' and state = 'reserved' order by grant"):
        if request["payer"] not in holders:
            _let_payer_go(db, request)


def _open_discrepancies(db: Connection, day: int) -> None:
    db.execute(
        "update payout_plan set state = 'disputed', trouble = 'nothing', moved_on = ?"
        " where state in ('carried', 'delivered') and closed_on = 0 and moved_on <= ?",
        (day, day - charter.value(db, "fund_confirm_days")),
    )


def _lapse(db: Connection, day: int) -> None:
    """Close what nobody moved: also in the rooms of those who stood back, to whom nothing more is said."""
    days = charter.value(db, "grant_idle_days")
    there = who.members(db, who.NOT_GONE)  # whoever is frozen may need it most, and comes back
    for request in rows(db, "select * from aid_request where closed_on = 0 order by grant"):
        idle, state = day - request["moved_on"], request["state"]
        gone = request["asked_by"] not in there and state in (*OPEN, "not_now")
        if state == "received" and idle >= charter.value(db, "grant_received_days"):
            _change(db, request["grant"], state="closed")
        elif gone or (state in (*OPEN, "not_now") and idle >= days):
            _change(db, request["grant"], state="lapsed")
        elif idle < 2 * days:
            continue
        _close(db, request, day)
