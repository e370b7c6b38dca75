"""The forms of deciding, and what each states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.decisions.facts import (
    AppealChanged,
    AppealFiled,
    AppealHeard,
    AppealOverturned,
    AppealUpheld,
    CharterAccepted,
    CharterProposed,
    DecisionDone,
    DecisionKept,
    Hidden,
    MetBy,
    MoneyProposed,
    NewProposal,
    ObjectionKept,
    ObjectionRaised,
    ObjectionSettled,
    ProposalAmended,
    ProposalDiscussed,
    ProposalDrafted,
    ProposalMade,
    ProposalRef,
    ProposalWithdrawn,
    Quorum,
    Reason,
    SecrecyTightened,
    SettingProposed,
    Threshold,
    VoterRecused,
    VotingEnded,
    VotingOpened,
)
from nasij.areas.decisions.records import STANDING, record, written_options
from nasij.areas.decisions.roles import DecisionTakenUp, RoleProposed
from nasij.areas.decisions.versions import CharterAmended, VersionRead
from nasij.areas.decisions.voting import (
    AnswerForm,
    PickForm,
    RankForm,
    ScoreForm,
    SeedForm,
    answered,
    make_answer,
    make_commitment,
    make_numbers,
    make_pick,
    make_reveal,
    numbered,
    picked,
)
from nasij.ids import code, new_id
from nasij.kit import charter, money
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Act, act
from nasij.kit.field import Text, mark
from nasij.kit.rows import rows
from nasij.kit.table import Keep
from nasij.kit.who import By
from nasij.text import latin_digits

# -- choices that a form offers -----------------------------------------------------------------------------------------


def members_to_choose(db: Connection, _by: By) -> Sequence[tuple[str, str]]:
    """Return the members by what they are called."""
    found = db.execute(
        "select member, coalesce(alias, '') from member left join called using (member)"
        " where standing in ('new', 'trusted', 'resting') order by alias, member"
    )
    return [(member, alias or code(member)) for member, alias in found.fetchall()]


def decisions_to_choose(db: Connection, _by: By) -> Sequence[tuple[str, str]]:
    """Return the decisions that stand and can be replaced by another proposal."""
    found = rows(
        db,
        "select proposal, question from proposal where effect in ('agreement', 'task') and state in (?, ?, ?)"
        " order by decided_on desc, proposal",
        *STANDING,
    )
    return [(row["proposal"], f"{code(row['proposal'])} {row['question']}") for row in found]


def objections_to_choose(db: Connection, by: By) -> Sequence[tuple[str, str]]:
    """Return the objections that stand against proposals of mine."""
    found = rows(
        db,
        "select objection, reason from objection join proposal using (proposal)"
        " where proposal.made_by = ? and objection.state = 'raised' order by raised_on, objection",
        by.member,
    )
    return [(row["objection"], row["reason"]) for row in found]


# -- proposing ----------------------------------------------------------------------------------------------------------


def usual(db: Connection, _by: By, _params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what a new proposal starts with: the least that the group asks for."""
    return {
        "method": "no_objection",
        "quorum": charter.value(db, "vote_quorum"),
        "threshold": charter.value(db, "vote_threshold"),
        "voters": "trusted",
        "effect": "agreement",
        "review_days": charter.value(db, "decision_days"),
    }


