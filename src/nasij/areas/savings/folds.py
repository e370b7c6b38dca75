"""What is said in a savings circle changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.savings.facts import (
    DEBT_STEPS,
    INSTALMENT_STEPS,
    PAIR_STEPS,
    SAVING_STEPS,
    TURN_STEPS,
    AccountLaid,
    DepositReturned,
    DrawCommitted,
    DrawRevealed,
    DrawSecretKept,
    ExcuseAsked,
    ExcuseGiven,
    GuaranteeGathered,
    InvitationToSaveAccepted,
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
from nasij.areas.savings.reckoning import balances, due_days, settlement, spread
from nasij.areas.savings.rules import in_pot, savers, taken_by, turns
from nasij.ids import numbered_id
from nasij.kit import charter, draw, who
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

_OF_CIRCLE = (
    "saving", "saving_member", "saving_turn", "saving_commit", "saving_excuse", "saving_consent", "saving_swap",
    "saving_debt", "instalment", "saving_secret",
)  # fmt: skip


def insert(db: Connection, table: str, row: dict[str, Any]) -> None:
    """Put a row into a table."""
    names = ", ".join(row)
    db.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", tuple(row.values()))


def _change(db: Connection, table: str, key: str, record: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update {table} set {names} where {key} = ?", (*changed.values(), record))


def _close(db: Connection, saving: str, day: int) -> None:
    for table in _OF_CIRCLE:
        db.execute(f"update {table} set closed_on = ? where saving = ? and closed_on = 0", (day, saving))
    # Whoever was only invited does not hear of it; their invitation is taken back, or lapses.
    db.execute(
        "update saving_pair set closed_on = ? where saving = ? and closed_on = 0 and member in"
        " (select member from saving_member where saving_member.saving = saving_pair.saving)",
        (day, saving),
    )


# Forming


def fold_formed(db: Connection, by: By, fact: SavingFormed) -> None:
    """Begin a circle of one."""
    row = {name: getattr(fact, name) for name in SavingFormed.__slots__ if name != "shares"}
    row |= {"organiser": by.member, "state": "forming", "version": 0, "audience": by.audience, "moved_on": by.day}
    insert(db, "saving", row)
    _take_in(db, by, fact.saving, by.member, fact.shares)


def _take_in(db: Connection, by: By, saving: str, member: str, shares: int) -> None:
    place = (
        1 + db.execute("select coalesce(max(place), 0) from saving_member where saving = ?", (saving,)).fetchone()[0]
    )
    row = {"saving": saving, "member": member, "shares": shares, "place": place, "audience": by.audience}
    insert(db, "saving_member", row)
    who.admit(db, by.audience, member)
    _order_anew(db, saving, spread(savers(db, saving).items()))


def _order_anew(db: Connection, saving: str, order: list[str]) -> None:
    """Write the turns of a circle that is being formed, whoever agreed before has something new to read."""
    row = fields(db, "saving", "saving", saving)
    db.execute("delete from saving_turn where saving = ?", (saving,))
    for number, (member, day) in enumerate(
        zip(order, due_days(row["starts_on"], row["rhythm"], len(order)), strict=True), 1
    ):
        turn = {"turn": numbered_id(saving, number), "saving": saving, "member": member, "number": number}
        insert(db, "saving_turn", turn | {"due_on": day, "state": "waiting", "audience": row["audience"]})
    db.execute("update saving_member set agreed = 0 where saving = ?", (saving,))
    db.execute("delete from saving_commit where saving = ?", (saving,))
    _change(db, "saving", "saving", saving, version=row["version"] + 1, seed="")


def fold_invited(db: Connection, by: By, fact: InvitedToSave) -> None:
    """Let the two of them know."""
    row = {name: getattr(fact, name) for name in InvitedToSave.__slots__}
    row |= {"organiser": by.member, "state": "sent", "asked_on": by.day, "audience": by.audience}
    insert(db, "saving_pair", row)
    who.admit(db, by.audience, by.member, fact.member)


def fold_accepted(db: Connection, _by: By, fact: InvitationToSaveAccepted) -> None:
    """Note the yes and how many shares."""
    PAIR_STEPS.move(db, fact.pair, fact)
    _change(db, "saving_pair", "pair", fact.pair, shares=fact.shares)


def fold_not_joining(db: Connection, by: By, fact: Any) -> None:
    """End the invitation, by the one or the other."""
    PAIR_STEPS.move(db, fact.pair, fact)
    _change(db, "saving_pair", "pair", fact.pair, closed_on=by.day)


def fold_taken_in(db: Connection, by: By, fact: SaverTakenIn) -> None:
    """Let the person read the circle; the terms now wait for everybody's yes anew."""
    _take_in(db, by, fact.saving, fact.member, fact.shares)


