"""People who live together: said by one, confirmed by the other, known to the two of them alone.

It does two things, both in the rooms of the two. Where one of them asks the fund, the other is on no panel that the room
draws; whoever sits on one anyway, because the link came later, is told to stand back and cannot decide. And both count once:
the code that their grants are counted by is the same from then on. No fact about it leaves their circle, so nobody else's
room can check it, and nobody else learns who lives with whom. Who cannot see each other here can still tell each other the
code of the period by word of mouth, as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.grants.facts import PeriodCodeKept
from nasij.areas.grants.queue import period_of
from nasij.errors import Malformed, Refused
from nasij.ids import is_id, new_id, numbered_id
from nasij.kit import charter, who
from nasij.kit.area import ANYBODY_IN, act, circle, fact, where
from nasij.kit.field import Id, Ref, Text, Whole, mark
from nasij.kit.page import Item, Page
from nasij.kit.rows import put, record, rows
from nasij.kit.steps import Steps
from nasij.kit.table import Keep, Table, number, text
from nasij.kit.who import By

LINKS_MOST = 8  # of one person: a home has no more people, and nobody asks everybody; no choice of a group
PAGE = "/grants/household"
HOUSEHOLD = Steps(
    "household",
    "household",
    ("asked",),
    {
        "asked": {"HouseholdConfirmed": "linked", "HouseholdEnded": "ended", "passing": "ended"},
        "linked": {"HouseholdEnded": "ended", "passing": "ended"},
        "ended": {},
    },
    {
        "asked": mark("Waits for a yes"),
        "linked": mark("You count as one household"),
        "ended": mark("No household any more"),
    },
)
_CODE = Text(length_max=16, hidden=True, keep=Keep.WORKING)
AHousehold = Annotated[str, Ref(to="household", hidden=True, keep=Keep.WORKING)]
TABLES = (
    Table(
        "household",
        {
            "household": text(Keep.WORKING),
            "asked_by": text(Keep.WORKING),
            "other": text(Keep.WORKING),
            "state": text(Keep.WORKING),
            "since": number(Keep.WORKING),
            "seed": text(Keep.WORKING),
            "period": number(Keep.WORKING),
            "period_code": text(Keep.WORKING),
        },
        key=("household",),
        indexes=(("state",),),
    ),
)


@dataclass(frozen=True, slots=True)
class HouseholdOffered:
    """I live with this person, and ask them to say so too."""

    household: Annotated[str, Id(keep=Keep.WORKING)]
    other: Annotated[str, Ref(to="member", keep=Keep.WORKING)]
    seed: Annotated[str, _CODE]
    period: Annotated[int, Whole(most=100_000, hidden=True, keep=Keep.WORKING)]
    period_code: Annotated[str, _CODE]


@dataclass(frozen=True, slots=True)
class HouseholdConfirmed:
    """Yes, we live together."""

    household: AHousehold


@dataclass(frozen=True, slots=True)
class HouseholdEnded:
    """We do not live together, or no longer."""

    household: AHousehold


# -- what holds in my room ----------------------------------------------------------------------------------------------


def links(db: Connection, member: str) -> list[dict[str, Any]]:
    """Return the links of this person that are asked for or hold, the oldest first."""
    return rows(
        db,
        "select * from household where (asked_by = ? or other = ?) and state <> 'ended' order by since, household",
        member,
        member,
    )


def _linked(db: Connection, member: str) -> list[dict[str, Any]]:
    return [row for row in links(db, member) if row["state"] == "linked"]


def lives_with(db: Connection, member: str) -> frozenset[str]:
    """Return with whom this person lives, as far as this room knows: only the two of a link know of it."""
    return frozenset(
        {row["asked_by"] for row in _linked(db, member)} | {row["other"] for row in _linked(db, member)}
    ) - {member}


def is_linked(db: Connection, member: str, request: dict[str, Any]) -> bool:
    """Say whether this person lives with whoever asks, or with whom it is for."""
    return bool(lives_with(db, member) & {request["asked_by"], request["for_whom"]})


def stays_out(db: Connection, by: By, request: dict[str, Any]) -> None:
    """Raise `Refused` where somebody would decide about whom they live with."""
    if is_linked(db, by.member, request):
        raise Refused(
            mark("You live with somebody this is about, so you do not decide it."),
            advice=mark("Stand back on the page of the request, and the next one takes your seat."),
        )


def household_code(db: Connection, member: str, period: int) -> str:
    """Return the code that this person's household is counted by in a period, empty where there is no household.

    It follows from a secret of the two, so the codes of two periods have nothing in common for anybody else.
    """
    for row in _linked(db, member):
        return str(row["period_code"]) if row["period"] == period else numbered_id(row["seed"], period)
    return ""


# -- rules and folds ----------------------------------------------------------------------------------------------------


def may_offer(db: Connection, by: By, fact: HouseholdOffered) -> None:
    """Ask somebody else who is in, once."""
    if fact.other == by.member or fact.other not in who.members(db):
        raise Malformed(mark("Please choose one from the list."), field="other")
    if rows(db, "select 1 from household where household = ?", fact.household):
        raise Refused(mark("This is here already."))
    if not (is_id(fact.seed) and is_id(fact.period_code)):
        raise Malformed


def fold_offered(db: Connection, by: By, fact: HouseholdOffered) -> None:
    """Let the two of them know, and nobody else."""
    who.admit(db, by.audience, by.member, fact.other)
    row = {name: getattr(fact, name) for name in ("household", "other", "seed", "period", "period_code")}
    put(db, "household", **row, asked_by=by.member, state="asked", since=by.day, audience=by.audience)


def may_confirm(db: Connection, by: By, fact: HouseholdConfirmed) -> None:
    """Let whoever was asked say yes."""
    HOUSEHOLD.may(db, fact.household, fact)
    if record(db, "select other from household where household = ?", fact.household)["other"] != by.member:
        raise Refused(mark("Only whoever was asked can say yes."))


def fold_confirmed(db: Connection, _by: By, fact: HouseholdConfirmed) -> None:
    """Let it hold."""
    HOUSEHOLD.move(db, fact.household, fact)


def may_end(db: Connection, by: By, fact: HouseholdEnded) -> None:
    """Let either of them say no, or end it."""
    HOUSEHOLD.may(db, fact.household, fact)
    row = record(db, "select asked_by, other from household where household = ?", fact.household)
    if by.member not in (row["asked_by"], row["other"]):
        raise Refused(mark("Only the two of you can end this."))


def fold_ended(db: Connection, by: By, fact: HouseholdEnded) -> None:
    """End it, without saying who wanted that to anybody else."""
    HOUSEHOLD.may(db, fact.household, fact)
    _end(db, record(db, "select * from household where household = ?", fact.household), by.day)


def _end(db: Connection, row: dict[str, Any], day: int) -> None:
    db.execute("update household set state = 'ended', closed_on = ? where household = ?", (day, row["household"]))
    who.release(db, row["audience"], row["asked_by"], row["other"])


def pass_households(db: Connection, day: int) -> None:
    """End what nobody answered, and the links of people who are gone."""
    in_force = who.members(db, ("new", "trusted", "resting", "suspended"))
    waits = charter.value(db, "household_days")
    for row in rows(db, "select * from household where state <> 'ended' order by household"):
        gone = not {row["asked_by"], row["other"]} <= in_force
        if gone or (row["state"] == "asked" and row["since"] + waits < day):
            _end(db, row, day)


# -- what people press and see ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HouseholdForm:
    """Saying that one lives with somebody."""

    other: Annotated[
        str,
        Ref(
            to="member",
            keep=Keep.WORKING,
            label=mark("Who lives with you?"),
            why=mark("Only this person is asked, and only the two of you ever see it."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class OneHousehold:
    """A press about one link."""

    household: AHousehold


def others_to_choose(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody whom there is no such link with yet."""
    known = {row["asked_by"] for row in links(db, by.member)} | {row["other"] for row in links(db, by.member)}
    return who.by_name(db, who.members(db) - {by.member} - known)


