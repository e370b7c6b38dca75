"""What one can do in a savings circle: forms, lists to choose from, and the facts they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.savings.facts import (
    AccountLaid,
    AMember,
    AMethod,
    AnInstalment,
    APair,
    AReason,
    ARhythm,
    ASaving,
    AShortfall,
    ATurn,
    AWord,
    Currency,
    DebtConfirmed,
    DebtNotArrived,
    DebtPaid,
    DepositReturned,
    DepositTaken,
    DrawCommitted,
    DrawRevealed,
    DrawSecretKept,
    ExcuseAsked,
    ExcuseGiven,
    GuaranteeGathered,
    InstalmentConfirmed,
    InstalmentCovered,
    InstalmentNotArrived,
    InstalmentPaid,
    InvitationToSaveAccepted,
    InvitationToSaveDeclined,
    InvitationToSaveWithdrawn,
    InvitedToSave,
    PlanOpened,
    SaverSteppedOut,
    SaverTakenIn,
    SavingFinished,
    SavingFormed,
    SavingStarted,
    SavingStopped,
    Shares,
    StartsOn,
    SwapAgreed,
    SwapAsked,
    SwapEnded,
    TermsAgreed,
    TurnHandedOver,
    TurnMoved,
    TurnTaken,
    W,
)
from nasij.areas.savings.rules import excused_units, in_pot, lays_accounts, savers, shares_of, to_return
from nasij.errors import Malformed, Refused
from nasij.ids import code, new_id
from nasij.kit import draw, money, who
from nasij.kit.area import TRUSTED_MEMBER, Act, act
from nasij.kit.field import Ref, Text, mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

_MISSING = mark("Instalments are missing for this turn.")
_OPEN = "('waiting', 'swapped', 'next')"


@dataclass(frozen=True, slots=True)
class CircleForm:
    """The terms of a new circle, with amounts as somebody types them."""

    word: AWord
    amount: Annotated[str, Text(length_max=40, keep=W, label=mark("One instalment for one share"))]
    currency: Currency
    rhythm: ARhythm
    starts_on: StartsOn
    method: AMethod
    shortfall: AShortfall
    guarantee: Annotated[
        str,
        Text(
            length_max=40,
            optional=True,
            keep=W,
            label=mark("Guarantee for one share"),
            why=mark("Only where the guarantee covers what is missing. It is put in once and given back at the end."),
        ),
    ]
    shares: Shares


@dataclass(frozen=True, slots=True)
class InviteForm:
    """Asking one person."""

    saving: ASaving
    member: Annotated[str, Ref(to="member", keep=W, label=mark("Who is invited?"))]


@dataclass(frozen=True, slots=True)
class OnePair:
    """A press about one member and the organiser."""

    pair: APair


@dataclass(frozen=True, slots=True)
class OneSaving:
    """A press about one circle."""

    saving: ASaving


@dataclass(frozen=True, slots=True)
class OneTurn:
    """A press about one turn."""

    turn: ATurn


@dataclass(frozen=True, slots=True)
class OneInstalment:
    """A press about one instalment."""

    instalment: AnInstalment


@dataclass(frozen=True, slots=True)
class StopForm:
    """Stopping early, with a reason."""

    saving: ASaving
    reason: AReason


@dataclass(frozen=True, slots=True)
class OneExcuse:
    """A press about somebody's request to be excused."""

    turn: ATurn
    member: AMember


def formed(_db: Connection, by: By, form: CircleForm) -> list[Any]:
    """Read the amounts and form the circle."""
    currency = form.currency.upper()
    if not money.is_currency(currency):
        raise Malformed(mark("Please write three capital letters, such as EGP."), field="currency")
    if form.starts_on < by.day - 1:  # somewhere it is still yesterday
        raise Malformed(mark("This day is over. Please choose another."), field="starts_on")
    amount = money.read(form.amount, currency, "amount")
    guarantee = money.read_or_nothing(form.guarantee, currency, "guarantee")
    terms = (form.word, amount, currency, form.rhythm, form.method, guarantee, form.shortfall)
    return [SavingFormed(new_id(), *terms, form.starts_on, form.shares)]


