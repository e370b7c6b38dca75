"""What one can do to bring people together: forms, what they start with, and the facts they make.

What a rule cannot read is asked here, in one's own room, before anything is stated: one's free places over all circles,
and who avoids whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.matching.facts import (
    TURNS_MOST,
    WINDOW_LONGEST,
    AnAsk,
    ANeed,
    ARound,
    AskAccepted,
    AskDeclined,
    AskMovedOn,
    AskWentSilent,
    AskWords,
    CommitmentDeclined,
    CommitmentDone,
    CommitmentFellThrough,
    CommitmentOffered,
    CommitmentPassedOn,
    CommitmentReleased,
    Fifth,
    First,
    Fourth,
    OfferWords,
    PersonAsked,
    RoundBegun,
    RoundStopped,
    Second,
    Third,
    WhenOn,
)
from nasij.areas.matching.rules import capacity, is_coordinator, is_live, open_parts, taken, way_of, why_not_asked
from nasij.areas.matching.suggestions import avoided, concerned, suggestions
from nasij.errors import Malformed, Refused
from nasij.ids import code, new_id
from nasij.kit import who
from nasij.kit.area import TRUSTED_MEMBER, act, holder_of
from nasij.kit.field import Ref, mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

WINDOW_HOURS = 24
WINDOW_NOW = 3
_COORDINATION = holder_of("cases")


@dataclass(frozen=True, slots=True)
class OfferForm:
    """An offer to help with one part of a need; without a part, the first that is still open."""

    need: ANeed
    part: Annotated[str, Ref(to="part", optional=True, hidden=True)]
    when_on: WhenOn
    words: OfferWords


@dataclass(frozen=True, slots=True)
class YesForm:
    """A yes to being asked."""

    ask: AnAsk
    when_on: WhenOn
    words: OfferWords


@dataclass(frozen=True, slots=True)
class RoundForm:
    """Whom to ask, one after another."""

    need: ANeed
    first: First
    second: Second
    third: Third
    fourth: Fourth
    fifth: Fifth
    words: AskWords


@dataclass(frozen=True, slots=True)
class NextForm:
    """A press of "ask the next"."""

    round: ARound


# Offering


def alias(db: Connection, member: str) -> str:
    """Return what a member is called, so that somebody who may not read the list of members knows it too."""
    row = db.execute("select alias from called where member = ?", (member,)).fetchone()
    return str(row[0]) if row else ""


def _first_part(db: Connection, need: str) -> str:
    found = open_parts(db, need)
    if not found:
        raise Refused(
            mark("Somebody already helps with every part of this."),
            advice=mark("Thank you. There may be something else on the list."),
        )
    return str(found[0]["part"])


def _free(db: Connection, by: By) -> None:
    """Refuse beyond one's own limit. Only this room sees all commitments of its member, so no rule could count them."""
    said = capacity(db, by.member)
    if said["per_week"] >= 0 and taken(db, by.member, by.day, shared=False) >= said["per_week"]:
        raise Refused(
            mark("By what you said you can take on, you have no free place this week."),
            advice=mark("You can change that on your own page, or leave it to others this time."),
        )


def _not_over(day: int, by: By) -> None:
    if day and day < by.day - 1:  # somewhere it is still yesterday
        raise Malformed(mark("This day is over. Please choose another."), field="when_on")


def offered(db: Connection, by: By, form: OfferForm) -> list[Any]:
    """Offer help, within one's own limit and rest. Coordination may offer its own help where it brings people together."""
    _not_over(form.when_on, by)
    if capacity(db, by.member)["rest_until"] >= by.day:
        raise Refused(
            mark("You said you rest until a day that has not come yet."),
            advice=mark("Rest is part of helping. You can change the day on your own page."),
        )
    _free(db, by)
    part = form.part or _first_part(db, form.need)
    if db.execute(
        "select 1 from commitment where helper = ? and part = ? and closed_on = 0", (by.member, part)
    ).fetchone():
        raise Refused(mark("You have offered your help with this already."))
    alone = is_coordinator(by) and way_of(db, fields(db, "need", "need", form.need)) == "coordinated"
    arranged_by = by.member if alone else ""
    called = alias(db, by.member)
    return [CommitmentOffered(new_id(), form.need, part, called, form.when_on, form.words, arranged_by, "")]