def _code_now(db: Connection, by: By, period: int) -> str:
    kept = rows(db, "select period_code from my_period where period = ?", period)
    return household_code(db, by.member, period) or (str(kept[0]["period_code"]) if kept else "")


def offered(db: Connection, by: By, form: HouseholdForm) -> Sequence[Any]:
    """Ask: the other takes over the code that I am counted by, so that both count once from here on."""
    mine = links(db, by.member)
    if form.other in {row[name] for row in mine for name in ("asked_by", "other")}:
        raise Malformed(mark("Between the two of you this is said or asked already."), field="other")
    if len(mine) >= LINKS_MOST:
        raise Refused(
            mark("You have as many of these as one home has people."),
            advice=mark("End one that no longer holds."),
        )
    period = period_of(db, by.day)
    code = _code_now(db, by, period)
    linked = _linked(db, by.member)
    kept = [] if code else [PeriodCodeKept(period, code := new_id())]
    seed = str(linked[0]["seed"]) if linked else new_id()
    return [*kept, HouseholdOffered(new_id(), form.other, seed, period, code)]


def confirmed(db: Connection, by: By, form: OneHousehold) -> Sequence[Any]:
    """Say yes; one household counts once, so whoever is in one asks the newcomer to it, and not the other way."""
    row = record(db, "select * from household where household = ?", form.household)
    mine = _linked(db, by.member)
    if mine and mine[0]["seed"] != row["seed"]:
        raise Refused(
            mark("You count together with somebody else already."),
            advice=mark("Ask this person from your page instead, so that all of you count once."),
        )
    return [HouseholdConfirmed(form.household)]


