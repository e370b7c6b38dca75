"""What givers and keepers can do: forms about gifts and pledges, and the facts they make.

A fact of the books shows its author. So whoever gives says only private facts, and the keeper books what came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.fund.facts import (
    PURPOSE,
    AGift,
    APledge,
    GiftAnnounced,
    GiftMissed,
    GiftReceived,
    GiftReturned,
    GiftTold,
    Method,
    MoneyReceived,
    PledgeMade,
    PledgeStopped,
    Visible,
)
from nasij.areas.fund.facts import RHYTHM as RHYTHMS
from nasij.areas.fund.rules import open_pot
from nasij.errors import Refused
from nasij.ids import code, new_id
from nasij.kit import money
from nasij.kit.area import TRUSTED_MEMBER, Act, act
from nasij.kit.field import Choice, Day, Ref, Text, mark
from nasij.kit.rows import fields, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

RHYTHM_DAYS = {"weekly": 7, "monthly": 28}
TypedAmount = Annotated[
    str,
    Text(
        length_max=40, keep=Keep.LEDGER, label=mark("Amount"), why=mark("In the pot's currency, such as 120 or 12.50.")
    ),
]
IntoPot = Annotated[
    str,
    Ref(to="pot", label=mark("Into which pot"), why=mark("Its keeper takes it in. The currency is that of the pot.")),
]
PotLike = Annotated[
    str,
    Ref(
        to="pot",
        label=mark("In the currency of which pot"),
        why=mark("Into which pot it goes is chosen anew with each gift."),
    ),
]
MyPot = Annotated[str, Ref(to="pot", label=mark("Into which of the pots that you keep"))]
_PURPOSE_WHY = mark("It is then kept for that and spent on nothing else. Left empty, it helps with whatever is needed.")
ForPurpose = Annotated[
    str,
    Choice(
        of=PURPOSE,
        optional=True,
        label=mark("Only for one purpose"),
        why=_PURPOSE_WHY,
    ),
]
# What a giver says goes with them; only what arrives is booked, and stays.
GivenAmount = Annotated[
    str,
    Text(
        length_max=40,
        keep=Keep.WORKING,
        label=mark("Amount"),
        why=mark("In the pot's currency, such as 120 or 12.50."),
    ),
]
GivenFor = Annotated[
    str,
    Choice(of=PURPOSE, optional=True, keep=Keep.WORKING, label=mark("Only for one purpose"), why=_PURPOSE_WHY),
]


@dataclass(frozen=True, slots=True)
class GiveForm:
    """A gift, once."""

    method: Method
    pot: IntoPot
    amount: GivenAmount
    purpose: GivenFor
    visible: Visible


@dataclass(frozen=True, slots=True)
class PledgeForm:
    """A gift that comes again and again."""

    method: Method
    pot: PotLike
    amount: GivenAmount
    rhythm: Annotated[str, Choice(of=RHYTHMS, label=mark("How often"))]
    until: Annotated[int, Day(label=mark("Until which day"))]
    purpose: GivenFor


@dataclass(frozen=True, slots=True)
class PledgeGiftForm:
    """One gift of a pledge."""

    pledge: APledge
    pot: IntoPot


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """What really came of a gift."""

    gift: AGift
    pot: MyPot
    amount: TypedAmount


@dataclass(frozen=True, slots=True)
class BookForm:
    """Money that came from nobody in particular."""

    pot: MyPot
    amount: TypedAmount
    purpose: ForPurpose


@dataclass(frozen=True, slots=True)
class OpeningForm:
    """What is in a pot on its first day."""

    pot: MyPot
    amount: TypedAmount


@dataclass(frozen=True, slots=True)
class TellForm:
    """A word in public."""

    words: Annotated[
        str, Text(length_max=120, traceless=True, keep=Keep.SHORT, optional=True, label=mark("A word with it"))
    ]


def pot_label(row: Mapping[str, Any]) -> str:
    """Return what a pot is called in a list: its currency and its code."""
    return f"{row['currency']} {code(row['pot'])}"


def open_pots(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the pots in use whose keeper is among us."""
    found = rows(
        db,
        "select pot, currency from pot join member on member.member = keeper where state = 'open'"
        " and standing in ('trusted', 'resting') order by currency, kind, pot",
    )
    return [(row["pot"], pot_label(row)) for row in found]