def fold_stepped_out(db: Connection, by: By, fact: SaverSteppedOut) -> None:
    """Let the person go."""
    _let_go(db, by.audience, fact.saving, fact.member, by.day)


def _let_go(db: Connection, audience: str, saving: str, member: str, day: int) -> None:
    db.execute("delete from saving_member where saving = ? and member = ?", (saving, member))
    who.release(db, audience, member)
    db.execute(
        "update saving_pair set state = 'withdrawn', closed_on = ? where saving = ? and member = ? and closed_on = 0",
        (day, saving, member),
    )
    _order_anew(db, saving, spread(savers(db, saving).items()))


def fold_moved(db: Connection, _by: By, fact: TurnMoved) -> None:
    """Let the turn change places with the one before it."""
    turn = fields(db, "saving_turn", "turn", fact.turn)
    order = [row["member"] for row in turns(db, turn["saving"])]
    at = turn["number"] - 1
    order[at - 1], order[at] = order[at], order[at - 1]
    _order_anew(db, turn["saving"], order)


def fold_committed(db: Connection, by: By, fact: DrawCommitted) -> None:
    """Keep the seal, which says nothing of the number."""
    row = {"saving": fact.saving, "member": by.member, "commitment": fact.commitment, "since": by.day}
    insert(db, "saving_commit", row | {"audience": by.audience})


def fold_secret(db: Connection, by: By, fact: DrawSecretKept) -> None:
    """Keep the number in one's own room."""
    db.execute("delete from saving_secret where saving = ?", (fact.saving,))
    row = {"saving": fact.saving, "secret": fact.secret, "kept_on": by.day, "audience": by.audience}
    insert(db, "saving_secret", row)


def fold_revealed(db: Connection, by: By, fact: DrawRevealed) -> None:
    """Open the number; when all that were sealed are open, the order follows, and everybody can do the sum again."""
    db.execute(
        "update saving_commit set secret = ? where saving = ? and member = ?", (fact.secret, fact.saving, by.member)
    )
    db.execute(
        "delete from saving_secret where saving = ? and audience = ?", (fact.saving, who.ONLY_PREFIX + by.member)
    )
    sealed = rows(db, "select * from saving_commit where saving = ? order by member", fact.saving)
    if any(not row["secret"] for row in sealed):
        return
    seed = draw.seed(fact.saving, {row["member"]: row["secret"] for row in sealed})
    before = {turn["turn"]: turn["member"] for turn in turns(db, fact.saving)}
    _order_anew(db, fact.saving, [before[turn] for turn in draw.order(seed, before)])
    _change(db, "saving", "saving", fact.saving, seed=seed)
    for row in sealed:
        insert(db, "saving_commit", row)


def fold_agreed(db: Connection, by: By, fact: TermsAgreed) -> None:
    """Note the yes."""
    db.execute("update saving_member set agreed = 1 where saving = ? and member = ?", (fact.saving, by.member))


def fold_started(db: Connection, by: By, fact: SavingStarted) -> None:
    """Fix the order. Where it took longer to agree than was thought, the days count from today."""
    SAVING_STEPS.move(db, fact.saving, fact)
    row = fields(db, "saving", "saving", fact.saving)
    found = turns(db, fact.saving)
    days = due_days(max(row["starts_on"], by.day), row["rhythm"], len(found))
    for turn, day in zip(found, days, strict=True):
        _change(db, "saving_turn", "turn", turn["turn"], due_on=day)
    TURN_STEPS.move(db, found[0]["turn"], fact)
    _change(db, "saving", "saving", fact.saving, moved_on=by.day)


# Running


def fold_plan(db: Connection, by: By, fact: PlanOpened) -> None:
    """Write a member's instalments, one a turn, and the part of the guarantee before the first."""
    saving = fields(db, "saving", "saving", fact.saving)
    shares = savers(db, fact.saving)[fact.member]
    if rows(db, "select 1 from saving_pair where pair = ?", fact.pair):
        PAIR_STEPS.move(db, fact.pair, fact)
    else:  # the organiser's own, or of somebody who was taken in without an invitation
        row = {
            name: saving[name]
            for name in ("saving", "organiser", "currency", "rhythm", "shortfall", "amount", "guarantee")
        }
        row |= {"pair": fact.pair, "member": fact.member, "state": "open", "asked_on": by.day}
        insert(db, "saving_pair", row | {"audience": by.audience})
        who.admit(db, by.audience, by.member, fact.member)
    _change(db, "saving_pair", "pair", fact.pair, shares=shares)
    found = turns(db, fact.saving)
    plan = [(turn["number"], turn["due_on"], saving["amount"]) for turn in found]
    if saving["guarantee"]:
        plan.insert(0, (0, found[0]["due_on"], saving["guarantee"]))
    for number, day, amount in plan:
        row = {"instalment": numbered_id(fact.pair, number), "pair": fact.pair, "saving": fact.saving}
        row |= {"member": fact.member, "state": "due", "number": number, "due_on": day, "units": shares}
        insert(db, "instalment", row | {"amount": amount * shares, "audience": by.audience})