def invited(db: Connection, by: By, form: InviteForm) -> list[Any]:
    """Ask one person, with the terms and without who else is in it."""
    row = fields(db, "saving", "saving", form.saving)
    if row["organiser"] != by.member or row["state"] != "forming":
        raise Refused(mark("Only whoever organises a circle that is being formed can invite."))
    if form.member in savers(db, form.saving):
        raise Malformed(mark("This person is in the circle already."), field="member")
    terms = (row["amount"], row["currency"], row["rhythm"], row["guarantee"], row["shortfall"])
    return [InvitedToSave(new_id(), form.saving, form.member, *terms)]


def taken_in(db: Connection, by: By, form: OnePair) -> list[Any]:
    """Take in somebody who said yes."""
    pair = fields(db, "saving_pair", "pair", form.pair)
    if pair["state"] != "accepted" or pair["organiser"] != by.member:
        raise Refused(mark("This person has not said yes yet."))
    return [SaverTakenIn(pair["saving"], pair["member"], pair["shares"])]


def agreed(db: Connection, _by: By, form: TermsAgreed) -> list[Any]:
    """Agree to the terms as they were shown."""
    return [form]


def committed(_db: Connection, by: By, form: OneSaving) -> list[Any]:
    """Think of a secret, seal it for everybody and keep it here."""
    secret = draw.new_secret()
    seal = draw.commitment(form.saving, by.member, secret)
    return [DrawSecretKept(form.saving, secret), DrawCommitted(form.saving, seal)]


def revealed(db: Connection, by: By, form: OneSaving) -> list[Any]:
    """Open the number that this room keeps."""
    kept = rows(
        db,
        "select secret from saving_secret where saving = ? and audience = ?",
        form.saving,
        who.ONLY_PREFIX + by.member,
    )
    if not kept:
        raise Refused(mark("This room keeps no number for the draw."))
    return [DrawRevealed(form.saving, kept[0]["secret"])]


def started(db: Connection, by: By, form: OneSaving) -> list[Any]:
    """Begin, and open each member's instalments between that member and the organiser."""
    pairs = {
        row["member"]: row["pair"]
        for row in rows(db, "select * from saving_pair where saving = ? and state = 'accepted'", form.saving)
    }
    plans = [PlanOpened(pairs.get(member) or new_id(), form.saving, member) for member in savers(db, form.saving)]
    return [*_withdrawn(db, form.saving), SavingStarted(form.saving), *plans]


def _withdrawn(db: Connection, saving: str) -> list[Any]:
    """Take back what waits for an answer: a circle that begins or stops takes nobody in any more."""
    asked = rows(
        db,
        "select pair from saving_pair where saving = ? and state in ('sent', 'accepted') and not exists (select 1 from"
        " saving_member where saving_member.saving = saving_pair.saving and saving_member.member = saving_pair.member)"
        " order by pair",
        saving,
    )
    return [InvitationToSaveWithdrawn(row["pair"]) for row in asked]


# Running: what only the organiser can check, because only the organiser reads everybody's instalments


def covered(db: Connection, _by: By, form: OneInstalment) -> list[Any]:
    """Cover an instalment as long as the guarantee holds that much beside what it has promised already."""
    row = fields(db, "instalment", "instalment", form.instalment)
    promised = db.execute(
        "select coalesce(sum(instalment.amount), 0) from instalment join saving_turn"
        " on saving_turn.saving = instalment.saving and saving_turn.number = instalment.number"
        " where instalment.saving = ? and instalment.state in ('covered', 'repaying')"
        " and saving_turn.state in ('waiting', 'swapped', 'next')",
        (row["saving"],),
    ).fetchone()[0]
    if promised + row["amount"] > in_pot(db, row["saving"]):
        raise Refused(mark("The guarantee does not hold that much."))
    return [InstalmentCovered(form.instalment)]


def gathered(db: Connection, by: By, form: OneSaving) -> list[Any]:
    """Say that the guarantee is in when each part of it is."""
    if missing(db, by, form.saving, 0):
        raise Refused(mark("Somebody's part of the guarantee is not in yet."))
    return [GuaranteeGathered(form.saving)]


