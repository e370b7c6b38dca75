"""What may be said in a savings circle, and what rules, folds and pages read.

A rule on what the circle reads sees the circle's rows; a rule on what two people read sees theirs as well. That all
instalments are in before a pot is handed over is known to the organiser only: the act checks it, the rule checks what
everybody can check, that the counts add up and that the guarantee has what it gives.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.savings.facts import (
    DEBT_STEPS,
    INSTALMENT_STEPS,
    PAIR_STEPS,
    SAVING_STEPS,
    TURN_STEPS,
    TURNS_MOST,
    AccountLaid,
    DebtConfirmed,
    DebtNotArrived,
    DebtPaid,
    DepositReturned,
    DepositTaken,
    DrawCommitted,
    DrawRevealed,
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
    SwapAgreed,
    SwapAsked,
    SwapEnded,
    TermsAgreed,
    TurnHandedOver,
    TurnMoved,
    TurnTaken,
)
from nasij.areas.savings.reckoning import standing
from nasij.errors import Malformed, Refused
from nasij.kit import charter, draw, money, who
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

_TWICE = mark("This was already written down.")
_NOT_IN = mark("Only the people of this savings circle can do this.")
_ORGANISER = mark("Only whoever organises this savings circle can do this.")
_NOT_YOURS = mark("This is for the person it concerns.")
_FORMING = mark("The terms stay as they are once the circle has begun.")


def savers(db: Connection, saving: str) -> dict[str, int]:
    """Return who is in a circle with how many shares, in the order of joining."""
    found = db.execute("select member, shares from saving_member where saving = ? order by place, member", (saving,))
    return dict(found.fetchall())


def turns(db: Connection, saving: str) -> list[dict[str, Any]]:
    """Return the turns of a circle in their order."""
    return rows(db, "select * from saving_turn where saving = ? order by number", saving)


def shares_of(db: Connection, saving: str) -> int:
    """Return how many shares a circle has: that many turns, and that many instalments in each pot."""
    return sum(savers(db, saving).values())


def in_pot(db: Connection, saving: str) -> int:
    """Return what the guarantee pot holds, by what the whole circle knows."""
    row = fields(db, "saving", "saving", saving)
    put_in = row["guarantee"] * shares_of(db, saving) if row["gathered"] else 0
    covered = sum(turn["covered"] for turn in turns(db, saving))
    return standing(put_in, row["amount"], covered, row["repaid"], row["returned"])


def taken_by(db: Connection, saving: str) -> dict[str, int]:
    """Return what each member has taken out by their own word."""
    amount = fields(db, "saving", "saving", saving)["amount"]
    found: dict[str, int] = {}
    for turn in turns(db, saving):
        if turn["state"] == "paid_out":
            found[turn["member"]] = found.get(turn["member"], 0) + amount * (turn["paid_in"] + turn["covered"])
    return found


def excused_units(db: Connection, turn: str) -> int:
    """Return how many shares were excused by all for a turn."""
    found = db.execute(
        "select coalesce(sum(shares), 0) from saving_excuse join saving_member using (saving, member)"
        " where turn = ? and saving_excuse.state = 'given'",
        (turn,),
    )
    return int(found.fetchone()[0])


def _new(db: Connection, table: str, key: str, record: str) -> None:
    if db.execute(f"select 1 from {table} where {key} = ?", (record,)).fetchone():
        raise Refused(_TWICE)


def _inside(db: Connection, by: By, saving: str, *states: str) -> dict[str, Any]:
    row = fields(db, "saving", "saving", saving)
    if by.member not in savers(db, saving):
        raise Refused(_NOT_IN)
    if states and row["state"] not in states:
        raise Refused(
            _FORMING if states == ("forming",) else mark("This savings circle is not under way."),
            advice=mark("Open it again to see where it stands now."),
        )
    return row


def _organises(db: Connection, by: By, saving: str, *states: str) -> dict[str, Any]:
    row = _inside(db, by, saving, *states)
    if row["organiser"] != by.member:
        raise Refused(_ORGANISER)
    return row


# Forming


def may_form(db: Connection, by: By, fact: SavingFormed) -> None:
    """Check the terms by themselves."""
    _new(db, "saving", "saving", fact.saving)
    if not money.is_currency(fact.currency):
        raise Malformed(mark("Please write three capital letters, such as EGP."), field="currency")
    if (fact.shortfall == "guarantee") != bool(fact.guarantee):
        raise Malformed(
            mark("A guarantee is put in by everybody where it covers what is missing, and only there."),
            field="guarantee",
        )


def may_invite(db: Connection, by: By, fact: InvitedToSave) -> None:
    """Invite one trusted member, oneself not; what the invitation says of the terms is what two people know."""
    _new(db, "saving_pair", "pair", fact.pair)
    if fact.member == by.member or fact.member not in who.members(db, ("trusted", "resting")):
        raise Malformed(mark("Please choose a trusted member."), field="member")
    if db.execute(
        "select 1 from saving_pair where saving = ? and organiser = ? and member = ? and state in ('sent', 'accepted')",
        (fact.saving, by.member, fact.member),
    ).fetchone():
        raise Malformed(mark("This person has been asked already."), field="member")


def may_answer(db: Connection, by: By, fact: InvitationToSaveAccepted | InvitationToSaveDeclined) -> None:
    """Leave the answer to whoever was invited."""
    PAIR_STEPS.may(db, fact.pair, fact)
    if fields(db, "saving_pair", "pair", fact.pair)["member"] != by.member:
        raise Refused(_NOT_YOURS)


def may_withdraw(db: Connection, by: By, fact: InvitationToSaveWithdrawn) -> None:
    """Let only whoever invited take it back."""
    PAIR_STEPS.may(db, fact.pair, fact)
    if fields(db, "saving_pair", "pair", fact.pair)["organiser"] != by.member:
        raise Refused(_NOT_YOURS)


def may_take_in(db: Connection, by: By, fact: SaverTakenIn) -> None:
    """Keep the circle small. That this person said yes shows in their yes to the terms, without which nothing begins."""
    _organises(db, by, fact.saving, "forming")
    people = savers(db, fact.saving)
    if fact.member in people or fact.member not in who.members(db, ("trusted", "resting")):
        raise Refused(mark("This person is in the circle already, or is not among us now."))
    if len(people) >= charter.value(db, "savings_people"):
        raise Refused(mark("This circle is full."))
    if shares_of(db, fact.saving) + fact.shares > TURNS_MOST:
        raise Refused(mark("This circle has as many turns as it can have."))


def may_step_out(db: Connection, by: By, fact: SaverSteppedOut) -> None:
    """Let a member step out, or the organiser take somebody out, before it begins; the organiser stops it instead."""
    row = _inside(db, by, fact.saving, "forming")
    if fact.member not in savers(db, fact.saving) or fact.member == row["organiser"]:
        raise Refused(
            mark("This person is not one who can step out."), advice=mark("The organiser can stop the circle.")
        )
    if by.member not in (fact.member, row["organiser"]):
        raise Refused(_NOT_YOURS)


def may_move(db: Connection, by: By, fact: TurnMoved) -> None:
    """Move a turn while the order is still talked about: the organiser where it is a sequence, anybody where it is by need."""
    turn = fields(db, "saving_turn", "turn", fact.turn)
    row = _inside(db, by, turn["saving"], "forming")
    if row["method"] == "draw":
        raise Refused(mark("The order of this circle is drawn."))
    if row["method"] == "sequence" and row["organiser"] != by.member:
        raise Refused(_ORGANISER)
    if turn["number"] == 1:
        raise Refused(mark("This turn is the first already."))


def may_commit(db: Connection, by: By, fact: DrawCommitted) -> None:
    """Take seals for a draw until the first is opened, one from each member."""
    row = _inside(db, by, fact.saving, "forming")
    if row["method"] != "draw" or row["seed"]:
        raise Refused(mark("There is nothing to draw now."))
    if db.execute(
        "select 1 from saving_commit where saving = ? and (member = ? or secret <> '')", (fact.saving, by.member)
    ).fetchone():
        raise Refused(mark("The numbers for this draw are sealed already."))
    if not draw.is_commitment(fact.commitment):
        raise Malformed


def may_reveal(db: Connection, by: By, fact: DrawRevealed) -> None:
    """Open a seal only once two people have sealed a number, and only with the number that was sealed."""
    _inside(db, by, fact.saving, "forming")
    sealed = rows(db, "select * from saving_commit where saving = ?", fact.saving)
    mine = [row for row in sealed if row["member"] == by.member]
    if len(sealed) < draw.PEOPLE or not mine or mine[0]["secret"]:
        raise Refused(mark("Two people seal a number first; then both open theirs."))
    if not draw.opens(fact.saving, by.member, fact.secret, mine[0]["commitment"]):
        raise Refused(mark("This is not the number that was sealed."))


def may_agree(db: Connection, by: By, fact: TermsAgreed) -> None:
    """Agree to what one saw, and not to what it became in the meantime."""
    row = _inside(db, by, fact.saving, "forming")
    if row["version"] != fact.version:
        raise Refused(
            mark("The terms or the order have changed meanwhile."), advice=mark("Please read them again, then agree.")
        )
    if row["method"] == "draw" and not row["seed"]:
        raise Refused(mark("The order is drawn first."))


def may_start(db: Connection, by: By, fact: SavingStarted) -> None:
    """Begin once two or more have all agreed."""
    _organises(db, by, fact.saving, "forming")
    agreed = db.execute("select count(*), min(agreed) from saving_member where saving = ?", (fact.saving,)).fetchone()
    if agreed[0] < 2:
        raise Refused(mark("A savings circle needs two people or more."))
    if not agreed[1]:
        raise Refused(mark("Somebody has not agreed to the terms yet."))


# Running


def may_open_plan(db: Connection, by: By, fact: PlanOpened) -> None:
    """Open each member's instalments once, when the circle has begun."""
    _organises(db, by, fact.saving, "running")
    if fact.member not in savers(db, fact.saving):
        raise Refused(_NOT_IN)
    found = rows(db, "select * from saving_pair where pair = ?", fact.pair)
    if found and (found[0]["saving"], found[0]["member"], found[0]["organiser"]) != (
        fact.saving,
        fact.member,
        by.member,
    ):
        raise Refused(_NOT_YOURS)
    if found:
        PAIR_STEPS.may(db, fact.pair, fact)
    if db.execute("select 1 from instalment where saving = ? and member = ?", (fact.saving, fact.member)).fetchone():
        raise Refused(_TWICE)