def said_yes(db: Connection, by: By, form: YesForm) -> list[Any]:
    """Say yes, and offer help in the same breath."""
    _not_over(form.when_on, by)
    ask = fields(db, "ask", "ask", form.ask)
    _free(db, by)
    part, called = _first_part(db, ask["need"]), alias(db, by.member)
    offer = CommitmentOffered(new_id(), ask["need"], part, called, form.when_on, form.words, ask["asked_by"], form.ask)
    return [AskAccepted(form.ask), offer]


# Asking one after another


def window_of(db: Connection, urgency: str) -> int:
    """Return how many hours somebody has to answer."""
    hours = who.setting(db, "ask_window_hours", WINDOW_HOURS)
    return max(1, min(hours, WINDOW_LONGEST, WINDOW_NOW if urgency == "now" else WINDOW_LONGEST))


def _next_askable(db: Connection, by: By, need: Mapping[str, Any], people: list[str]) -> str:
    """Return the first who can be asked; for whom not, nobody is told why: rest, a full week or an avoid list."""
    people_of_need = concerned(db, need)
    out = avoided(db, people_of_need) | people_of_need
    fit = (person for person in people if person not in out and not why_not_asked(db, by, person, need["kind"]))
    return next(fit, "")


def begun(db: Connection, by: By, form: RoundForm) -> list[Any]:
    """Begin a round and ask the first who can be asked."""
    need = fields(db, "need", "need", form.need)
    window = window_of(db, need["urgency"])
    people = [form.first, form.second, form.third, form.fourth, form.fifth]
    first = _next_askable(db, by, need, [person for person in people if person])
    if not first:
        raise Refused(
            mark("None of these people can be asked now."),
            advice=mark("Please choose from those who are suggested, or try again in a few hours."),
        )
    it = new_id()
    return [
        RoundBegun(
            round=it,
            need=form.need,
            first=form.first,
            second=form.second,
            third=form.third,
            fourth=form.fourth,
            fifth=form.fifth,
            words=form.words,
            window=window,
        ),
        PersonAsked(new_id(), it, form.need, first, window, form.words),
    ]


def _left_behind(db: Connection, by: By, round_: str) -> list[Any]:
    """Return what ends the asks of a round whose time is over; raises `Refused` while one still has time."""
    facts: list[Any] = []
    for ask in rows(db, "select * from ask where round = ? and state in ('asked', 'silent')", round_):
        if is_live(ask, by.hour):
            raise Refused(mark("There is still time to answer."), advice=mark("Please wait until it is over."))
        facts += [AskWentSilent(ask["ask"])] if ask["state"] == "asked" else []
        facts.append(AskMovedOn(ask["ask"]))
    return facts


def yet_to_ask(db: Connection, round_: str) -> list[str]:
    """Return the people of a round whose turn comes after the last who was asked, in their order."""
    turns = rows(
        db,
        "select ask_turn.helper, coalesce(ask, '') as ask from ask_turn left join ask on ask.round = ask_turn.round"
        " and ask.helper = ask_turn.helper where ask_turn.round = ? order by ask_turn.place",
        round_,
    )
    last = max((place for place, turn in enumerate(turns) if turn["ask"]), default=-1)
    return [str(turn["helper"]) for turn in turns[last + 1 :]]


def next_asked(db: Connection, by: By, form: NextForm) -> list[Any]:
    """Ask the next, or end the round where nobody is left in it."""
    row = fields(db, "ask_round", "round", form.round)
    if row["state"] != "open":
        raise Refused(mark("This round has ended."), advice=mark("You can begin another."))
    facts = _left_behind(db, by, form.round)
    need = fields(db, "need", "need", row["need"])
    after = _next_askable(db, by, need, yet_to_ask(db, form.round))
    if not after:
        return [*facts, RoundStopped(form.round)]
    return [*facts, PersonAsked(new_id(), form.round, row["need"], after, row["window"], row["words"])]