def missing(db: Connection, by: By, saving: str, number: int) -> list[str]:
    """Return whose instalment for a turn is not in, as the organiser sees it: one's own is in when one says so."""
    ready = "state in ('confirmed', 'covered', 'repaying', 'excused') or state = 'paid' and member = ?"
    found = rows(
        db,
        f"select member from instalment where saving = ? and number = ? and not ({ready}) order by member",
        saving,
        number,
        by.member,
    )
    return [row["member"] for row in found]


def repaid_units(db: Connection, saving: str) -> int:
    """Return how many covered instalments were paid back and not yet told to the circle.

    All that were covered in handed-over pots are known as a count; what of them still is covered, the organiser knows.
    """
    known = fields(db, "saving", "saving", saving)["repaid"]
    told = db.execute("select coalesce(sum(covered), 0) from saving_turn where saving = ?", (saving,)).fetchone()[0]
    still = db.execute(
        "select coalesce(sum(units), 0) from instalment join saving_turn on saving_turn.saving = instalment.saving"
        " and saving_turn.number = instalment.number where instalment.saving = ?"
        " and instalment.state in ('covered', 'repaying') and saving_turn.state in ('handed', 'paid_out')",
        (saving,),
    ).fetchone()[0]
    return int(told - known - still)


def behind(db: Connection, saving: str, member: str) -> list[dict[str, Any]]:
    """Return what a member is late with: by the rule of the guarantee, what it covers counts as settled."""
    return rows(
        db,
        "select * from instalment where saving = ? and member = ? and state = 'late' order by number",
        saving,
        member,
    )


def handed_over(db: Connection, by: By, form: OneTurn) -> list[Any]:
    """Hand the pot over when it is complete and whoever takes it is not behind."""
    turn = fields(db, "saving_turn", "turn", form.turn)
    if behind(db, turn["saving"], turn["member"]):
        raise Refused(
            mark("Whoever takes this turn is behind with an instalment."),
            advice=mark("It is settled first, or covered by the rule of the circle; or two turns are swapped."),
        )
    if missing(db, by, turn["saving"], turn["number"]):
        raise Refused(_MISSING)
    counted = dict(
        db.execute(
            "select case when state in ('covered', 'repaying') then 'covered' when state = 'excused' then 'excused'"
            " else 'paid' end, sum(units) from instalment where saving = ? and number = ? group by 1",
            (turn["saving"], turn["number"]),
        ).fetchall()
    )
    if sum(counted.values()) != shares_of(db, turn["saving"]) or counted.get("excused", 0) > excused_units(
        db, form.turn
    ):
        raise Refused(_MISSING)
    repaid = repaid_units(db, turn["saving"])
    return [TurnHandedOver(form.turn, counted.get("paid", 0), counted.get("covered", 0), repaid)]


# The end


def returned(db: Connection, _by: By, form: OnePair) -> list[Any]:
    """Give back what is due of the guarantee, when nothing is waiting for a word."""
    if rows(db, "select 1 from instalment where pair = ? and state in ('paid', 'repaying', 'late', 'due')", form.pair):
        raise Refused(mark("An instalment still waits for a word."))
    pair = fields(db, "saving_pair", "pair", form.pair)
    owes = db.execute(
        "select coalesce(sum(amount), 0) from instalment where pair = ? and state = 'covered'", (form.pair,)
    ).fetchone()[0]
    if owes > pair["guarantee"] * pair["shares"]:
        raise Refused(mark("More was covered than this person's part of the guarantee. It is paid back first."))
    return [DepositReturned(form.pair, to_return(db, form.pair))]


def finished(db: Connection, _by: By, form: OneSaving) -> list[Any]:
    """Finish when every part of the guarantee was taken back."""
    row = fields(db, "saving", "saving", form.saving)
    left = rows(db, "select 1 from saving_pair where saving = ? and state in ('open', 'returned')", form.saving)
    if row["guarantee"] and left:
        raise Refused(mark("Somebody does not have their part of the guarantee back yet."))
    return [SavingFinished(form.saving, repaid_units(db, form.saving))]