def _instalment(db: Connection, by: By, fact: Any) -> dict[str, Any]:
    INSTALMENT_STEPS.may(db, fact.instalment, fact)
    row = fields(db, "instalment", "instalment", fact.instalment)
    _inside(db, by, row["saving"], "running")
    return row


def may_pay(db: Connection, by: By, fact: InstalmentPaid) -> None:
    """Let only the payer say that it was paid."""
    if _instalment(db, by, fact)["member"] != by.member:
        raise Refused(_NOT_YOURS)


def may_judge(db: Connection, by: By, fact: InstalmentConfirmed | InstalmentNotArrived | InstalmentCovered) -> None:
    """Leave it to the organiser whether it arrived; one's own needs somebody else's word, the receiver's of that turn."""
    row = _instalment(db, by, fact)
    saving = _organises(db, by, row["saving"], "running")
    if row["member"] == by.member and not isinstance(fact, InstalmentCovered):
        raise Refused(mark("Your own instalment is confirmed by whoever takes the pot."))
    if isinstance(fact, InstalmentCovered):
        if saving["shortfall"] != "guarantee" or not row["number"]:
            raise Refused(mark("The guarantee does not cover this by the terms of the circle."))
        if not saving["gathered"]:
            raise Refused(mark("The guarantee is not in yet."))