def usual_charter(db: Connection, by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the charter in force, to be changed."""
    found = db.execute("select charter from charter_version where closed_on = 0").fetchone()
    return {**usual(db, by, params), "charter": found[0] if found else ""}


def usual_money(db: Connection, by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the least that the group asks for."""
    return {name: value for name, value in usual(db, by, params).items() if name in ("quorum", "threshold")}


def usual_closing(db: Connection, by: By, _params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a last day that gives everybody a week, or as long as the group asks for."""
    return {"closes_on": by.day + max(7, charter.value(db, "vote_days"))}


def as_written(db: Connection, _by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a proposal as it stands."""
    row = record(db, "proposal", params["proposal"])
    return {**row, "options": written_options(db, row["proposal"])}


@dataclass(frozen=True, slots=True)
class MoneyForm:
    """I propose that the fund may pay this."""

    proposal: NewProposal
    amount: Annotated[str, Text(length_max=40, keep=Keep.LEDGER, label=mark("Amount"))]
    currency: Annotated[
        str,
        Text(
            length_max=3,
            keep=Keep.LEDGER,
            label=mark("Currency"),
            why=mark(
                "Three letters, such as EGP. The proposal carries its code and the amount, no words about anybody."
            ),
        ),
    ]
    quorum: Quorum
    threshold: Threshold
    hidden: Hidden


def make_number(_db: Connection, _by: By, form: SettingProposed) -> Sequence[Any]:
    """Write numbers in one way, whichever digits they were typed in."""
    return [replace(form, numbers=latin_digits(form.numbers))]


def make_money(_db: Connection, _by: By, form: MoneyForm) -> Sequence[Any]:
    """Read the amount as money."""
    currency = form.currency.upper()
    amount = money.read(form.amount, currency)
    return [MoneyProposed(form.proposal, amount, currency, form.quorum, form.threshold, form.hidden, False)]


@dataclass(frozen=True, slots=True)
class HideForm:
    """The results are hidden until the vote has closed."""

    proposal: ProposalRef


def make_hidden(db: Connection, _by: By, form: HideForm) -> Sequence[Any]:
    """Hide, and leave everything else as it is."""
    return [SecrecyTightened(form.proposal, True, bool(record(db, "proposal", form.proposal)["secret"]))]


@dataclass(frozen=True, slots=True)
class ReadForm:
    """I have read the change."""

    proposal: ProposalRef


def make_read(db: Connection, _by: By, form: ReadForm) -> Sequence[Any]:
    """Remember how far I have read."""
    return [VersionRead(form.proposal, record(db, "proposal", form.proposal)["amended"])]


def usual_closing_day(_db: Connection, by: By, _params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a day in two weeks."""
    return {"due_on": by.day + 14}


# -- afterwards, and on the way -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectForm:
    """I object, and this is how it could be met."""

    proposal: ProposalRef
    reason: Reason
    met_by: MetBy


def make_objection(_db: Connection, _by: By, form: ObjectForm) -> Sequence[Any]:
    """State the objection."""
    return [ObjectionRaised(new_id(), form.proposal, form.reason, form.met_by)]


_CHOICES: dict[str, Callable[[Connection, By], Sequence[tuple[str, str]]]] = {
    "about": members_to_choose,
    "doer": members_to_choose,
    "member": members_to_choose,
    "replaces": decisions_to_choose,
}
_AT = "/decisions/{proposal}"


def _propose(path: str, form: type, title: str, press: str, **rest: Any) -> Act:
    return act(
        path,
        form,
        then=_AT,
        title=title,
        press=press,
        by=TRUSTED_MEMBER,
        options=_CHOICES,
        **{"prefill": usual, **rest},
    )


def _on(path: str, form: type, title: str, press: str, **rest: Any) -> Act:
    return act(_AT + path, form, title=title, press=press, **{"then": _AT, "by": TRUSTED_MEMBER, **rest})


_EVERYBODY_READS = mark("Everybody reads this proposal, newcomers too, because it changes what holds for all.")

ACTS: tuple[Act, ...] = (
    _propose("/decisions/propose", ProposalMade, mark("Propose something"), mark("Propose it")),
    _propose(
        "/decisions/draft",
        ProposalDrafted,
        mark("Draft a proposal"),
        mark("Keep the draft"),
        why=mark("Only you see a draft."),
    ),
    _propose(_AT + "/draft", ProposalDrafted, mark("Go on with the draft"), mark("Keep the draft"), prefill=as_written),
    _propose(
        _AT + "/bring", ProposalMade, mark("Bring the draft to the group"), mark("Propose it"), prefill=as_written
    ),
    _propose(
        "/decisions/number",
        SettingProposed,
        mark("Propose another number"),
        mark("Propose it"),
        make=make_number,
        why=_EVERYBODY_READS,
    ),
    _propose(
        "/decisions/new-charter",
        CharterProposed,
        mark("Propose a charter"),
        mark("Propose it"),
        prefill=usual_charter,
        why=_EVERYBODY_READS,
    ),
    _propose(
        "/decisions/money",
        MoneyForm,
        mark("Ask the group about money"),
        mark("Propose it"),
        make=make_money,
        prefill=usual_money,
    ),
    _propose(
        "/decisions/role",
        RoleProposed,
        mark("Ask the group about a role"),
        mark("Propose it"),
        why=_EVERYBODY_READS,
    ),
    _on(
        "/amend-charter",
        CharterAmended,
        mark("Change the text of the charter"),
        mark("Save"),
        options={"answers": objections_to_choose},
        prefill=as_written,
        why=mark("What it said before can still be read, and whoever spoke about it is told."),
    ),
    _on("/read", ReadForm, mark("I have read the change"), mark("I have read the change"), make=make_read),
    _on("/take-up", DecisionTakenUp, mark("See to what was decided"), mark("I see to it"), prefill=usual_closing_day),
    _on(
        "/amend",
        ProposalAmended,
        mark("Change the proposal"),
        mark("Save"),
        options={"answers": objections_to_choose},
        prefill=as_written,
    ),
    _on(
        "/hide",
        HideForm,
        mark("Hide the results"),
        mark("Hide them until the vote has closed"),
        make=make_hidden,
        why=mark("This cannot be taken back."),
    ),
    _on("/withdraw", ProposalWithdrawn, mark("Take the proposal back"), mark("Take it back"), grave=True),
    _on("/discuss", ProposalDiscussed, mark("Say what you think"), mark("Say it")),
    _on(
        "/open",
        VotingOpened,
        mark("Open the vote"),
        mark("Open the vote"),
        prefill=usual_closing,
        why=mark("Who may vote is fixed from then on, and the proposal can no longer be changed."),
    ),
    _on(
        "/answer",
        AnswerForm,
        mark("Answer"),
        mark("Vote"),
        make=make_answer,
        prefill=answered,
        template="decisions/answer.html",
        why=mark("You can change your vote until the vote closes."),
    ),
    _on(
        "/pick",
        PickForm,
        mark("Choose"),
        mark("Vote"),
        make=make_pick,
        prefill=picked,
        template="decisions/vote.html",
        why=mark("You can change your vote until the vote closes."),
    ),
    _on(
        "/score",
        ScoreForm,
        mark("Give scores"),
        mark("Vote"),
        make=make_numbers,
        prefill=numbered,
        template="decisions/vote.html",
        why=mark("You can change your vote until the vote closes."),
    ),
    _on(
        "/rank",
        RankForm,
        mark("Put in order"),
        mark("Vote"),
        make=make_numbers,
        prefill=numbered,
        template="decisions/vote.html",
        why=mark("1 is what you want most. Equal places are fine; what you leave empty comes last."),
    ),
    _on(
        "/recuse",
        VoterRecused,
        mark("Step out of this vote"),
        mark("Step out"),
        grave=True,
        why=mark("You are no longer counted in this vote, and cannot come back into it."),
    ),
    _on("/end", VotingEnded, mark("End the vote early"), mark("End the vote")),
    _on(
        "/seed",
        SeedForm,
        mark("Take part in the seed"),
        mark("Take part"),
        make=make_commitment,
        why=mark(
            "This room chooses a secret and shows its mark. After the last day you show the secret; the draw follows from"
            " both secrets."
        ),
    ),
    _on("/reveal", SeedForm, mark("Show your part of the seed"), mark("Show it"), make=make_reveal),
    _on("/object", ObjectForm, mark("Object"), mark("Object"), make=make_objection),
    _on("/done", DecisionDone, mark("It is done"), mark("It is done")),
    _on(
        "/keep",
        DecisionKept,
        mark("Keep this decision"),
        mark("Keep it"),
        why=mark("Two people say so; then it goes on for as long as before."),
    ),
    _on(
        "/appeal",
        AppealFiled,
        mark("Ask others to look again"),
        mark("Ask them"),
        why=mark("Three others are drawn who did not propose it. Two who find the same settle it."),
    ),
    _on(
        "/accept",
        CharterAccepted,
        mark("Accept the charter"),
        mark("I accept it"),
        by=ANYBODY_IN,
        then="/decisions/charter",
    ),
    act(
        "/decisions/objection/{objection}/met",
        ObjectionSettled,
        then="/decisions",
        title=mark("Your objection is met"),
        press=mark("It is met"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/decisions/objection/{objection}/stands",
        ObjectionKept,
        then="/decisions",
        title=mark("Your objection still stands"),
        press=mark("It still stands"),
        by=TRUSTED_MEMBER,
    ),
    *(
        act(
            f"/decisions/appeal/{{appeal}}/{name}",
            form,
            then="/decisions",
            title=title,
            press=press,
            by=TRUSTED_MEMBER,
        )
        for name, form, title, press in (
            ("hear", AppealHeard, mark("Hear this appeal"), mark("We hear it")),
            ("uphold", AppealUpheld, mark("The decision stands"), mark("It stands")),
            ("change", AppealChanged, mark("The decision has to be changed"), mark("It has to be changed")),
            ("overturn", AppealOverturned, mark("The decision falls"), mark("It falls")),
        )
    ),
)