def people_to_ask(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the trusted members by what they are called."""
    named = [(member, alias(db, member) or code(member)) for member in who.members(db, ("trusted",))]
    return sorted(named, key=lambda pair: (pair[1], pair[0]))


def start_round(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with those who are suggested, in their order."""
    found = suggestions(db, by, params["need"]).people[:TURNS_MOST]
    places = ("first", "second", "third", "fourth", "fifth")
    return {place: one.member for place, one in zip(places, found, strict=False)}


_PEOPLE = dict.fromkeys(("first", "second", "third", "fourth", "fifth"), people_to_ask)
_OFFER = {
    "then": "/match/commitment/{commitment}",
    "by": TRUSTED_MEMBER,
    "make": offered,
    "title": mark("Offer help"),
    "press": mark("Offer help"),
    "why": mark("The person who asked, or coordination, answers. Until then you have promised nothing."),
}
_AT = "/match/commitment/{commitment}"

ACTS = (
    act("/match/offer/{need}", OfferForm, **_OFFER),
    act("/match/offer/{need}/{part}", OfferForm, **_OFFER),
    act(
        _AT + "/pass",
        CommitmentPassedOn,
        by=_COORDINATION,
        then=_AT,
        title=mark("Pass this offer on"),
        press=mark("Pass it on"),
    ),
    act(
        _AT + "/decline",
        CommitmentDeclined,
        then="/match/mine",
        title=mark("Not this time"),
        press=mark("Thank you, not this time"),
        why=mark("No reason is needed. The need stays on the list."),
    ),
    act(
        _AT + "/release",
        CommitmentReleased,
        then="/match/mine",
        title=mark("I cannot do it after all"),
        press=mark("Give it back"),
        why=mark("That happens. The sooner it is said, the sooner somebody else can step in."),
    ),
    act(
        _AT + "/fell",
        CommitmentFellThrough,
        then=_AT,
        title=mark("It did not come to pass"),
        press=mark("It fell through"),
        why=mark("Nobody is blamed for it. The part can then look for somebody else."),
    ),
    act(
        _AT + "/done",
        CommitmentDone,
        by=TRUSTED_MEMBER,
        then=_AT,
        title=mark("It is done"),
        press=mark("It is done"),
    ),
    act(
        "/match/begin/{need}",
        RoundForm,
        by=_COORDINATION,
        make=begun,
        then="/match/round/{round}",
        title=mark("Ask people one after another"),
        press=mark("Ask the first"),
        why=mark("Each has time to answer before the next is asked. Whoever rests or is full is passed over."),
        options=_PEOPLE,
        prefill=start_round,
    ),
    act(
        "/match/round/{round}/next",
        NextForm,
        by=_COORDINATION,
        make=next_asked,
        then="/match/round/{round}",
        title=mark("Ask the next"),
        press=mark("Ask the next"),
    ),
    act(
        "/match/round/{round}/stop",
        RoundStopped,
        by=_COORDINATION,
        then="/match/round/{round}",
        title=mark("End this round"),
        press=mark("End this round"),
    ),
    act(
        "/match/ask/{ask}/yes",
        YesForm,
        by=TRUSTED_MEMBER,
        make=said_yes,
        then="/match/commitment/{commitment}",
        title=mark("Yes, I can help"),
        press=mark("Yes, I can help"),
        why=mark("The person who asked then decides. Until then you have promised nothing."),
    ),
    act(
        "/match/ask/{ask}/no",
        AskDeclined,
        by=TRUSTED_MEMBER,
        then="/match/mine",
        title=mark("Not this time"),
        press=mark("Not this time"),
        why=mark("No reason is needed, and nobody but coordination learns of it."),
    ),
)
