"""Savings circles: people who trust each other pay in by turns, and each takes the whole pot once for every share.

A circle is private: nobody outside learns that it is there. The software holds no money; it keeps who said what, from
both sides. Who is late is known to the organiser and the person; the circle learns counts, with which everybody can
check that what went in is what went out and what the guarantee holds. When it stops early, it says who owes whom.
"""

from nasij.areas.savings import facts as f
from nasij.areas.savings import folds, home, pages, rules
from nasij.areas.savings.acts import ACTS
from nasij.areas.savings.tables import TABLES
from nasij.kit.area import ONLY_ME, TRUSTED_MEMBER, Area, FactLine, Fold, Reader, Rule, circle, fact, page, where
from nasij.kit.field import mark

__all__ = ["AREA"]

_CIRCLE = circle("saving", "saving")
_PAIR = circle("saving_pair", "pair")
_TURN = where("saving_turn", "turn")
_INSTALMENT = where("instalment", "instalment")
_SWAP = where("saving_swap", "swap")
_DEBT = where("saving_debt", "debt")


def _fact(cls: type, read_by: Reader, rule: Rule | None, fold: Fold) -> FactLine:
    return fact(cls, said_by=TRUSTED_MEMBER, read_by=read_by, rule=rule, fold=fold)


# One line a fact: who reads it, by which rule, with which effect. Trusted members say all of them.
_FACTS = (
    _fact(f.SavingFormed, _CIRCLE, rules.may_form, folds.fold_formed),
    _fact(f.InvitedToSave, _PAIR, rules.may_invite, folds.fold_invited),
    _fact(f.InvitationToSaveAccepted, _PAIR, rules.may_answer, folds.fold_accepted),
    _fact(f.InvitationToSaveDeclined, _PAIR, rules.may_answer, folds.fold_not_joining),
    _fact(f.InvitationToSaveWithdrawn, _PAIR, rules.may_withdraw, folds.fold_not_joining),
    _fact(f.SaverTakenIn, _CIRCLE, rules.may_take_in, folds.fold_taken_in),
    _fact(f.SaverSteppedOut, _CIRCLE, rules.may_step_out, folds.fold_stepped_out),
    _fact(f.TurnMoved, _TURN, rules.may_move, folds.fold_moved),
    _fact(f.DrawSecretKept, ONLY_ME, None, folds.fold_secret),
    _fact(f.DrawCommitted, _CIRCLE, rules.may_commit, folds.fold_committed),
    _fact(f.DrawRevealed, _CIRCLE, rules.may_reveal, folds.fold_revealed),
    _fact(f.TermsAgreed, _CIRCLE, rules.may_agree, folds.fold_agreed),
    _fact(f.SavingStarted, _CIRCLE, rules.may_start, folds.fold_started),
    _fact(f.PlanOpened, _PAIR, rules.may_open_plan, folds.fold_plan),
    _fact(f.InstalmentPaid, _INSTALMENT, rules.may_pay, folds.fold_instalment),
    _fact(f.InstalmentConfirmed, _INSTALMENT, rules.may_judge, folds.fold_instalment),
    _fact(f.InstalmentNotArrived, _INSTALMENT, rules.may_judge, folds.fold_instalment),
    _fact(f.InstalmentCovered, _INSTALMENT, rules.may_judge, folds.fold_instalment),
    _fact(f.ExcuseAsked, _TURN, rules.may_ask_excuse, folds.fold_excuse_asked),
    _fact(f.ExcuseGiven, _TURN, rules.may_excuse, folds.fold_excuse_given),
    _fact(f.GuaranteeGathered, _CIRCLE, rules.may_gather, folds.fold_gathered),
    _fact(f.TurnHandedOver, _TURN, rules.may_hand_over, folds.fold_handed),
    _fact(f.TurnTaken, _TURN, rules.may_take, folds.fold_taken),
    _fact(f.SwapAsked, _CIRCLE, rules.may_ask_swap, folds.fold_swap_asked),
    _fact(f.SwapAgreed, _SWAP, rules.may_swap, folds.fold_swapped),
    _fact(f.SwapEnded, _SWAP, rules.may_swap, folds.fold_swap_ended),
    _fact(f.DepositReturned, where("saving_pair", "pair"), rules.may_return, folds.fold_returned),
    _fact(f.DepositTaken, where("saving_pair", "pair"), rules.may_take_back, folds.fold_pair_moved),
    _fact(f.SavingFinished, _CIRCLE, rules.may_finish, folds.fold_finished),
    _fact(f.SavingStopped, _CIRCLE, rules.may_stop, folds.fold_stopped),
    _fact(f.AccountLaid, _CIRCLE, rules.may_lay, folds.fold_laid),
    _fact(f.DebtPaid, _DEBT, rules.may_settle, folds.fold_debt),
    _fact(f.DebtConfirmed, _DEBT, rules.may_settle, folds.fold_debt),
    _fact(f.DebtNotArrived, _DEBT, rules.may_settle, folds.fold_debt),
)

AREA = Area(
    name="savings",
    title=mark("Savings circles"),
    group="money",
    needs=("people",),
    tables=TABLES,
    facts=_FACTS,
    steps=(f.SAVING_STEPS, f.TURN_STEPS, f.PAIR_STEPS, f.INSTALMENT_STEPS, f.DEBT_STEPS),
    passing=folds.passing,
    waiting=home.waiting,
    mine=home.mine,
    acts=ACTS,
    pages=(
        page("/savings", pages.list_page, seen_by=TRUSTED_MEMBER, menu=mark("Savings circles")),
        page("/savings/{saving}", pages.circle_page, seen_by=TRUSTED_MEMBER),
    ),
)
