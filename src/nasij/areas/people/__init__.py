"""Found a network, bring somebody in, be called something, and leave.

A trusted member invites; the one invited answers the group's questions; inviter and newcomer compare four words; holders of
the role `members` read the request and answer it; the newcomer begins on probation. How somebody becomes trusted, and how a
membership is ended by others, is the area trust. The invitation itself (link, words, mailbox) is made in `sync/invite`.

What everybody may know of a member is codes, keys, states and days. What somebody is called is for trusted members only.
A request is read by its inviter and the holders of `members`, in a circle of its own. Its id becomes the member's id,
because the newcomer proves their key for that id before anybody has let them in.
"""

from nasij.areas.people import folds, home, pages, rules
from nasij.areas.people.acts import ACTS, FIRST_QUESTIONS, questions
from nasij.areas.people.facts import (
    INVITATION,
    INVITATION_HOURS,
    JOIN,
    JOIN_DAYS,
    LATE_DAYS,
    QUESTION_LENGTH,
    QUESTIONS_MOST,
    CalledAs,
    ClockChosen,
    InvitationCancelled,
    InvitationMade,
    InvitationUsed,
    JoinAccepted,
    JoinArrived,
    JoinClosed,
    JoinDeclined,
    JoinRead,
    JoinSaid,
    JoinWithdrawn,
    JoinWordsCompared,
    KeysRenewed,
    MemberAdmitted,
    MemberLeft,
    NetworkFounded,
    NetworkNamed,
    Proof,
    QuestionsSet,
    SettingChanged,
    SignKey,
    WrapKey,
    WrapPeriod,
)
from nasij.areas.people.rules import CLOCK_HOURS, invitations_left
from nasij.areas.people.tables import TABLES
from nasij.kit.area import (
    ANYBODY_IN,
    EVERYONE,
    NOBODY_YET,
    ONLY_ME,
    TRUSTED_MEMBER,
    TRUSTED_ONES,
    Area,
    circle,
    fact,
    holder_of,
    page,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = [
    "AREA",
    "CLOCK_HOURS",
    "FIRST_QUESTIONS",
    "INVITATION_HOURS",
    "JOIN_DAYS",
    "LATE_DAYS",
    "QUESTIONS_MOST",
    "QUESTION_LENGTH",
    "CalledAs",
    "ClockChosen",
    "InvitationCancelled",
    "InvitationMade",
    "InvitationUsed",
    "JoinAccepted",
    "JoinArrived",
    "JoinClosed",
    "JoinDeclined",
    "JoinRead",
    "JoinSaid",
    "JoinWithdrawn",
    "JoinWordsCompared",
    "KeysRenewed",
    "MemberAdmitted",
    "MemberLeft",
    "NetworkFounded",
    "NetworkNamed",
    "Proof",
    "QuestionsSet",
    "SettingChanged",
    "SignKey",
    "WrapKey",
    "WrapPeriod",
    "invitations_left",
    "questions",
]

_READER = holder_of("members")
_ITS_PEOPLE = circle("join", "join")

AREA = Area(
    name="people",
    title=mark("People"),
    group="together",
    tables=TABLES,
    found=(
        Found("called", "/people/{member} /me", "alias languages areas", mark("People")),
        Found("question", "/people/settings", "words", mark("Questions to newcomers")),
        Found(
            "join_request", "/people/join/{request}", "alias languages answers words answer", mark("Requests to join")
        ),
        Found("join_said", "/people/join/{request}", "words", mark("Requests to join")),
        Found("join_read", "/people/join/{request}", "reason", mark("Requests to join")),
    ),
    steps=(INVITATION, JOIN),
    passing=folds.passing,
    waiting=home.waiting,
    mine=home.mine,
    cards={"member": pages.member_card},
    facts=(
        fact(
            NetworkFounded,
            said_by=NOBODY_YET,
            read_by=EVERYONE,
            rule=rules.may_found,
            fold=folds.fold_founded,
            authority=True,
        ),
        fact(NetworkNamed, said_by=_READER, read_by=EVERYONE, fold=folds.fold_named),
        fact(ClockChosen, said_by=_READER, read_by=EVERYONE, rule=rules.may_choose_clock, fold=folds.fold_clock),
        fact(
            MemberAdmitted,
            said_by=_READER,
            read_by=EVERYONE,
            rule=rules.may_admit,
            fold=folds.fold_admitted,
            authority=True,
        ),
        fact(
            KeysRenewed,
            said_by=ANYBODY_IN,
            read_by=EVERYONE,
            rule=rules.may_renew,
            fold=folds.fold_renewed,
            authority=True,
        ),
        fact(
            MemberLeft, said_by=ANYBODY_IN, read_by=EVERYONE, rule=rules.may_leave, fold=folds.fold_left, authority=True
        ),
        # The numbers decide who becomes trusted, so a room that does not know this fact must not write.
        fact(
            SettingChanged,
            said_by=_READER,
            read_by=EVERYONE,
            rule=rules.may_change_setting,
            fold=folds.fold_setting,
            authority=True,
        ),
        fact(
            QuestionsSet, said_by=_READER, read_by=TRUSTED_ONES, rule=rules.may_set_questions, fold=folds.fold_questions
        ),
        fact(CalledAs, said_by=TRUSTED_MEMBER, read_by=TRUSTED_ONES, rule=rules.may_call, fold=folds.fold_called),
        fact(InvitationMade, said_by=TRUSTED_MEMBER, read_by=ONLY_ME, rule=rules.may_invite, fold=folds.fold_invited),
        fact(
            InvitationCancelled,
            said_by=TRUSTED_MEMBER,
            read_by=ONLY_ME,
            rule=rules.may_end_invitation,
            fold=folds.fold_invitation_ended,
        ),
        fact(
            InvitationUsed,
            said_by=TRUSTED_MEMBER,
            read_by=ONLY_ME,
            rule=rules.may_end_invitation,
            fold=folds.fold_invitation_ended,
        ),
        fact(JoinArrived, said_by=TRUSTED_MEMBER, read_by=_ITS_PEOPLE, rule=rules.may_bring, fold=folds.fold_arrived),
        fact(
            JoinWordsCompared,
            said_by=TRUSTED_MEMBER,
            read_by=_ITS_PEOPLE,
            rule=rules.may_compare,
            fold=folds.fold_compared,
        ),
        fact(JoinSaid, said_by=TRUSTED_MEMBER, read_by=_ITS_PEOPLE, rule=rules.may_say, fold=folds.fold_said),
        fact(JoinRead, said_by=_READER, read_by=_ITS_PEOPLE, rule=rules.may_read, fold=folds.fold_read),
        fact(JoinAccepted, said_by=_READER, read_by=_ITS_PEOPLE, rule=rules.may_accept, fold=folds.fold_closed),
        fact(JoinDeclined, said_by=_READER, read_by=_ITS_PEOPLE, rule=rules.may_decline, fold=folds.fold_closed),
        fact(
            JoinWithdrawn, said_by=TRUSTED_MEMBER, read_by=_ITS_PEOPLE, rule=rules.may_withdraw, fold=folds.fold_closed
        ),
    ),
    acts=ACTS,
    pages=(
        page("/people", pages.people_page, seen_by=TRUSTED_MEMBER, menu=mark("People")),
        page("/people/page/{number}", pages.people_page, seen_by=TRUSTED_MEMBER),
        page("/people/joins", pages.joins_page, seen_by=TRUSTED_MEMBER),
        page("/people/join/{join}", pages.join_page, seen_by=TRUSTED_MEMBER),
        page("/people/invitations", pages.invitations_page, seen_by=TRUSTED_MEMBER),
        page("/people/settings", pages.settings_page),
        page("/people/{member}", pages.person_page),
        page("/me", pages.my_page, menu=mark("My page"), group="me"),
    ),
)
