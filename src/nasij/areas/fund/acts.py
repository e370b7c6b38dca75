"""What keepers and the people of the fund can do: pots, moving money, corrections, counts, and what is promised."""

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.fund import giving
from nasij.areas.fund.facts import (
    ACount,
    AnEntry,
    APayout,
    APot,
    CorrectionAgreed,
    CorrectionAsked,
    CorrectionDropped,
    CountConfirmed,
    CountDiffers,
    CountDropped,
    CountMade,
    FeeBooked,
    Keeper,
    Kind,
    PayoutAttested,
    PayoutDisputed,
    PayoutResolved,
    PayoutReversed,
    PayoutShort,
    PotAgreed,
    PotClosed,
    PotFrozen,
    PotOpened,
    PotThawed,
    ReservationBacked,
    ReservationReleased,
    ShortfallAgreed,
    TransferConfirmed,
    TransferDropped,
    TransferPrepared,
)
from nasij.areas.fund.giving import TypedAmount, my_pots, open_pots, pot_label
from nasij.areas.fund.rules import open_pot, right_currency
from nasij.errors import Malformed
from nasij.ids import code, new_id
from nasij.kit import money, who
from nasij.kit.area import TRUSTED_MEMBER, Act, act, holder_of
from nasij.kit.field import Ref, Text, mark
from nasij.kit.rows import fields, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

_FUND = holder_of("fund")


def _typed(label: str, *, optional: bool = False, why: str = "") -> Text:
    return Text(length_max=40, keep=Keep.LEDGER, label=label, optional=optional, why=why)


Counted = Annotated[
    str, _typed(mark("What was counted"), why=mark("In the pot's currency. Write 0 where nothing is there."))
]


@dataclass(frozen=True, slots=True)
class PotForm:
    """A new pot."""

    place: Kind
    currency: Annotated[
        str,
        Text(length_max=12, keep=Keep.LEDGER, label=mark("Currency"), why=mark("Three letters, such as EUR or JOD.")),
    ]
    keeper: Keeper
    limit: Annotated[str, _typed(mark("It holds at most"))]


@dataclass(frozen=True, slots=True)
class FeeForm:
    """A fee of a pot."""

    pot: Annotated[str, Ref(to="pot", label=mark("Out of which pot"))]
    amount: TypedAmount


@dataclass(frozen=True, slots=True)
class MoveForm:
    """Money from one pot to another."""

    from_pot: Annotated[str, Ref(to="pot", label=mark("Out of which pot"))]
    to_pot: Annotated[str, Ref(to="pot", label=mark("Into which pot"))]
    leaves: Annotated[str, _typed(mark("What leaves the first pot"))]
    arrives: Annotated[
        str,
        _typed(
            mark("What arrives in the second pot"),
            optional=True,
            why=mark("Needed where the currencies differ: the two amounts are the rate, and both are booked."),
        ),
    ]
    fees: Annotated[str, _typed(mark("Fees in it"), optional=True)]


@dataclass(frozen=True, slots=True)
class CorrectForm:
    """A wrong entry."""

    entry: AnEntry


@dataclass(frozen=True, slots=True)
class CountForm:
    """What was counted. What the books say is not shown here, so that one counts and does not copy."""

    pot: APot
    counted: Counted


@dataclass(frozen=True, slots=True)
class SecondForm:
    """A count by a second person, who is not shown what the first one counted."""

    count: ACount
    counted: Counted


@dataclass(frozen=True, slots=True)
class ShortForm:
    """What is missing of a payout."""

    payout: APayout
    missing: Annotated[
        str, _typed(mark("What is missing"), why=mark("Only what did not arrive, in the payout's currency."))
    ]


def _members(db: Connection, by: By) -> list[tuple[str, str]]:
    found = db.execute(
        "select member.member, alias from member left join called using (member) where standing = 'trusted'"
        " order by alias, member.member"
    )
    return [(member, alias or code(member)) for member, alias in found.fetchall()]


