"""Decide together: proposals, votes, appeals, decisions that come back, and the charter.

`methods` says how ballots become an outcome, as pure functions; `facts` and `tables` what is said and kept; `records` who
may vote and who counts; `rules` and `folds` what may be said and what follows; `closing` how a vote ends and what it sets
off; `appeals` who looks again; `secret` is where secret ballots come in; `acts`, `voting`, `pages` and `home` what people see.

A vote ends by a day, in every room at the same place of the line, so nobody has to close it and nobody can keep it open. Its
effect runs in the same fold. A number of the group is a row that every room must hold alike, newcomers' rooms too; so such a
proposal is said to everybody, with its roll and its votes, and each room counts for itself. The other way, a fact in which
somebody tells newcomers the outcome, would have let one person tell them a number that nobody decided. The price: a newcomer
can read such a proposal, the objections to it, and by code who voted how; what is said in its discussion stays with the trusted.
"""

from nasij.areas.decisions import appeals, closing, folds, home, pages, rules, secret, versions
from nasij.areas.decisions.acts import ACTS
from nasij.areas.decisions.facts import (
    APPEAL,
    OBJECTION,
    PROPOSAL,
    AppealChanged,
    AppealFiled,
    AppealHeard,
    AppealOverturned,
    AppealUpheld,
    CharterAccepted,
    CharterProposed,
    DecisionDone,
    DecisionKept,
    MoneyProposed,
    ObjectionKept,
    ObjectionRaised,
    ObjectionSettled,
    ProposalAmended,
    ProposalDiscussed,
    ProposalDrafted,
    ProposalMade,
    ProposalWithdrawn,
    SecrecyTightened,
    SeedCommitted,
    SeedKept,
    SeedRevealed,
    SettingProposed,
    VoteCast,
    VoterRecused,
    VotingEnded,
    VotingOpened,
)
from nasij.areas.decisions.records import money_of, outcome
from nasij.areas.decisions.roles import DecisionTakenUp, RoleProposed
from nasij.areas.decisions.secret import BallotCast, BallotsPassed, CarrierOffered
from nasij.areas.decisions.tables import TABLES
from nasij.areas.decisions.versions import CharterAmended, VersionRead
from nasij.kit.area import (
    ANYBODY_IN,
    EVERYONE,
    ONLY_ME,
    TRUSTED_MEMBER,
    TRUSTED_ONES,
    Area,
    fact,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = [
    "AREA",
    "AppealChanged",
    "AppealFiled",
    "AppealHeard",
    "AppealOverturned",
    "AppealUpheld",
    "BallotCast",
    "BallotsPassed",
    "CarrierOffered",
    "CharterAccepted",
    "CharterAmended",
    "CharterProposed",
    "DecisionDone",
    "DecisionKept",
    "DecisionTakenUp",
    "MoneyProposed",
    "ObjectionKept",
    "ObjectionRaised",
    "ObjectionSettled",
    "ProposalAmended",
    "ProposalDiscussed",
    "ProposalDrafted",
    "ProposalMade",
    "ProposalWithdrawn",
    "RoleProposed",
    "SecrecyTightened",
    "SeedCommitted",
    "SeedKept",
    "SeedRevealed",
    "SettingProposed",
    "VersionRead",
    "VoteCast",
    "VoterRecused",
    "VotingEnded",
    "VotingOpened",
    "money_of",
    "outcome",
]

_ITS_READERS = where("proposal", "proposal")
_OBJECTION = where("objection", "objection")
_APPEAL = where("appeal", "appeal")
_T = TRUSTED_MEMBER

# fmt: off
# One line a fact: who says it, who reads it, by which rule, with which effect.
_FACTS = (
    fact(ProposalDrafted, said_by=_T, read_by=ONLY_ME, rule=rules.may_draft, fold=folds.fold_drafted),
    fact(ProposalMade, said_by=_T, read_by=TRUSTED_ONES, rule=rules.may_propose, fold=folds.fold_made),
    # A number decides who becomes trusted and what is forgotten, so a room that does not know this fact must not write.
    fact(SettingProposed, said_by=_T, read_by=EVERYONE, rule=rules.may_propose_number, fold=folds.fold_number_proposed, authority=True),
    fact(CharterProposed, said_by=_T, read_by=EVERYONE, rule=rules.may_propose_charter, fold=folds.fold_charter_proposed, authority=True),
    fact(CharterAmended, said_by=_T, read_by=EVERYONE, rule=versions.may_amend_charter, fold=versions.fold_charter_amended, authority=True),
    fact(VersionRead, said_by=_T, read_by=ONLY_ME, rule=versions.may_read, fold=versions.fold_read),
    # A role decides who may say what, as in the area of trust.
    fact(RoleProposed, said_by=_T, read_by=EVERYONE, rule=rules.may_propose_role, fold=folds.fold_role_proposed, authority=True),
    fact(MoneyProposed, said_by=_T, read_by=TRUSTED_ONES, rule=rules.may_propose_money, fold=folds.fold_money_proposed),
    fact(ProposalAmended, said_by=_T, read_by=_ITS_READERS, rule=rules.may_amend, fold=folds.fold_amended),
    fact(SecrecyTightened, said_by=_T, read_by=_ITS_READERS, rule=rules.may_tighten, fold=folds.fold_tightened),
    fact(ProposalWithdrawn, said_by=_T, read_by=_ITS_READERS, rule=rules.may_withdraw, fold=folds.fold_withdrawn),
    fact(ProposalDiscussed, said_by=_T, read_by=TRUSTED_ONES, rule=rules.may_discuss, fold=folds.fold_discussed),
    fact(VotingOpened, said_by=_T, read_by=_ITS_READERS, rule=rules.may_open, fold=folds.fold_opened),
    fact(VoteCast, said_by=_T, read_by=_ITS_READERS, rule=rules.may_vote, fold=folds.fold_voted),
    fact(VoterRecused, said_by=_T, read_by=_ITS_READERS, rule=rules.may_recuse, fold=folds.fold_recused),
    fact(VotingEnded, said_by=_T, read_by=_ITS_READERS, rule=rules.may_end_voting, fold=folds.fold_voting_ended),
    fact(ObjectionRaised, said_by=_T, read_by=_ITS_READERS, rule=rules.may_object, fold=folds.fold_objected),
    fact(ObjectionSettled, said_by=_T, read_by=_OBJECTION, rule=rules.may_settle_objection, fold=folds.fold_objection_moved),
    fact(ObjectionKept, said_by=_T, read_by=_OBJECTION, rule=rules.may_settle_objection, fold=folds.fold_objection_moved),
    fact(SeedKept, said_by=_T, read_by=ONLY_ME, rule=rules.may_keep_seed, fold=folds.fold_seed_kept),
    fact(SeedCommitted, said_by=_T, read_by=_ITS_READERS, rule=rules.may_commit, fold=folds.fold_committed),
    fact(SeedRevealed, said_by=_T, read_by=_ITS_READERS, rule=rules.may_reveal, fold=folds.fold_revealed),
    fact(CarrierOffered, said_by=_T, read_by=_ITS_READERS, rule=secret.may_carry, fold=secret.fold_carrier),
    fact(BallotCast, said_by=_T, read_by=_ITS_READERS, rule=secret.may_cast, fold=secret.fold_cast),
    fact(BallotsPassed, said_by=_T, read_by=_ITS_READERS, rule=secret.may_pass, fold=folds.fold_ballots_passed),
    fact(DecisionDone, said_by=_T, read_by=_ITS_READERS, rule=rules.may_be_done, fold=folds.fold_done),
    fact(DecisionTakenUp, said_by=_T, read_by=_ITS_READERS, rule=rules.may_take_up, fold=folds.fold_taken_up),
    fact(DecisionKept, said_by=_T, read_by=_ITS_READERS, rule=rules.may_keep, fold=folds.fold_kept),
    fact(AppealFiled, said_by=_T, read_by=_ITS_READERS, rule=appeals.may_file, fold=appeals.fold_filed),
    fact(AppealHeard, said_by=_T, read_by=_APPEAL, rule=appeals.may_hear, fold=appeals.fold_heard),
    fact(AppealUpheld, said_by=_T, read_by=_APPEAL, rule=appeals.may_find, fold=appeals.fold_found),
    fact(AppealChanged, said_by=_T, read_by=_APPEAL, rule=appeals.may_find, fold=appeals.fold_found),
    fact(AppealOverturned, said_by=_T, read_by=_APPEAL, rule=appeals.may_find, fold=appeals.fold_found),
    fact(CharterAccepted, said_by=ANYBODY_IN, read_by=EVERYONE, rule=rules.may_accept_charter, fold=folds.fold_charter_accepted),
)
# fmt: on

AREA = Area(
    name="decisions",
    title=mark("Decisions"),
    group="together",
    needs=("people", "trust"),
    tables=(*TABLES, *secret.TABLES),
    found=(
        Found("proposal", "/decisions/{proposal}", "question body about charter", mark("Decisions")),
        Found("proposal_option", "/decisions/{proposal}", "label meaning", mark("Decisions")),
        Found("proposal_version", "/decisions/{proposal}", "question body options charter", mark("Decisions")),
        Found("objection", "/decisions/{proposal}", "reason met_by", mark("Decisions")),
        Found("discussion_note", "/decisions/{proposal}", "words", mark("Decisions")),
        Found("appeal", "/decisions/{proposal}", "ground", mark("Decisions")),
        Found("appeal_judge join appeal using (appeal)", "/decisions/{proposal}", "words", mark("Decisions")),
        Found("charter_version", "/decisions/charter", "charter", mark("Our charter")),
    ),
    steps=(PROPOSAL, OBJECTION, APPEAL),
    passing=closing.passing,
    waiting=home.waiting,
    cards={"proposal": pages.proposal_card},
    facts=_FACTS,
    acts=(*ACTS, *secret.ACTS),
    pages=(
        page("/decisions", pages.list_page, menu=mark("Decisions")),
        page("/decisions/standing", pages.standing_page),
        page("/decisions/charter", pages.charter_page),
        page("/decisions/{proposal}", pages.proposal_page),
    ),
)