def fold_instalment(db: Connection, _by: By, fact: Any) -> None:
    """Move one instalment a step on."""
    INSTALMENT_STEPS.move(db, fact.instalment, fact)


def fold_gathered(db: Connection, by: By, fact: GuaranteeGathered) -> None:
    """Let the guarantee count from here on."""
    _change(db, "saving", "saving", fact.saving, gathered=1, moved_on=by.day)


def fold_excuse_asked(db: Connection, by: By, fact: ExcuseAsked) -> None:
    """Put the question to everybody."""
    row = {"turn": fact.turn, "saving": fields(db, "saving_turn", "turn", fact.turn)["saving"], "member": by.member}
    insert(db, "saving_excuse", row | {"state": "asked", "asked_on": by.day, "audience": by.audience})


def fold_excuse_given(db: Connection, by: By, fact: ExcuseGiven) -> None:
    """Note the yes; with the last one the instalment is excused."""
    turn = fields(db, "saving_turn", "turn", fact.turn)
    row = {"turn": fact.turn, "saving": turn["saving"], "member": fact.member, "by_member": by.member}
    insert(db, "saving_consent", row | {"audience": by.audience})
    given = rows(db, "select by_member from saving_consent where turn = ? and member = ?", fact.turn, fact.member)
    if {row["by_member"] for row in given} | {fact.member} != set(savers(db, turn["saving"])):
        return
    db.execute("update saving_excuse set state = 'given' where turn = ? and member = ?", (fact.turn, fact.member))
    # Only the organiser and the member have this row; both read this fact.
    db.execute(
        "update instalment set state = 'excused' where saving = ? and member = ? and number = ?"
        " and state in ('due', 'late')",
        (turn["saving"], fact.member, turn["number"]),
    )


def fold_handed(db: Connection, by: By, fact: TurnHandedOver) -> None:
    """Note what the pot held, by counts."""
    TURN_STEPS.move(db, fact.turn, fact)
    _change(db, "saving_turn", "turn", fact.turn, paid_in=fact.paid_in, covered=fact.covered)
    saving = fields(db, "saving_turn", "turn", fact.turn)["saving"]
    repaid = fields(db, "saving", "saving", saving)["repaid"] + fact.repaid
    _change(db, "saving", "saving", saving, repaid=repaid, moved_on=by.day)


def fold_taken(db: Connection, by: By, fact: TurnTaken) -> None:
    """End the turn; the next one comes. Whoever took the pot has thereby confirmed the organiser's own instalment."""
    TURN_STEPS.move(db, fact.turn, fact)
    turn = fields(db, "saving_turn", "turn", fact.turn)
    saving = fields(db, "saving", "saving", turn["saving"])
    db.execute(
        "update instalment set state = 'confirmed' where saving = ? and member = ? and number <= ?"
        " and state in ('paid', 'repaying')",
        (turn["saving"], saving["organiser"], turn["number"]),
    )
    _change(db, "saving", "saving", turn["saving"], moved_on=by.day)
    left = [other for other in turns(db, turn["saving"]) if other["state"] in ("waiting", "swapped")]
    if left:
        TURN_STEPS.move(db, left[0]["turn"], fact)


def fold_swap_asked(db: Connection, by: By, fact: SwapAsked) -> None:
    """Put the question to whoever has the other turn."""
    asked = fields(db, "saving_turn", "turn", fact.theirs)["member"]
    row = {name: getattr(fact, name) for name in SwapAsked.__slots__}
    row |= {"asker": by.member, "asked": asked, "state": "asked", "asked_on": by.day, "audience": by.audience}
    insert(db, "saving_swap", row)


def fold_swapped(db: Connection, _by: By, fact: SwapAgreed) -> None:
    """Let the two turns change hands."""
    swap = fields(db, "saving_swap", "swap", fact.swap)
    for turn, member in ((swap["mine"], swap["asked"]), (swap["theirs"], swap["asker"])):
        TURN_STEPS.move(db, turn, fact)
        _change(db, "saving_turn", "turn", turn, member=member)
    _change(db, "saving_swap", "swap", fact.swap, state="agreed")