def my_pots(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the pots in use that this person keeps."""
    found = rows(
        db, "select pot, currency from pot where state = 'open' and keeper = ? order by currency, kind, pot", by.member
    )
    return [(row["pot"], pot_label(row)) for row in found]


def announced(db: Connection, by: By, form: GiveForm) -> list[Any]:
    """Announce a gift to the people of the fund and the keeper."""
    currency = open_pot(db, form.pot)["currency"]
    amount = money.read(form.amount, currency)
    return [GiftAnnounced(new_id(), form.method, amount, currency, form.purpose, form.visible, form.pot, "")]


def pledged(db: Connection, by: By, form: PledgeForm) -> list[Any]:
    """Pledge."""
    currency = open_pot(db, form.pot)["currency"]
    amount = money.read(form.amount, currency)
    return [PledgeMade(new_id(), form.method, amount, currency, form.rhythm, form.until, form.purpose)]


def gave_pledged(db: Connection, by: By, form: PledgeGiftForm) -> list[Any]:
    """Announce one gift of one's own pledge."""
    it = fields(db, "pledge", "pledge", form.pledge)
    if it["giver"] != by.member or it["state"] != "running":
        raise Refused(mark("This pledge is not yours, or it is over."))
    what = (it["method"], it["amount"], it["currency"], it["purpose"])
    return [GiftAnnounced(new_id(), *what, "private", form.pot, form.pledge)]


def took_in(db: Connection, by: By, form: ReceivedForm) -> list[Any]:
    """Book what came, and tie it to the gift where only its people see it."""
    gift, pot, entry = fields(db, "gift", "gift", form.gift), open_pot(db, form.pot), new_id()
    amount = money.read(form.amount, pot["currency"])
    booked = MoneyReceived(entry, form.pot, amount, pot["currency"], gift["purpose"], by.day // 7, opening=False)
    return [booked, GiftReceived(form.gift, entry)]


def booked(db: Connection, by: By, form: BookForm) -> list[Any]:
    """Book what came from nobody in particular."""
    currency = open_pot(db, form.pot)["currency"]
    amount = money.read(form.amount, currency)
    return [MoneyReceived(new_id(), form.pot, amount, currency, form.purpose, by.day // 7, opening=False)]


def opened_with(db: Connection, by: By, form: OpeningForm) -> list[Any]:
    """Book what is there on the first day."""
    currency = open_pot(db, form.pot)["currency"]
    amount = money.read(form.amount, currency)
    return [MoneyReceived(new_id(), form.pot, amount, currency, "", by.day // 7, opening=True)]


def told(db: Connection, by: By, form: TellForm) -> list[Any]:
    """Say in public that one gave, if one gave openly. Only this room knows that, so no rule could ask."""
    mine = "select 1 from gift where giver = ? and visible = 'open' and state in ('received', 'reconciled')"
    if not db.execute(mine, (by.member,)).fetchone():
        raise Refused(mark("This is for whoever gave openly, once the gift has arrived."))
    return [GiftTold(new_id(), form.words)]


def due_of(row: Mapping[str, Any], given: int) -> int:
    """Return the day on which a pledge is due next, after so many gifts of it."""
    return int(row["begun_on"]) + RHYTHM_DAYS[row["rhythm"]] * given


def _amount_start(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    gift = fields(db, "gift", "gift", params["gift"])
    mine = [pot for pot, _ in my_pots(db, by)]
    start = {"amount": money.shown(gift["amount"], gift["currency"])}
    return start | ({"pot": gift["pot"]} if gift["pot"] in mine else {})


ACTS: tuple[Act, ...] = (
    act(
        "/fund/give",
        GiveForm,
        by=TRUSTED_MEMBER,
        make=announced,
        options={"pot": open_pots},
        then="/fund/mine",
        template="fund/give.html",
        title=mark("Give something to our fund"),
        press=mark("Announce it"),
        why=mark("To give without a word to anybody, hand it to a keeper and announce nothing."),
    ),
    act(
        "/fund/pledge",
        PledgeForm,
        by=TRUSTED_MEMBER,
        make=pledged,
        options={"pot": open_pots},
        then="/fund/mine",
        title=mark("Give regularly"),
        press=mark("Pledge it"),
        why=mark("A pledge helps the group to plan. It binds nobody, and can be stopped on any day."),
    ),
    act(
        "/fund/pledge/{pledge}/give",
        PledgeGiftForm,
        by=TRUSTED_MEMBER,
        make=gave_pledged,
        options={"pot": open_pots},
        then="/fund/mine",
        title=mark("Give what was pledged"),
        press=mark("Announce it"),
    ),
    act(
        "/fund/pledge/{pledge}/stop",
        PledgeStopped,
        then="/fund/mine",
        title=mark("Stop this pledge"),
        press=mark("Stop it"),
    ),
    act(
        "/fund/tell",
        TellForm,
        by=TRUSTED_MEMBER,
        make=told,
        then="/fund",
        title=mark("Say openly that you gave"),
        press=mark("Say it"),
        why=mark("Your name is shown for a month, and never an amount. Nobody can say this for somebody else."),
    ),
    act(
        "/fund/gift/{gift}/received",
        ReceivedForm,
        by=TRUSTED_MEMBER,
        make=took_in,
        options={"pot": my_pots},
        prefill=_amount_start,
        then="/fund/gifts",
        title=mark("This gift arrived"),
        press=mark("Book it"),
    ),
    act(
        "/fund/gift/{gift}/missed",
        GiftMissed,
        then="/fund",
        title=mark("This gift did not arrive"),
        press=mark("It did not arrive"),
    ),
    act(
        "/fund/gift/{gift}/returned",
        GiftReturned,
        then="/fund/gifts",
        title=mark("This gift was given back"),
        press=mark("It was given back"),
    ),
    act(
        "/fund/book",
        BookForm,
        by=TRUSTED_MEMBER,
        make=booked,
        options={"pot": my_pots},
        then="/fund/books",
        title=mark("Book money that came without a word"),
        press=mark("Book it"),
        why=mark("Nobody is named in the books, and you say nothing of whom it came from."),
    ),
    act(
        "/fund/opening",
        OpeningForm,
        by=TRUSTED_MEMBER,
        make=opened_with,
        options={"pot": my_pots},
        then="/fund/pots",
        title=mark("What is in the pot on its first day"),
        press=mark("Book it"),
    ),
)
