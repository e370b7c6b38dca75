"""The forms of belonging, and what a filled one states where that is more than the form itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.people.facts import (
    JOIN,
    ZONE_LABEL,
    Address,
    Alias,
    Areas,
    CalledAs,
    ClockChosen,
    InvitationCancelled,
    JoinAccepted,
    JoinDeclined,
    JoinRead,
    JoinRef,
    JoinSaid,
    JoinWithdrawn,
    JoinWordsCompared,
    KindWords,
    Languages,
    MemberAdmitted,
    MemberLeft,
    NetworkNamed,
    QuestionsSet,
    SettingChanged,
    Words,
)
from nasij.areas.people.folds import NETWORK_NAME
from nasij.areas.people.names import check_alias
from nasij.areas.people.rules import check_free, may_admit, missing, request_of, row
from nasij.errors import Refused
from nasij.ids import new_id
from nasij.kit import who, zones
from nasij.kit.area import TRUSTED_MEMBER, Act, act, holder_of
from nasij.kit.field import Choice, mark
from nasij.kit.rows import rows
from nasij.kit.table import Keep
from nasij.kit.who import By

READER = holder_of("members")

# Asked of everybody until a group writes its own; they ask nothing that could harm if it were found.
FIRST_QUESTIONS = (
    mark("How do you know the person who invited you?"),
    mark("What do you hope to find here?"),
    mark("What should we know so that this is safe for you?"),
)


@dataclass(frozen=True, slots=True)
class MyName:
    """What I am called."""

    alias: Alias
    address: Address
    languages: Languages
    areas: Areas


@dataclass(frozen=True, slots=True)
class JoinWords:
    """What one of us says to the newcomer."""

    join: JoinRef
    words: Words


@dataclass(frozen=True, slots=True)
class Welcome:
    """A yes to a request: the name this person will be called, and the words to them."""

    join: JoinRef
    alias: Alias
    words: KindWords


def name_myself(_db: Connection, by: By, form: MyName) -> Sequence[Any]:
    """State what I am called."""
    return [CalledAs(by.member, form.alias, form.address, form.languages, form.areas)]


def say_words(_db: Connection, _by: By, form: JoinWords) -> Sequence[Any]:
    """State words of ours."""
    return [JoinSaid(form.join, new_id(), from_newcomer=False, words=form.words)]


def welcome(db: Connection, by: By, form: Welcome) -> Sequence[Any]:
    """Let somebody in. All of it is checked before any of it is stated, since the three facts have three audiences."""
    request = request_of(db, form.join)
    JOIN.after(request["state"], "JoinAccepted")
    for sentence in missing(db, request):
        raise Refused(sentence)
    check_alias(form.alias)
    check_free(db, form.join, form.alias)
    admitted = MemberAdmitted(
        member=form.join,
        sign_key=request["sign_key"],
        wrap_key=request["wrap_key"],
        wrap_period=request["wrap_period"],
        proof=request["proof"],
        introduced_by=request["introduced_by"],
        join=form.join,
    )
    may_admit(db, by, admitted)
    called = CalledAs(form.join, form.alias, request["address"], request["languages"], "")
    return [admitted, JoinAccepted(form.join, form.words), called]


def my_name_now(db: Connection, by: By, _params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what I am called now."""
    return row(db, "select alias, address, languages, areas from called where member = ?", by.member) or {}


