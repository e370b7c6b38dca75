"""Turns on call: by which rule they are planned, accepted and handed over, and what changes.

A turn has one holder. It leaves them only when somebody else accepts, or when they are no longer a member. Handed over in the
middle it becomes two: the days that were served stay with whoever served them, the rest begins as a turn of its own.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.tasks.facts import (
    CALL_STEPS,
    TURN_DAYS_MOST,
    CallLimitStated,
    CallTurnAccepted,
    CallTurnCancelled,
    CallTurnDeclined,
    CallTurnPlanned,
    HandOverAsked,
    HandOverPassedOn,
    HandOverTakenBack,
    WeeklyTimesStated,
)
from nasij.areas.tasks.turns import HELD, days_of, hindrance, is_silent, next_in_order, overlapping
from nasij.clock import HOURS_A_DAY
from nasij.errors import Malformed, Refused
from nasij.ids import numbered_id
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.who import ROLE_PREFIX, By

COORDINATION = ROLE_PREFIX + "cases"
NOT_YOURS = mark("This is not yours to do.")
TWICE = mark("This was said already.")
_NOT_ASKED = mark("Somebody else is asked now.")


def coordinates(db: Connection, by: By) -> bool:
    """Say whether somebody plans for the others: coordination, or any trusted member while nobody coordinates."""
    return "cases" in by.roles or not who.role_holders(db, "cases")


def turn_of(db: Connection, turn: str) -> dict[str, Any]:
    """Return a turn."""
    return fields(db, "call_turn", "turn", turn)


def is_asking(turn: dict[str, Any]) -> bool:
    """Say whether an answer is waited for: to a plan, or to a hand-over."""
    return turn["state"] == "planned" or (turn["state"] in HELD and bool(turn["handing"]))


# Rules


def may_say_times(_db: Connection, by: By, fact: WeeklyTimesStated) -> None:
    """Speak for oneself only."""
    if fact.member != by.member:
        raise Refused(mark("Everybody says this only of themselves."))


def may_plan(db: Connection, by: By, fact: CallTurnPlanned) -> None:
    """Plan for somebody who said they can, on days that nobody has yet; anybody may plan for themselves."""
    if rows(db, "select 1 from call_turn where turn = ?", fact.turn):
        raise Refused(TWICE)
    if not coordinates(db, by) and fact.first != by.member:
        raise Refused(mark("Coordination plans for others; everybody plans for themselves."))
    if not fact.first_day <= fact.last_day < fact.first_day + TURN_DAYS_MOST:
        raise Malformed(mark("A turn lasts twelve days at most."), field="last_day")
    if fact.last_day < by.day:
        raise Malformed(mark("This day is over. Please choose another."), field="last_day")
    if overlapping(db, fact.kind, fact.first_day, fact.last_day):
        raise Refused(mark("There is a turn on one of these days already."))
    if fact.backup == fact.first:
        raise Malformed(mark("Please choose somebody else."), field="backup")
    _can(db, by, fact.first, fact.first_day, fact.last_day)


def _can(db: Connection, by: By, member: str, first: int, last: int, without: str = "") -> None:
    if sentence := hindrance(db, member, first, last, by.day, without=without):
        raise Refused(sentence, advice=mark("Nobody goes beyond their own limit; everybody can change what they said."))


def may_accept(db: Connection, by: By, fact: CallTurnAccepted) -> None:
    """Let whoever is asked accept, or anybody where nobody is left to ask; never beyond their own limit."""
    turn = turn_of(db, fact.turn)
    if not is_asking(turn):
        raise Refused(mark("Somebody has this turn."))
    if turn["asked"] not in ("", by.member) or turn["member"] == by.member:
        raise Refused(_NOT_ASKED)
    _can(db, by, by.member, *days_of(turn, by.day), without=fact.turn)


def may_decline(db: Connection, by: By, fact: CallTurnDeclined) -> None:
    """Let whoever is asked say no; they need no reason."""
    turn = turn_of(db, fact.turn)
    if not is_asking(turn) or turn["asked"] != by.member:
        raise Refused(_NOT_ASKED)


def may_hand_over(db: Connection, by: By, fact: HandOverAsked) -> None:
    """Let whoever has it ask for somebody else, or coordination for them where they cannot press themselves."""
    turn = turn_of(db, fact.turn)
    if turn["state"] not in HELD:
        raise Refused(mark("Nobody has this turn."))
    if by.member != turn["member"] and not coordinates(db, by):
        raise Refused(NOT_YOURS)
    if turn["handing"]:
        raise Refused(TWICE)
    if fact.to == turn["member"]:
        raise Malformed(mark("Please choose somebody else."), field="to")
    if fact.to:
        _can(db, by, fact.to, *days_of(turn, by.day), without=fact.turn)


def may_take_back(db: Connection, by: By, fact: HandOverTakenBack) -> None:
    """Let only whoever has it keep it."""
    turn = turn_of(db, fact.turn)
    if turn["state"] not in HELD or not turn["handing"] or turn["member"] != by.member:
        raise Refused(mark("This turn is not being handed over by you."))


def may_pass_on(db: Connection, by: By, fact: HandOverPassedOn) -> None:
    """Ask the next only once the time of the one before has passed."""
    turn = turn_of(db, fact.turn)
    if turn["asked"] != fact.asked or not is_silent(db, turn, by.hour):
        raise Refused(_NOT_ASKED)


def may_cancel(db: Connection, by: By, fact: CallTurnCancelled) -> None:
    """Cancel only what nobody has accepted; what somebody has is handed over."""
    CALL_STEPS.may(db, fact.turn, fact)
    if by.member != turn_of(db, fact.turn)["planned_by"] and not coordinates(db, by):
        raise Refused(NOT_YOURS)


# Folds


def fold_limit(db: Connection, by: By, fact: CallLimitStated) -> None:
    """Write it down in place of what was said before."""
    values = {"days_most": fact.days_most, "rest_days": fact.rest_days, "free_from": fact.free_from}
    put(db, "call_limit", member=by.member, audience=by.audience, **values)


def fold_times(db: Connection, by: By, fact: WeeklyTimesStated) -> None:
    """Let coordination's rooms know."""
    who.admit(db, by.audience, by.member, COORDINATION)
    put(db, "weekly_times", member=fact.member, times=" ".join(fact.times), audience=by.audience)