def may_gather(db: Connection, by: By, fact: GuaranteeGathered) -> None:
    """Say it once, where there is a guarantee."""
    row = _organises(db, by, fact.saving, "running")
    if not row["guarantee"] or row["gathered"]:
        raise Refused(_TWICE)


def may_ask_excuse(db: Connection, by: By, fact: ExcuseAsked) -> None:
    """Ask where the terms allow it, once for each turn, until the pot is handed over."""
    turn = fields(db, "saving_turn", "turn", fact.turn)
    row = _inside(db, by, turn["saving"], "running")
    if row["shortfall"] != "excuse" or turn["state"] in ("handed", "paid_out"):
        raise Refused(mark("An instalment cannot be excused here by the terms of the circle."))
    if db.execute("select 1 from saving_excuse where turn = ? and member = ?", (fact.turn, by.member)).fetchone():
        raise Refused(_TWICE)


def may_excuse(db: Connection, by: By, fact: ExcuseGiven) -> None:
    """Let each of the others agree, once."""
    turn = fields(db, "saving_turn", "turn", fact.turn)
    _inside(db, by, turn["saving"], "running")
    found = rows(db, "select * from saving_excuse where turn = ? and member = ?", fact.turn, fact.member)
    if not found or found[0]["state"] != "asked" or turn["state"] in ("handed", "paid_out") or fact.member == by.member:
        raise Refused(mark("There is nothing to excuse here."))
    if db.execute(
        "select 1 from saving_consent where turn = ? and member = ? and by_member = ?",
        (fact.turn, fact.member, by.member),
    ).fetchone():
        raise Refused(_TWICE)