def name_now(db: Connection, _by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what a member is called now; of one without a name, what the request said."""
    member = params["member"]
    return (
        row(db, "select alias, address, languages, areas from called where member = ?", member)
        or row(db, "select alias, address, languages from join_request where request = ?", member)
        or {}
    )


def request_now(db: Connection, _by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the name that the newcomer wished for."""
    return row(db, "select alias from join_request where request = ?", params["join"]) or {}


def network_now(db: Connection, _by: By, _params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the name of the network."""
    return {"network": who.setting_text(db, NETWORK_NAME)}


@dataclass(frozen=True, slots=True)
class ClockForm:
    """The clock that a group lives by."""

    zone: Annotated[
        str,
        Choice(
            of=zones.ZONES,
            keep=Keep.LEDGER,
            label=ZONE_LABEL,
            why=mark(
                "If your place is not here, choose one whose clocks show the same all year. Everybody can see this."
            ),
        ),
    ]


def choose_clock(_db: Connection, _by: By, form: ClockForm) -> list[ClockChosen]:
    """Choose a clock."""
    return [ClockChosen(form.zone)]


def clock_now(db: Connection, _by: By, _params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the clock that was chosen."""
    return {"zone": zones.chosen(db)}


def own_questions(db: Connection) -> list[str]:
    """Return what this group chose to ask newcomers, in order."""
    return [str(found["words"]) for found in rows(db, "select words from question order by place")]


def questions(db: Connection) -> list[str]:
    """Return what newcomers are asked: the group's own words, or else message ids. For the invitation too."""
    return own_questions(db) or list(FIRST_QUESTIONS)


def questions_now(db: Connection, _by: By, _params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the group's questions, one a line."""
    return {"questions": "\n".join(own_questions(db))}


ACTS: tuple[Act, ...] = (
    act(
        "/people/name",
        MyName,
        then="/me",
        title=mark("What others call me"),
        press=mark("Save"),
        by=TRUSTED_MEMBER,
        make=name_myself,
        prefill=my_name_now,
        why=mark("A name given up stays kept for half a year, so that nobody can pass for somebody else."),
    ),
    act(
        "/people/{member}/name",
        CalledAs,
        then="/people/{member}",
        title=mark("Name a newcomer"),
        press=mark("Save"),
        by=READER,
        prefill=name_now,
    ),
    act(
        "/people/invitation/{invitation}/cancel",
        InvitationCancelled,
        then="/people/invitations",
        title=mark("Cancel an invitation"),
        press=mark("Cancel this invitation"),
        by=TRUSTED_MEMBER,
        why=mark("The link and its words lead nowhere from then on."),
    ),
    act(
        "/people/join/{join}/compare",
        JoinWordsCompared,
        then="/people/join/{join}",
        title=mark("Compare the four words"),
        press=mark("They are the same"),
        by=TRUSTED_MEMBER,
        why=mark(
            "Say the words to each other, face to face or by voice. Only if all four are the same is nobody in between."
        ),
    ),
    act(
        "/people/join/{join}/say",
        JoinWords,
        then="/people/join/{join}#conversation",
        title=mark("Write to the newcomer"),
        press=mark("Say it"),
        by=TRUSTED_MEMBER,
        make=say_words,
        why=mark("The newcomer reads this, and everybody who answers the request."),
    ),
    act(
        "/people/join/{join}/read",
        JoinRead,
        then="/people/join/{join}",
        title=mark("I have read this request"),
        press=mark("Save"),
        by=READER,
        why=mark("Two people read each request. What you write here is for the other readers."),
    ),
    act(
        "/people/join/{join}/accept",
        Welcome,
        then="/people/join/{join}",
        title=mark("Welcome this person"),
        press=mark("Let this person in"),
        by=READER,
        make=welcome,
        prefill=request_now,
        why=mark(
            "The membership begins on probation: without the list of members, and with help through the one who invited."
        ),
    ),
    act(
        "/people/join/{join}/decline",
        JoinDeclined,
        then="/people/join/{join}",
        title=mark("Decline this request"),
        press=mark("Decline this time"),
        by=READER,
        grave=True,
    ),
    act(
        "/people/join/{join}/withdraw",
        JoinWithdrawn,
        then="/people/joins",
        title=mark("Withdraw this request"),
        press=mark("Withdraw the request"),
        by=TRUSTED_MEMBER,
        grave=True,
        why=mark(
            "Right if the newcomer wants it, or if the four words were not the same. Invite again over another way then."
        ),
    ),
    act(
        "/people/settings/change",
        SettingChanged,
        then="/people/settings",
        title=mark("Change a number"),
        press=mark("Save"),
        by=READER,
        why=mark("Change only what the group has agreed on. Everybody can see these numbers."),
    ),
    act(
        "/people/settings/name",
        NetworkNamed,
        then="/people/settings",
        title=mark("Name of the network"),
        press=mark("Save"),
        by=READER,
        prefill=network_now,
    ),
    act(
        "/people/settings/clock",
        ClockForm,
        then="/people/settings",
        title=mark("The clock of this group"),
        press=mark("Save"),
        by=READER,
        make=choose_clock,
        prefill=clock_now,
        why=mark(
            "Hours of check-ins and deadlines are said and read by it, with its summer time, on everybody's pages."
        ),
    ),
    act(
        "/people/settings/questions",
        QuestionsSet,
        then="/people/settings",
        title=mark("Questions to newcomers"),
        press=mark("Save"),
        by=READER,
        prefill=questions_now,
        why=mark("Newcomers see the questions when they answer an invitation."),
    ),
    act(
        "/me/leave",
        MemberLeft,
        then="/",
        title=mark("Leave the network"),
        press=mark("Leave now"),
        grave=True,
        why=mark(
            "Your membership, your roles and your name end at once, and the keys move on. What others have read stays"
            " with them until it expires. Coming back takes a new invitation."
        ),
    ),
)