def household_page(db: Connection, by: By) -> Page:
    """Show with whom I live, who asks, and the code for those who cannot see each other here."""
    period = period_of(db, by.day)
    found = [
        row | {"with": row["other"] if row["asked_by"] == by.member else row["asked_by"]}
        for row in links(db, by.member)
    ]
    values = {"links": found, "steps": HOUSEHOLD, "code_of_period": _code_now(db, by, period), "me": by.member}
    return Page("grants/household.html", values)


def waiting(db: Connection, by: By) -> list[Item]:
    """Return who asks me whether we live together."""
    asked = [row for row in links(db, by.member) if row["state"] == "asked" and row["other"] == by.member]
    return [Item(3, mark("Somebody says that you live together"), PAGE) for _ in asked[:1]]


_READ_BY = circle("household", "household")
_ITS_READERS = where("household", "household")
FACTS = (
    fact(HouseholdOffered, said_by=ANYBODY_IN, read_by=_READ_BY, rule=may_offer, fold=fold_offered),
    fact(HouseholdConfirmed, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=may_confirm, fold=fold_confirmed),
    fact(HouseholdEnded, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=may_end, fold=fold_ended),
)
ACTS = (
    act(
        PAGE + "/ask",
        HouseholdForm,
        by=ANYBODY_IN,
        make=offered,
        options={"other": others_to_choose},
        then=PAGE,
        title=mark("Say who lives with you"),
        press=mark("Ask this person"),
        why=mark(
            "Who lives together counts once where money is asked for, and nobody decides about whom they live with."
        ),
    ),
    act(
        PAGE + "/{household}/yes",
        OneHousehold,
        by=ANYBODY_IN,
        make=confirmed,
        then=PAGE,
        title=mark("We live together"),
        press=mark("Yes, we live together"),
    ),
    act(
        PAGE + "/{household}/end",
        HouseholdEnded,
        then=PAGE,
        title=mark("We do not live together"),
        press=mark("We do not live together"),
    ),
)