def may_hand_over(db: Connection, by: By, fact: TurnHandedOver) -> None:
    """Hand over the next pot when its counts add up to one instalment a share, and the guarantee has what it gives."""
    TURN_STEPS.may(db, fact.turn, fact)
    turn = fields(db, "saving_turn", "turn", fact.turn)
    row = _organises(db, by, turn["saving"], "running")
    if turn["member"] not in who.members(db):
        raise Refused(
            mark("Whoever takes this turn is not here now."), advice=mark("The circle waits, or it is stopped.")
        )
    excused = shares_of(db, turn["saving"]) - fact.paid_in - fact.covered
    if not 0 <= excused <= excused_units(db, fact.turn):
        raise Refused(mark("Instalments are missing for this turn."))
    if row["guarantee"] and not row["gathered"]:
        raise Refused(mark("The guarantee is not in yet."))
    if fact.covered and row["shortfall"] != "guarantee":
        raise Refused(mark("The guarantee does not cover this by the terms of the circle."))
    _repaid_at_most_covered(db, turn["saving"], fact.repaid)
    if in_pot(db, turn["saving"]) + row["amount"] * (fact.repaid - fact.covered) < 0:
        raise Refused(mark("The guarantee does not hold that much."))


def _repaid_at_most_covered(db: Connection, saving: str, repaid: int) -> None:
    covered = sum(turn["covered"] for turn in turns(db, saving))
    if fields(db, "saving", "saving", saving)["repaid"] + repaid > covered:
        raise Refused(mark("More cannot be paid back than was covered."))


def may_take(db: Connection, by: By, fact: TurnTaken) -> None:
    """Let only the person whose turn it is say that they took the pot."""
    TURN_STEPS.may(db, fact.turn, fact)
    turn = fields(db, "saving_turn", "turn", fact.turn)
    # `may` alone would let a waiting turn follow: that step is for the turn behind the one that is taken.
    if turn["member"] != by.member or turn["state"] != "handed":
        raise Refused(_NOT_YOURS)
    _inside(db, by, turn["saving"], "running")


def may_ask_swap(db: Connection, by: By, fact: SwapAsked) -> None:
    """Ask for one's own turn against somebody else's, neither of which has been handed out."""
    _new(db, "saving_swap", "swap", fact.swap)
    _inside(db, by, fact.saving, "running")
    mine, theirs = (fields(db, "saving_turn", "turn", turn) for turn in (fact.mine, fact.theirs))
    if {mine["saving"], theirs["saving"]} != {fact.saving} or mine["member"] != by.member:
        raise Malformed(mark("Please choose a turn of yours."), field="mine")
    if theirs["member"] == by.member:
        raise Malformed(mark("Please choose somebody else's turn."), field="theirs")
    _swappable(mine, theirs)


def _swappable(*both: dict[str, Any]) -> None:
    if any(turn["state"] in ("handed", "paid_out") for turn in both):
        raise Refused(mark("A turn that was handed out cannot be swapped any more."))