def may_empty(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the pots out of which this person may move money: one's own, and for the fund those nobody can hand over."""
    here = who.members(db, ("trusted", "resting"))
    found = rows(
        db, "select pot, currency, keeper, state from pot where state in ('open', 'frozen') order by currency, pot"
    )
    return [
        (row["pot"], pot_label(row))
        for row in found
        if (row["keeper"] == by.member and row["state"] == "open")
        or ("fund" in by.roles and (row["state"] == "frozen" or row["keeper"] not in here))
    ]


def opened(db: Connection, by: By, form: PotForm) -> list[Any]:
    """Propose a pot."""
    currency = form.currency.strip().upper()
    right_currency(currency)
    return [PotOpened(new_id(), form.place, currency, form.keeper, money.read(form.limit, currency, "limit"))]


def fee(db: Connection, by: By, form: FeeForm) -> list[Any]:
    """Book a fee of one's own pot."""
    currency = open_pot(db, form.pot)["currency"]
    return [FeeBooked(new_id(), form.pot, money.read(form.amount, currency), by.day // 7)]


def prepared(db: Connection, by: By, form: MoveForm) -> list[Any]:
    """Prepare moving money; what arrives is what leaves without the fees, unless it is changed."""
    source, target = fields(db, "pot", "pot", form.from_pot), open_pot(db, form.to_pot)
    leaves = money.read(form.leaves, source["currency"], "leaves")
    fees = money.read_or_nothing(form.fees, source["currency"], "fees")
    if form.arrives:
        arrives = money.read(form.arrives, target["currency"], "arrives")
    elif source["currency"] == target["currency"]:
        arrives = leaves - fees
    else:
        raise Malformed(mark("The two pots hold different currencies: please say what arrives."), field="arrives")
    if arrives <= 0:
        raise Malformed(mark("The fees are more than what was sent."), field="fees")
    return [TransferPrepared(new_id(), form.from_pot, form.to_pot, leaves, arrives, fees)]


def asked_correction(db: Connection, by: By, form: CorrectForm) -> list[Any]:
    """Ask for a correction."""
    return [CorrectionAsked(new_id(), form.entry)]


def counted(db: Connection, by: By, form: CountForm) -> list[Any]:
    """Say what was counted, beside what the books of this room say now."""
    pot = fields(db, "pot", "pot", form.pot)
    amount = money.read_or_nothing(form.counted, pot["currency"], "counted")
    return [CountMade(new_id(), form.pot, amount, pot["holds"])]


def seconded(db: Connection, by: By, form: SecondForm) -> list[Any]:
    """Confirm a count, and book the difference in the same act; where two counted otherwise, it is counted again."""
    found = fields(db, "pot_count", "count", form.count)
    currency = fields(db, "pot", "pot", found["pot"])["currency"]
    if money.read_or_nothing(form.counted, currency, "counted") != found["counted"]:
        return [CountDropped(form.count)]
    same = found["counted"] == found["expected"]
    return [CountConfirmed(form.count) if same else CountDiffers(form.count)]


def found_short(db: Connection, by: By, form: ShortForm) -> list[Any]:
    """Say what is missing of a payout, as the first person or as the second."""
    it = fields(db, "payout", "payout", form.payout)
    missing = money.read(form.missing, it["currency"], "missing")
    said = ShortfallAgreed if it["state"] == "short" else PayoutShort
    return [said(form.payout, missing)]


def _step(path: str, form: type, then: str, title: str, press: str, **rest: Any) -> Act:
    return act(path, form, then=then, title=title, press=press, **rest)


_POTS = (
    _step(
        "/fund/pots/open",
        PotForm,
        "/fund/pots",
        mark("Open a pot"),
        mark("Propose this pot"),
        by=_FUND,
        make=opened,
        options={"keeper": _members},
        why=mark("A second person of the fund has to agree. Never write an account, a number or an address here."),
    ),
    _step("/fund/pots/{pot}/agree", PotAgreed, "/fund/pots", mark("Agree to this pot"), mark("I agree")),
    _step(
        "/fund/pots/{pot}/freeze",
        PotFrozen,
        "/fund/pots",
        mark("Freeze this pot"),
        mark("Freeze it"),
        grave=True,
        why=mark("Nothing goes in or out until another person of the fund says that it is safe."),
    ),
    _step("/fund/pots/{pot}/thaw", PotThawed, "/fund/pots", mark("This pot is safe again"), mark("It is safe")),
    _step("/fund/pots/{pot}/close", PotClosed, "/fund/pots", mark("Close this pot"), mark("Close it"), grave=True),
    _step(
        "/fund/fee",
        FeeForm,
        "/fund/books",
        mark("Book a fee"),
        mark("Book it"),
        by=TRUSTED_MEMBER,
        make=fee,
        options={"pot": my_pots},
    ),
)
_MOVES = (
    _step(
        "/fund/move",
        MoveForm,
        "/fund/pots",
        mark("Move or change money"),
        mark("Prepare it"),
        by=TRUSTED_MEMBER,
        make=prepared,
        options={"from_pot": may_empty, "to_pot": open_pots},
        why=mark("It is booked when the keeper of the second pot says that it arrived."),
    ),
    _step(
        "/fund/transfer/{transfer}/confirm",
        TransferConfirmed,
        "/fund/pots",
        mark("This money arrived"),
        mark("It arrived"),
    ),
    _step("/fund/transfer/{transfer}/drop", TransferDropped, "/fund/pots", mark("Drop this"), mark("Drop it")),
    _step(
        "/fund/correct/{entry}",
        CorrectForm,
        "/fund/books",
        mark("This entry is wrong"),
        mark("Ask for its correction"),
        by=_FUND,
        make=asked_correction,
        why=mark("Nothing is edited: once a second person agrees, an entry that reverses this one is booked."),
    ),
    _step(
        "/fund/correction/{correction}/agree",
        CorrectionAgreed,
        "/fund/books",
        mark("Agree to this correction"),
        mark("I agree"),
    ),
    _step(
        "/fund/correction/{correction}/drop",
        CorrectionDropped,
        "/fund/books",
        mark("Leave this entry as it is"),
        mark("Leave it"),
    ),
)
_COUNTS = (
    _step(
        "/fund/count/{pot}",
        CountForm,
        "/fund/counts",
        mark("Count this pot"),
        mark("This is what is there"),
        by=TRUSTED_MEMBER,
        make=counted,
        why=mark("What the books say is not shown here, so that one counts and does not copy."),
    ),
    _step(
        "/fund/counted/{count}/confirm",
        SecondForm,
        "/fund/counts",
        mark("Count this pot as the second person"),
        mark("This is what is there"),
        by=TRUSTED_MEMBER,
        make=seconded,
        why=mark("What the first person counted is not shown. Where the two differ, the pot is counted again."),
    ),
    _step(
        "/fund/counted/{count}/drop",
        CountDropped,
        "/fund/counts",
        mark("This count does not hold"),
        mark("Have it counted again"),
    ),
)
_PROMISED = (
    _step(
        "/fund/reservation/{reservation}/back",
        ReservationBacked,
        "/fund/reserved",
        mark("Agree to this reservation"),
        mark("I agree"),
    ),
    _step(
        "/fund/reservation/{reservation}/release",
        ReservationReleased,
        "/fund/reserved",
        mark("Free this reservation"),
        mark("Free it"),
    ),
    _step(
        "/fund/payout/{payout}/attest",
        PayoutAttested,
        "/fund/reserved",
        mark("This payout was received"),
        mark("I know that it was received"),
    ),
    _step(
        "/fund/payout/{payout}/reverse",
        PayoutReversed,
        "/fund/reserved",
        mark("This payout failed"),
        mark("The money is back in the pot"),
        grave=True,
    ),
    _step(
        "/fund/payout/{payout}/dispute",
        PayoutDisputed,
        "/fund/reserved",
        mark("Whether this arrived is in dispute"),
        mark("It is in dispute"),
    ),
    _step(
        "/fund/payout/{payout}/resolve",
        PayoutResolved,
        "/fund/reserved",
        mark("Settle this payout"),
        mark("Settle it"),
    ),
    _step(
        "/fund/payout/{payout}/short",
        ShortForm,
        "/fund/reserved",
        mark("Less arrived than was sent"),
        mark("This much is missing"),
        by=_FUND,
        make=found_short,
        why=mark(
            "One person says how much is missing, a second one says the same. Then it is booked as a difference, the rest"
            " counts as received, and what is missing is held again. Nobody is named."
        ),
    ),
)
ACTS = (*giving.ACTS, *_POTS, *_MOVES, *_COUNTS, *_PROMISED)