def paid_in(db: Connection, saving: str, member: str) -> int:
    """Return what a member has paid in by the word of both, less what they have back; by what this room can read.

    A room that reads none of their instalments, because the organiser is gone, counts what the circle knows: an
    instalment for each pot that was handed over.
    """
    found = rows(db, "select * from instalment where saving = ? and member = ?", saving, member)
    if found:
        back = rows(
            db, "select returned from saving_pair where saving = ? and member = ? and state = 'settled'", saving, member
        )
        confirmed = sum(row["amount"] for row in found if row["state"] == "confirmed")
        return int(confirmed - sum(row["returned"] for row in back))
    row = fields(db, "saving", "saving", saving)
    pots = db.execute(
        "select count(*) from saving_turn where saving = ? and state in ('handed', 'paid_out')", (saving,)
    ).fetchone()[0]
    return int((row["amount"] * pots + row["guarantee"] * row["gathered"]) * savers(db, saving)[member])


def stopped(db: Connection, by: By, form: StopForm) -> list[Any]:
    """Stop; whoever organises lays the accounts open in the same breath."""
    stop = SavingStopped(form.saving, form.reason)
    if fields(db, "saving", "saving", form.saving)["state"] == "forming":
        return [*_withdrawn(db, form.saving), stop]
    return [stop, *laid(db, by, OneSaving(form.saving))]


def laid(db: Connection, by: By, form: OneSaving) -> list[Any]:
    """Lay open what each has paid in."""
    return [
        AccountLaid(form.saving, member, max(0, paid_in(db, form.saving, member)))
        for member in lays_accounts(db, by, form.saving)
    ]


# Lists to choose from, and what forms start with