def fold_swap_ended(db: Connection, _by: By, fact: SwapEnded) -> None:
    """Leave the turns as they are."""
    _change(db, "saving_swap", "swap", fact.swap, state="ended")


# The end


def fold_returned(db: Connection, _by: By, fact: DepositReturned) -> None:
    """Note what was handed back."""
    PAIR_STEPS.move(db, fact.pair, fact)
    _change(db, "saving_pair", "pair", fact.pair, returned=fact.amount)


def fold_pair_moved(db: Connection, _by: By, fact: Any) -> None:
    """Move what is between two people a step on."""
    PAIR_STEPS.move(db, fact.pair, fact)


def fold_finished(db: Connection, by: By, fact: SavingFinished) -> None:
    """Give the guarantee back and end the circle."""
    SAVING_STEPS.move(db, fact.saving, fact)
    row = fields(db, "saving", "saving", fact.saving)
    _change(db, "saving", "saving", fact.saving, repaid=row["repaid"] + fact.repaid)
    _change(db, "saving", "saving", fact.saving, returned=in_pot(db, fact.saving))
    _close(db, fact.saving, by.day)


def fold_stopped(db: Connection, by: By, fact: SavingStopped) -> None:
    """Stop; the accounts are laid open next."""
    SAVING_STEPS.move(db, fact.saving, fact)
    _change(db, "saving", "saving", fact.saving, reason=fact.reason)
    _close(db, fact.saving, by.day)


def fold_laid(db: Connection, by: By, fact: AccountLaid) -> None:
    """Note one account; with the last one it is clear who owes whom."""
    db.execute(
        "update saving_member set laid = 1, paid = ? where saving = ? and member = ?",
        (fact.paid, fact.saving, fact.member),
    )
    accounts = rows(db, "select member, paid, laid from saving_member where saving = ?", fact.saving)
    if not all(row["laid"] for row in accounts):
        return
    saving = fields(db, "saving", "saving", fact.saving)
    paid = {row["member"]: row["paid"] for row in accounts}
    owed = balances(paid, taken_by(db, fact.saving), saving["organiser"])
    for number, transfer in enumerate(settlement(owed), 1):
        row = {"debt": numbered_id(fact.saving, 1000 + number), "saving": fact.saving, "payer": transfer.payer}
        row |= {"payee": transfer.payee, "state": "owed", "audience": by.audience}
        insert(db, "saving_debt", row | {"amount": transfer.amount, "closed_on": saving["closed_on"]})


def fold_debt(db: Connection, _by: By, fact: Any) -> None:
    """Move a debt a step on."""
    DEBT_STEPS.move(db, fact.debt, fact)


# A new day


def passing(db: Connection, day: int) -> None:
    """Let instalments become late, invitations lapse, sealed draws begin anew, circles that lost somebody stop."""
    db.execute("update instalment set state = 'late' where state = 'due' and due_on < ? and closed_on = 0", (day,))
    db.execute(
        "update saving_pair set state = 'lapsed', closed_on = ? where closed_on = 0"
        " and state in ('sent', 'accepted') and asked_on <= ? and not exists (select 1 from saving_member"
        " where saving_member.saving = saving_pair.saving and saving_member.member = saving_pair.member)",
        (day, day - charter.value(db, "savings_invited_days")),
    )
    db.execute(
        "delete from saving_commit where since <= ? and exists (select 1 from saving where"
        " saving.saving = saving_commit.saving and state = 'forming' and seed = '')",
        (day - charter.value(db, "savings_sealed_days"),),
    )
    _without_the_departed(db, day)
    _release_forgotten(db, day)


def _without_the_departed(db: Connection, day: int) -> None:
    """Where somebody left the network: a circle that is being formed goes on without them, one that runs stops."""
    gone = rows(
        db,
        "select saving.saving as saving, saving.state as state, organiser, saving.audience as audience, member"
        " from saving join saving_member using (saving) join member using (member)"
        " where saving.closed_on = 0 and standing in ('left', 'removed') order by saving.saving, member",
    )
    for row in gone:
        if row["state"] == "forming" and row["member"] != row["organiser"]:
            _let_go(db, row["audience"], row["saving"], row["member"], day)
        elif fields(db, "saving", "saving", row["saving"])["state"] in ("forming", "running"):
            _change(db, "saving", "saving", row["saving"], state="stopped", reason="left")
            _close(db, row["saving"], day)


def _release_forgotten(db: Connection, day: int) -> None:
    """Let nobody be listed in a circle that is forgotten today, and forget an invitation whose circle nobody told of."""
    for table in ("saving", "saving_pair"):
        who.release_forgotten(db, table, day)