def may_swap(db: Connection, by: By, fact: SwapAgreed | SwapEnded) -> None:
    """Swap by the yes of both; end it by the no of either."""
    swap = fields(db, "saving_swap", "swap", fact.swap)
    _inside(db, by, swap["saving"], "running")
    if swap["state"] != "asked":
        raise Refused(_TWICE)
    if by.member != swap["asked"] and (isinstance(fact, SwapAgreed) or by.member != swap["asker"]):
        raise Refused(_NOT_YOURS)
    if isinstance(fact, SwapAgreed):
        mine, theirs = (fields(db, "saving_turn", "turn", swap[turn]) for turn in ("mine", "theirs"))
        # Another swap may have come between: then this is no longer what both were asked.
        if (mine["member"], theirs["member"]) != (swap["asker"], swap["asked"]):
            raise Refused(mark("These turns have changed hands meanwhile."))
        _swappable(mine, theirs)


# The end


def all_taken(db: Connection, saving: str) -> bool:
    """Say whether every turn of a circle was taken."""
    return all(turn["state"] == "paid_out" for turn in turns(db, saving))


def may_return(db: Connection, by: By, fact: DepositReturned) -> None:
    """Give back what a member put in less what was covered for them, when every turn was taken."""
    PAIR_STEPS.may(db, fact.pair, fact)
    pair = fields(db, "saving_pair", "pair", fact.pair)
    row = _organises(db, by, pair["saving"], "running")
    if not row["guarantee"] or not all_taken(db, pair["saving"]):
        raise Refused(mark("The guarantee is given back when every turn was taken."))
    if fact.amount != to_return(db, pair["pair"]):
        raise Refused(mark("This is not what is due of the guarantee."))


def to_return(db: Connection, pair: str) -> int:
    """Return what of the guarantee is due to a member: never below zero."""
    found = db.execute(
        "select coalesce(sum(case when number = 0 and state = 'confirmed' then amount"
        " when state in ('covered', 'repaying') then -amount else 0 end), 0) from instalment where pair = ?",
        (pair,),
    )
    return max(0, int(found.fetchone()[0]))


def may_take_back(db: Connection, by: By, fact: DepositTaken) -> None:
    """Let only the member say that they have it."""
    PAIR_STEPS.may(db, fact.pair, fact)
    if fields(db, "saving_pair", "pair", fact.pair)["member"] != by.member:
        raise Refused(_NOT_YOURS)


def may_finish(db: Connection, by: By, fact: SavingFinished) -> None:
    """Finish when every turn was taken."""
    _organises(db, by, fact.saving, "running")
    if not all_taken(db, fact.saving):
        raise Refused(mark("Not every turn was taken yet."))
    _repaid_at_most_covered(db, fact.saving, fact.repaid)


def may_stop(db: Connection, by: By, fact: SavingStopped) -> None:
    """Let anybody in it stop it: nobody can be held to saving, and stopping only opens the sums."""
    SAVING_STEPS.may(db, fact.saving, fact)
    _inside(db, by, fact.saving)


def lays_accounts(db: Connection, by: By, saving: str) -> list[str]:
    """Return whose accounts somebody lays: everybody's the organiser, one's own where the organiser is no longer here."""
    organiser = fields(db, "saving", "saving", saving)["organiser"]
    left = {row[0] for row in db.execute("select member from saving_member where saving = ? and laid = 0", (saving,))}
    if by.member == organiser:
        return sorted(left)
    if organiser in who.members(db):
        return []
    gone = {member for member in left if member not in who.members(db)}
    return sorted(left & {by.member} | gone)


def may_lay(db: Connection, by: By, fact: AccountLaid) -> None:
    """Lay each account once, of a circle that stopped."""
    _inside(db, by, fact.saving, "stopped")
    if fact.member not in lays_accounts(db, by, fact.saving):
        raise Refused(_NOT_YOURS)


def may_settle(db: Connection, by: By, fact: DebtPaid | DebtConfirmed | DebtNotArrived) -> None:
    """Let whoever owes say that they paid, and whoever is owed whether it arrived."""
    DEBT_STEPS.may(db, fact.debt, fact)
    row = fields(db, "saving_debt", "debt", fact.debt)
    if by.member != row["payer" if isinstance(fact, DebtPaid) else "payee"]:
        raise Refused(_NOT_YOURS)
