"""What may be said when deciding. Each rule reads only what everybody reads who can read its proposal.

A proposal for the whole network is checked against rows of the network alone: a newcomer's room has no others, and must come
to the same answer. That is why an id counts as taken there only where the network has it (`_is_free`).
"""

from sqlite3 import Connection

from nasij.areas.decisions import closing, roles, secret, versions
from nasij.areas.decisions.facts import (
    CHARTER_LENGTH,
    OBJECTION,
    OPTION_LENGTH,
    PROPOSAL,
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
from nasij.areas.decisions.methods import (
    ANSWERING,
    CHOOSING,
    OPTIONS_MOST,
    YES_LEAST,
    read_ballot,
)
from nasij.areas.decisions.records import STANDING, Row, eligible, on_roll, options_of, record
from nasij.areas.decisions.roles import DecisionTakenUp, RoleProposed
from nasij.areas.trust import OBSTACLES, obstacle
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.kit import charter, draw
from nasij.kit.field import mark
from nasij.kit.money import is_currency
from nasij.kit.who import NETWORK, TRUSTED, By, members

BLOCKS = -2  # the answer that stops a proposal
# Bounds that keep a group from being buried in questions; no choice of a group.
OPEN_MOST = 5  # proposals of one person that are not decided yet
VOTE_DAYS_MOST = 60
NOT_YOURS = mark("Only whoever made the proposal can do this.")
NOT_NOW = mark("Somebody has already taken this a step further.")
NOT_ON_ROLL = mark("You are not on the roll of this vote.")


# -- proposing ----------------------------------------------------------------------------------------------------------


def option_lines(options: str) -> list[tuple[str, str]]:
    """Return options from their lines: what each is called, and after a colon what it means."""
    found = []
    for line in options.split("\n"):
        label, _, meaning = line.partition(":")
        if line.strip():
            found.append((label.strip(), meaning.strip()))
    return found


def _check_options(method: str, options: str) -> None:
    lines = option_lines(options)
    if not lines and method in (*ANSWERING, *CHOOSING):
        return
    if method in ANSWERING:
        raise Malformed(
            mark("This method asks about one proposal. Please leave the options empty, or choose another method."),
            field="options",
        )
    labels = [label for label, _ in lines]
    if not 2 <= len(lines) <= OPTIONS_MOST or len(set(labels)) < len(labels) or not all(labels):
        raise Malformed(mark("Please write two to eight different options, one a line."), field="options")
    if any(len(label) + len(meaning) > OPTION_LENGTH for label, meaning in lines):
        raise Malformed(mark("One option has at most %(count)d characters."), field="options", count=OPTION_LENGTH)


def number_lines(numbers: str) -> list[int]:
    """Return numbers written one a line; raises `Malformed` for anything else."""
    lines = [line.strip() for line in numbers.split("\n") if line.strip()]
    if not lines or not all(line.isascii() and line.isdigit() and len(line) < 7 for line in lines):
        raise Malformed(mark("Please write a whole number, such as 3."), field="numbers")
    return [int(line) for line in lines]


def _is_free(db: Connection, proposal: str, audience: str) -> bool:
    """Say whether an id is free: for the network, where the network does not have it; else where nobody has."""
    found = db.execute("select audience from proposal where proposal = ?", (proposal,)).fetchone()
    return found is None or (audience == NETWORK and found[0] != NETWORK)


def _may_begin(db: Connection, by: By, proposal: str, audience: str, *, free: bool) -> None:
    if not free:
        raise Refused(mark("This proposal is here already."))
    mine = "select count(*) from proposal where made_by = ? and audience = ? and state in ('discussion', 'open')"
    if db.execute(mine, (by.member, audience)).fetchone()[0] >= OPEN_MOST:
        raise Refused(
            mark("You have %(count)d proposals that are not decided yet."),
            advice=mark("Please let the group decide one of them first, or take one back."),
            count=OPEN_MOST,
        )


def _check_shares(db: Connection, quorum: int, threshold: int, method: str) -> None:
    """Keep to the least that the group asks for; a sense check and a draw ask for nothing."""
    if method in ("sense_check", "draw"):
        return
    for field, share in (("quorum", quorum), ("threshold", threshold)):
        least = charter.value(db, "vote_" + field)
        if share < least:
            raise Malformed(mark("The group asks for at least %(least)d per cent."), field=field, least=least)


def may_draft(db: Connection, by: By, fact: ProposalDrafted) -> None:
    """Write for oneself, as often as one likes, until it is proposed."""
    found = db.execute("select state, made_by from proposal where proposal = ?", (fact.proposal,)).fetchone()
    if found is not None and tuple(found) != ("draft", by.member):
        raise Refused(mark("This proposal is here already."))


def may_propose(db: Connection, by: By, fact: ProposalMade) -> None:
    """Keep a proposal whole: its options fit its method, a task has its doer, and what it replaces stands."""
    found = db.execute("select state from proposal where proposal = ?", (fact.proposal,)).fetchone()
    free = found is None or found[0] == "draft"
    _may_begin(db, by, fact.proposal, TRUSTED, free=free)
    _check_options(fact.method, fact.options)
    _check_shares(db, fact.quorum, fact.threshold, fact.method)
    in_force = members(db)
    if fact.effect == "task" and (fact.doer not in in_force or not fact.due_on):
        raise Malformed(mark("Please say who does it, and by which day."), field="doer")
    if fact.about and fact.about not in in_force:
        raise Malformed(mark("Please choose one from the list."), field="about")
    _check_replaced(db, fact)


def _check_replaced(db: Connection, fact: ProposalMade) -> None:
    if not fact.replaces:
        if fact.ends:
            raise Malformed(mark("Please choose one from the list."), field="replaces")
        return
    found = db.execute("select state, effect from proposal where proposal = ?", (fact.replaces,)).fetchone()
    if found is None or found[0] not in STANDING or found[1] not in ("agreement", "task"):
        raise Malformed(mark("That decision is not in force."), field="replaces")
    if fact.method in ("draw", "sense_check"):
        raise Malformed(mark("This method does not decide on what holds for everybody."), field="method")


def _may_bind_all(db: Connection, by: By, fact: SettingProposed | CharterProposed | RoleProposed) -> None:
    _may_begin(db, by, fact.proposal, NETWORK, free=_is_free(db, fact.proposal, NETWORK))
    _check_shares(db, fact.quorum, fact.threshold, fact.method)
    if fact.method in ("draw", "sense_check"):
        raise Malformed(mark("This method does not decide on what holds for everybody."), field="method")


def may_propose_number(db: Connection, by: By, fact: SettingProposed) -> None:
    """Keep each number within its bounds; one number for methods that ask about one proposal."""
    _may_bind_all(db, by, fact)
    setting = charter.SETTINGS[fact.name]
    numbers = number_lines(fact.numbers)
    if len(numbers) > (1 if fact.method in ANSWERING else OPTIONS_MOST - 1) or len(set(numbers)) < len(numbers):
        raise Malformed(
            mark("This method asks about one number. Please write one, or choose another method.")
            if fact.method in ANSWERING
            else mark("Please write up to seven different numbers, one a line."),
            field="numbers",
        )
    if not all(setting.least <= number <= setting.most for number in numbers):
        raise Malformed(
            mark("Please write a number from %(least)d to %(most)d."),
            field="numbers",
            least=setting.least,
            most=setting.most,
        )
    if charter.value(db, fact.name) in numbers:
        raise Malformed(mark("This is the number that holds now."), field="numbers")


def may_propose_charter(db: Connection, by: By, fact: CharterProposed) -> None:
    """Ask about one text; whoever wants another proposes that."""
    _may_bind_all(db, by, fact)
    _asks_one_thing(fact.method, mark("About one text we decide by no objection, consensus or majority."))
    assert len(fact.charter) <= CHARTER_LENGTH


def _asks_one_thing(method: str, sentence: str) -> None:
    if method not in (*ANSWERING, "majority"):
        raise Malformed(sentence, field="method")


def may_propose_role(db: Connection, by: By, fact: RoleProposed) -> None:
    """Ask about one step of one role, which could be taken today; it is looked at again when the vote has passed."""
    _may_bind_all(db, by, fact)
    _asks_one_thing(fact.method, mark("About a role we decide by no objection, consensus or majority."))
    if keeps := obstacle(db, fact.step, fact.role, fact.member, by.day):
        sentence, advice = OBSTACLES[keeps]
        raise Refused(sentence, advice=advice)


def may_propose_money(db: Connection, by: By, fact: MoneyProposed) -> None:
    """Carry an amount and its currency, and nothing else."""
    found = db.execute("select 1 from proposal where proposal = ?", (fact.proposal,)).fetchone()
    _may_begin(db, by, fact.proposal, TRUSTED, free=found is None)
    _check_shares(db, fact.quorum, fact.threshold, "majority")
    if not is_currency(fact.currency):
        raise Malformed(mark("Please write the three capital letters of a currency, such as EGP."), field="currency")


# -- before the vote ----------------------------------------------------------------------------------------------------


def _of_mine(db: Connection, by: By, proposal: str) -> Row:
    row = record(db, "proposal", proposal)
    if row["made_by"] != by.member:
        raise Refused(NOT_YOURS)
    return row


def may_amend(db: Connection, by: By, fact: ProposalAmended) -> None:
    """Change words and options while it is talked over; what it does stays, or it would be another proposal."""
    row = _of_mine(db, by, fact.proposal)
    versions.check_amendable(db, row, fact.answers)
    if row["effect"] in ("agreement", "task"):
        _check_options(row["method"], fact.options)
    elif fact.options or row["effect"] == "money":
        raise Malformed(mark("What this proposal does cannot be changed. Please make another one."), field="options")


def may_tighten(db: Connection, by: By, fact: SecrecyTightened) -> None:
    """Let less be seen, never more; a vote that has begun openly cannot become secret any more."""
    row = _of_mine(db, by, fact.proposal)
    PROPOSAL.may(db, fact.proposal, fact)
    if fact.secret < row["secret"] or fact.hidden < row["hidden"]:
        raise Refused(mark("What is secret or hidden stays so."))
    if fact.secret > row["secret"] and (row["state"] == "open" or row["method"] == "draw"):
        raise Refused(mark("A vote that has begun openly cannot become secret."))
    if (fact.secret, fact.hidden) == (row["secret"], row["hidden"]):
        raise Refused(mark("This is so already."))


def may_withdraw(db: Connection, by: By, fact: ProposalWithdrawn) -> None:
    """Take one's own proposal back, until it is decided."""
    _of_mine(db, by, fact.proposal)
    PROPOSAL.may(db, fact.proposal, fact)


def may_discuss(db: Connection, _by: By, fact: ProposalDiscussed) -> None:
    """Talk about it until it is decided."""
    if record(db, "proposal", fact.proposal)["state"] not in ("discussion", "open"):
        raise Refused(NOT_NOW, advice=mark("Open it again to see where it stands now."))


def may_object(db: Connection, by: By, fact: ObjectionRaised) -> None:
    """Object before it is decided: in discussion any of those who may read and vote, then whoever is on the roll."""
    row = record(db, "proposal", fact.proposal)
    if row["state"] not in ("discussion", "open"):
        raise Refused(NOT_NOW, advice=mark("Open it again to see where it stands now."))
    if row["state"] == "open" and not on_roll(db, by, fact.proposal):
        raise Refused(NOT_ON_ROLL)
    taken = "select 1 from objection where objection = ? and audience = ?"
    if db.execute(taken, (fact.objection, row["audience"])).fetchone():
        raise Refused(mark("This objection is here already."))


def may_settle_objection(db: Connection, by: By, fact: ObjectionSettled | ObjectionKept) -> None:
    """Let only whoever objected say whether it is met."""
    row = record(db, "objection", fact.objection)
    OBJECTION.may(db, fact.objection, fact)
    if row["by_member"] != by.member:
        raise Refused(mark("Only whoever objected can say this."))


def may_open(db: Connection, by: By, fact: VotingOpened) -> None:
    """Open one's own proposal for long enough, with at least two who may vote."""
    row = _of_mine(db, by, fact.proposal)
    PROPOSAL.may(db, fact.proposal, fact)
    least = charter.value(db, "vote_days")
    if not by.day + least <= fact.closes_on <= by.day + VOTE_DAYS_MOST:
        raise Malformed(
            mark("A vote stays open for %(least)d to %(most)d days."),
            field="closes_on",
            least=least,
            most=VOTE_DAYS_MOST,
        )
    if row["secret"] and not secret.enough_carriers(db, fact.proposal):
        raise Refused(
            mark("Three people carry a secret vote, and not all have offered yet."),
            advice=mark("Ask people you trust in different places to press it on the page of the proposal."),
        )
    if len(eligible(db, row, by.day)) < YES_LEAST:
        raise Refused(
            mark("Fewer than two people could vote on this now."),
            advice=mark("Members vote once they are trusted and have been here for some days."),
        )


# -- voting -------------------------------------------------------------------------------------------------------------


def _open_for(db: Connection, by: By, proposal: str) -> Row:
    """Return an open proposal that this person may vote on today."""
    row = record(db, "proposal", proposal)
    if row["state"] != "open" or by.day > row["closes_on"]:
        raise Refused(mark("This vote is not open."))
    if not on_roll(db, by, proposal):
        raise Refused(NOT_ON_ROLL, advice=mark("The roll was fixed when the vote was opened."))
    return row


def may_vote(db: Connection, by: By, fact: VoteCast) -> None:
    """Take one ballot each in the form of the method; an objection says why and how it could be met."""
    row = _open_for(db, by, fact.proposal)
    if row["secret"]:
        raise Refused(mark("This vote is secret. An open ballot does not fit."))
    try:
        ballot = read_ballot(row["method"], len(options_of(db, fact.proposal)), fact.ballot)
    except ValueError:
        raise Malformed(mark("This ballot does not fit the vote.")) from None
    if row["method"] in ANSWERING and ballot[0] == BLOCKS:
        mine = "select 1 from objection where proposal = ? and by_member = ? and state <> 'settled'"
        if not db.execute(mine, (fact.proposal, by.member)).fetchone():
            raise Refused(mark("An objection says what stands against it, and how it could be met."))


def may_recuse(db: Connection, by: By, fact: VoterRecused) -> None:
    """Step out of an open vote, for good; out of a secret box nobody can take a ballot back."""
    row = _open_for(db, by, fact.proposal)
    voted = "select voted from roll where proposal = ? and member = ?"
    if row["secret"] and db.execute(voted, (fact.proposal, by.member)).fetchone()[0]:
        raise Refused(mark("A secret ballot that was cast cannot be taken back."))


def may_end_voting(db: Connection, by: By, fact: VotingEnded) -> None:
    """End early only what cannot change, and not on the day it opened."""
    row = record(db, "proposal", fact.proposal)
    if row["state"] != "open":
        raise Refused(NOT_NOW, advice=mark("Open it again to see where it stands now."))
    if by.member != row["made_by"] and not on_roll(db, by, fact.proposal):
        raise Refused(NOT_ON_ROLL)
    if by.day <= row["opened_on"] or row["method"] == "draw" or not closing.cannot_change(db, row):
        raise Refused(
            mark("The outcome could still change."), advice=mark("The vote closes by itself after its last day.")
        )


# -- the draw -----------------------------------------------------------------------------------------------------------


def may_keep_seed(_db: Connection, _by: By, _fact: SeedKept) -> None:
    """Keep one's own secret: nobody else reads it, so nothing is to be checked."""


def may_commit(db: Connection, by: By, fact: SeedCommitted) -> None:
    """Let the first two of the roll commit, each once."""
    row = _open_for(db, by, fact.proposal)
    if row["method"] != "draw" or not draw.is_commitment(fact.commitment):
        raise Malformed
    parts = closing.seeds(db, fact.proposal)
    if len(parts) >= draw.PEOPLE:
        raise Refused(mark("Two people have done this already."))
    if db.execute("select 1 from seed where proposal = ? and member = ?", (fact.proposal, by.member)).fetchone():
        raise Refused(mark("You have done this already."))


def may_reveal(db: Connection, by: By, fact: SeedRevealed) -> None:
    """Show what one committed to, once the last day has passed and not long after."""
    row = record(db, "proposal", fact.proposal)
    if not closing.reveals(db, row, by.day):
        raise Refused(mark("The parts of the seed are shown in the days after the last day of the draw."))
    found = db.execute(
        "select commitment, secret from seed where proposal = ? and member = ?", (fact.proposal, by.member)
    ).fetchone()
    if found is None or not on_roll(db, by, fact.proposal):
        raise Refused(mark("You have no part in the seed of this draw."))
    if found[1] or not draw.opens(fact.proposal, by.member, fact.secret, found[0]):
        raise Refused(mark("This is not what you chose before."))


# -- afterwards ---------------------------------------------------------------------------------------------------------


def may_be_done(db: Connection, by: By, fact: DecisionDone) -> None:
    """Let the doer say so; where the doer is gone, any of those who may read it."""
    row = record(db, "proposal", fact.proposal)
    PROPOSAL.may(db, fact.proposal, fact)
    if row["effect"] != "task" and not row["stuck"]:
        raise Refused(mark("Nobody has to do anything for this."))
    if row["doer"] != by.member and row["doer"] in members(db):
        raise Refused(mark("Whoever does it says when it is done."))


def may_take_up(db: Connection, by: By, fact: DecisionTakenUp) -> None:
    """See to what could not happen by itself, or to what somebody left undone who is gone; by a day not far off."""
    row = record(db, "proposal", fact.proposal)
    PROPOSAL.may(db, fact.proposal, fact)
    if not roles.waits_for_doer(row, members(db)):
        raise Refused(mark("Somebody sees to this already, or nothing has to be done."))
    if not by.day <= fact.due_on <= by.day + VOTE_DAYS_MOST:
        raise Malformed(
            mark("Please choose a day within the next %(count)d days."), field="due_on", count=VOTE_DAYS_MOST
        )


def may_keep(db: Connection, by: By, fact: DecisionKept) -> None:
    """Keep what is to be looked at again: two people say so."""
    row = record(db, "proposal", fact.proposal)
    PROPOSAL.may(db, fact.proposal, fact)
    if row["kept_by"] == by.member:
        raise Refused(mark("A second person has to agree."), advice=mark("Somebody else can press the same button."))


def may_accept_charter(db: Connection, by: By, fact: CharterAccepted) -> None:
    """Accept the version in force, once."""
    found = db.execute("select closed_on from charter_version where proposal = ?", (fact.proposal,)).fetchone()
    if found is None:
        raise NotHereYet
    if found[0]:
        raise Refused(mark("There is a newer version of the charter."))
    mine = "select 1 from charter_accepted where proposal = ? and member = ?"
    if db.execute(mine, (fact.proposal, by.member)).fetchone():
        raise Refused(mark("You have accepted this version already."))