def trusted_others(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return whom one can invite."""
    return who.by_name(db, who.members(db, ("trusted", "resting")) - {by.member})


def _turns(db: Connection, by: By, *, mine: bool) -> list[tuple[str, str]]:
    found = rows(
        db,
        "select saving_turn.*, coalesce(alias, '') as alias from saving_turn join saving using (saving)"
        " left join called using (member) where saving.state = 'running'"
        f" and saving_turn.state in {_OPEN} and (member = ?) = ? order by saving_turn.saving, number",
        by.member,
        mine,
    )
    # Somebody may be in several circles: the code of the circle stands with the number of the turn.
    return [
        (row["turn"], f"{row['number']} · {row['alias'] or code(row['member'])} · {code(row['saving'])}")
        for row in found
    ]


def my_turns(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return my turns that can be swapped."""
    return _turns(db, by, mine=True)


def their_turns(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the turns of others in my circles that can be swapped."""
    return _turns(db, by, mine=False)


def start_form(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what suits most."""
    return {"shares": 1, "rhythm": "month", "method": "draw", "shortfall": "wait", "starts_on": by.day + 14}


def start_agree(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Carry the version of the terms that is shown."""
    return {"version": fields(db, "saving", "saving", params["saving"])["version"]}


_AT = "/savings/{saving}"
_PAIR = "/savings/with/{pair}"
_TURN = "/savings/turn/{turn}"
_INSTALMENT = "/savings/instalment/{instalment}"
_DEBT = "/savings/debt/{debt}"


def _press(path: str, form: type, title: str, then: str = "/savings", **rest: Any) -> Act:
    """Return an act of one press: its title stands on its button too."""
    return act(path, form, then=then, title=title, press=title, by=TRUSTED_MEMBER, **rest)


_TERMS = mark("Everybody in the circle sees the terms and the order. Nobody outside learns that it exists.")

ACTS = (
    _press("/savings/form", CircleForm, mark("Form a savings circle"), make=formed, prefill=start_form, why=_TERMS),
    _press(
        _AT + "/invite",
        InviteForm,
        mark("Invite somebody to save"),
        then=_AT,
        make=invited,
        options={"member": trusted_others},
        why=mark("They see the terms and that you organise it, not who else is in it. They join or not."),
    ),
    _press(
        _PAIR + "/join", InvitationToSaveAccepted, mark("Join this savings circle"), prefill=lambda *_: {"shares": 1}
    ),
    _press(_PAIR + "/decline", InvitationToSaveDeclined, mark("Not this time, to save together")),
    _press(_PAIR + "/withdraw", InvitationToSaveWithdrawn, mark("Take the invitation to save back")),
    _press(_PAIR + "/take-in", OnePair, mark("Take them into the circle"), make=taken_in),
    _press(_AT + "/out/{member}", SaverSteppedOut, mark("Step out before it begins"), grave=True),
    _press(
        _TURN + "/earlier",
        TurnMoved,
        mark("Move it one place earlier"),
        why=mark("Whoever agreed before is asked anew."),
    ),
    _press(_AT + "/seal", OneSaving, mark("Seal a number for the draw"), then=_AT, make=committed),
    _press(_AT + "/reveal", OneSaving, mark("Open your number for the draw"), then=_AT, make=revealed),
    _press(
        _AT + "/agree",
        TermsAgreed,
        mark("Agree to the terms and the order"),
        then=_AT,
        make=agreed,
        prefill=start_agree,
        why=mark("Once everybody has agreed and the circle has begun, the terms stay as they are."),
    ),
    _press(_AT + "/start", OneSaving, mark("Begin the circle"), then=_AT, make=started),
    _press(_INSTALMENT + "/paid", InstalmentPaid, mark("Say that you paid")),
    _press(_INSTALMENT + "/confirm", InstalmentConfirmed, mark("Confirm that the instalment arrived")),
    _press(_INSTALMENT + "/missing", InstalmentNotArrived, mark("It has not arrived")),
    _press(_INSTALMENT + "/cover", OneInstalment, mark("Cover it from the guarantee"), make=covered),
    _press(_AT + "/gathered", OneSaving, mark("The guarantee is in"), then=_AT, make=gathered),
    _press(
        _TURN + "/excuse",
        ExcuseAsked,
        mark("Ask to be excused for this turn"),
        why=mark("Everybody in the circle then knows that you ask. The turn gets smaller only if all agree."),
        grave=True,
    ),
    _press(_TURN + "/excuse/{member}", ExcuseGiven, mark("Agree to excuse it")),
    _press(
        _TURN + "/hand-over",
        OneTurn,
        mark("Hand the pot over"),
        make=handed_over,
        why=mark("The circle learns how many instalments came in, not whose."),
    ),
    _press(_TURN + "/taken", TurnTaken, mark("Say that you took the pot")),
    _press(
        _AT + "/swap",
        SwapAsked,
        mark("Ask to swap turns"),
        then=_AT,
        options={"mine": my_turns, "theirs": their_turns},
        why=mark("It counts when the other person agrees. The circle sees who has which turn."),
    ),
    _press("/savings/swap/{swap}/agree", SwapAgreed, mark("Agree to swap")),
    _press("/savings/swap/{swap}/end", SwapEnded, mark("Leave the turns as they are")),
    _press(_PAIR + "/return", OnePair, mark("Hand the guarantee back"), make=returned),
    _press(_PAIR + "/returned", DepositTaken, mark("Say that you have it back")),
    _press(_AT + "/finish", OneSaving, mark("Complete the circle"), then=_AT, make=finished),
    _press(
        _AT + "/stop",
        StopForm,
        mark("Stop the circle early"),
        then=_AT,
        make=stopped,
        why=mark("Nobody has to go on. What each has paid in is then shown to the circle, and who owes whom."),
        grave=True,
    ),
    _press(_AT + "/accounts", OneSaving, mark("Lay the accounts open"), then=_AT, make=laid),
    _press(_DEBT + "/paid", DebtPaid, mark("Say that you paid what you owed")),
    _press(_DEBT + "/confirm", DebtConfirmed, mark("Confirm that what was owed arrived")),
    _press(_DEBT + "/missing", DebtNotArrived, mark("What was owed has not arrived")),
)

__all__ = ["ACTS", "behind", "missing", "paid_in"]