def fold_planned(db: Connection, by: By, fact: CallTurnPlanned) -> None:
    """Ask the first."""
    row = {name: getattr(fact, name) for name in ("turn", "kind", "first_day", "last_day", "backup")}
    row |= {"planned_by": by.member, "asked": fact.first, "asked_at": by.hour, "unasked": " ".join(fact.apart)}
    insert(db, "call_turn", row | {"state": "planned", "audience": by.audience})


def _change(db: Connection, turn: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update call_turn set {names} where turn = ?", (*changed.values(), turn))


def _begins(turn: dict[str, Any], day: int) -> str:
    return "on" if turn["first_day"] <= day else "accepted"


def fold_accepted(db: Connection, by: By, fact: CallTurnAccepted) -> None:
    """Give the turn, or what is left of it, to whoever accepts; a turn before it that was over is handed over with it."""
    turn = turn_of(db, fact.turn)
    if turn["state"] == "planned":
        state = CALL_STEPS.after("planned", f"CallTurnAccepted/{_begins(turn, by.day)}")
        first, _ = days_of(turn, by.day)  # nobody is counted for days that had passed when they said yes
        _change(db, fact.turn, member=by.member, state=state, first_day=first, asked="", asked_at=0, unasked="")
    else:
        CALL_STEPS.after(turn["state"], "CallTurnAccepted/handed_over")
        _split(db, turn, by.day, member=by.member, state=_begins(turn, by.day))
    _relieve(db, by.day)


def _split(db: Connection, turn: dict[str, Any], day: int, **rest: Any) -> None:
    """Close a turn with the days that were served, and begin what is left of it as another."""
    first, last = days_of(turn, day)
    ended = day if turn["first_day"] <= day else turn["first_day"] - 1
    _change(db, turn["turn"], state="handed_over", ended_on=ended, closed_on=day, asked="", handing=0, unasked="")
    kept = {name: turn[name] for name in ("kind", "planned_by", "backup", "audience")}
    begun = {"turn": numbered_id(turn["turn"], 1), "first_day": first, "last_day": last}
    insert(db, "call_turn", kept | begun | rest)


def fold_declined(db: Connection, by: By, fact: CallTurnDeclined) -> None:
    """Ask the next in order."""
    _ask_next(db, turn_of(db, fact.turn), by.hour, by.day)


def fold_passed_on(db: Connection, by: By, fact: HandOverPassedOn) -> None:
    """Ask the next in order."""
    _ask_next(db, turn_of(db, fact.turn), by.hour, by.day)


def _ask_next(db: Connection, turn: dict[str, Any], hour: int, day: int) -> None:
    unasked = " ".join(sorted({*turn["unasked"].split(), turn["asked"]} - {""}))
    asked = next_in_order(db, turn | {"unasked": unasked}, day)
    _change(db, turn["turn"], asked=asked, asked_at=hour, unasked=unasked)


def fold_hand_over(db: Connection, by: By, fact: HandOverAsked) -> None:
    """Ask for somebody else; until one accepts, nothing about who has it changes."""
    turn = turn_of(db, fact.turn) | {"unasked": " ".join(fact.apart)}
    asked = fact.to or next_in_order(db, turn, by.day)
    handing = 2 if fact.at_once else 1
    _change(db, fact.turn, handing=handing, asked=asked, asked_at=by.hour, unasked=turn["unasked"])


def fold_taken_back(db: Connection, _by: By, fact: HandOverTakenBack) -> None:
    """Ask nobody any more."""
    _change(db, fact.turn, handing=0, asked="", asked_at=0, unasked="")


def fold_cancelled(db: Connection, by: By, fact: CallTurnCancelled) -> None:
    """End it."""
    CALL_STEPS.move(db, fact.turn, fact)
    _change(db, fact.turn, asked="", closed_on=by.day)


# What a day does


def passing(db: Connection, day: int) -> None:
    """Begin and end turns; ask for somebody where nobody follows, where whoever was asked is silent, where the holder is gone."""
    _begin(db, day)
    _drop_gone(db, day)
    _relieve(db, day)
    hour = day * HOURS_A_DAY
    for turn in _live(db):
        over = turn["state"] == "on" and turn["last_day"] < day
        if over and not turn["handing"]:
            _ask_next(db, turn, hour, day)
            _change(db, turn["turn"], handing=1)
        elif is_silent(db, turn, hour):
            _ask_next(db, turn, hour, day)


def _live(db: Connection) -> list[dict[str, Any]]:
    return rows(db, "select * from call_turn where state in ('planned', 'accepted', 'on') order by first_day, turn")


def _begin(db: Connection, day: int) -> None:
    for turn in _live(db):
        if turn["state"] == "accepted" and turn["first_day"] <= day:
            _change(db, turn["turn"], state=CALL_STEPS.after("accepted", "passing/on"))
        elif turn["state"] == "planned" and turn["last_day"] < day:
            _change(db, turn["turn"], state=CALL_STEPS.after("planned", "passing"), asked="", closed_on=day)


def _drop_gone(db: Connection, day: int) -> None:
    """Give the duties of whoever is no longer here back, and ask the next in order."""
    here = who.members(db)
    for turn in _live(db):
        if turn["member"] and turn["member"] not in here:
            CALL_STEPS.after(turn["state"], "passing/handed_over")
            rest = turn | {"turn": numbered_id(turn["turn"], 1), "unasked": turn["member"]}
            asked = next_in_order(db, rest, day)
            asking = {"asked": asked, "asked_at": day * HOURS_A_DAY, "unasked": turn["member"]}
            _split(db, turn, day, member="", state="planned", **asking)
    gone = "(select member from member where standing in ('left', 'removed'))"
    for table in ("call_limit", "weekly_times"):
        db.execute(f"update {table} set closed_on = ? where closed_on = 0 and member in {gone}", (day,))


def _relieve(db: Connection, day: int) -> None:
    """End each turn whose days are over once somebody else is on call for the same."""
    live = [turn for turn in _live(db) if turn["state"] == "on"]
    for turn in live:
        follows = [other for other in live if other["kind"] == turn["kind"] and other["last_day"] >= day]
        if turn["last_day"] < day and follows:
            state = CALL_STEPS.after("on", "passing/handed_over")
            _change(db, turn["turn"], state=state, ended_on=day - 1, closed_on=day, asked="", handing=0, unasked="")
