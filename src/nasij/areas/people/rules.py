"""What may be said about belonging, and the few questions that rules, folds and pages ask alike.

A rule reads only what every reader of its fact can read. So the network checks an admission by codes and keys alone, and
that somebody other than the inviter made it; words compared and readings are checked in the circle of the request.
"""

import re
from sqlite3 import Connection
from typing import Any

from nasij.areas.people.facts import (
    INVITATION,
    INVITATION_HOURS,
    JOIN,
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
    JoinDeclined,
    JoinRead,
    JoinSaid,
    JoinWithdrawn,
    JoinWordsCompared,
    KeysRenewed,
    MemberAdmitted,
    MemberLeft,
    NetworkFounded,
    QuestionsSet,
    SettingChanged,
)
from nasij.areas.people.names import check_alias, check_area, skeleton
from nasij.clock import HOURS_A_DAY
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.rows import rows
from nasij.kit.who import By

TRUSTED = ("trusted", "resting")
MONTH_DAYS = 30
_ZONE = re.compile(r"[A-Za-z][A-Za-z_+-]*(?:/[A-Za-z][A-Za-z0-9_+-]*){0,2}")
ALONE = 3  # with so many trusted members nobody decides alone any more
READERS = 2
CLOCK_HOURS = 2  # by which the inviter's clock may run ahead of the line's

NOT_YOURS = mark("This is not yours to do.")
KNOWN_ALREADY = mark("Somebody with this code or this key is a member already.")


def row(db: Connection, sql: str, *values: Any) -> dict[str, Any] | None:
    """Return the first row as a dict, or None."""
    found = rows(db, sql + " limit 1", *values)
    return found[0] if found else None


def value_of(db: Connection, name: str) -> int:
    """Return the value of a setting, the usual one where the network chose none."""
    return charter.value(db, name)


def standing_of(db: Connection, member: str) -> str:
    """Return a member's standing, ``none`` for a stranger."""
    found = db.execute("select standing from member where member = ?", (member,)).fetchone()
    return str(found[0]) if found else "none"


def request_of(db: Connection, join: str) -> dict[str, Any]:
    """Return a request; raises `NotHereYet` where it is not known here."""
    found = row(db, "select * from join_request where request = ?", join)
    if found is None:
        raise NotHereYet
    return found


def takes_part(by: By, request: dict[str, Any]) -> bool:
    """Say whether this person is one of those who answer a request: its inviter, or a holder of `members`."""
    return by.trusted and (request["introduced_by"] == by.member or "members" in by.roles)


def decided_by_more(db: Connection) -> bool:
    """Say whether there are enough trusted members for nobody to let somebody in alone."""
    return len(who.members(db, TRUSTED)) >= ALONE


def missing(db: Connection, request: dict[str, Any]) -> list[str]:
    """Return what is still missing before a request can be accepted, as sentences."""
    found = []
    if not request["compared_on"]:
        found.append(mark("The one who invited has not yet compared the four words."))
    holders = who.role_holders(db, "members")
    said_yes = db.execute(
        "select read_by from join_read where request = ? and advice = 'yes'", (request["request"],)
    ).fetchall()
    readers = {reader for (reader,) in said_yes if reader in holders}
    if len(readers) < min(READERS, max(1, len(holders))):
        found.append(mark("Another reader has yet to read this and say yes."))
    elif decided_by_more(db) and not readers - {request["introduced_by"]}:
        found.append(mark("Somebody other than the one who invited has yet to read this and say yes."))
    return found


# -- the network --------------------------------------------------------------------------------------------------------


def may_found(db: Connection, by: By, stated: NetworkFounded) -> None:
    """Allow it once, in an empty network, for oneself."""
    if db.execute("select 1 from member limit 1").fetchone():
        raise Refused(mark("This network has begun already."))
    if stated.member != by.member:
        raise Refused(NOT_YOURS)


def may_admit(db: Connection, by: By, stated: MemberAdmitted) -> None:
    """Refuse known keys and codes, an introduction that does not count, and deciding alone."""
    taken = "select 1 from member where member = ? or sign_key = ?"
    if stated.member != stated.join:
        raise Malformed
    if db.execute(taken, (stated.member, stated.sign_key)).fetchone() or who.is_burnt(db, stated.sign_key):
        raise Refused(KNOWN_ALREADY)
    if standing_of(db, stated.introduced_by) not in TRUSTED:
        raise Refused(
            mark("The one who introduced this person is not a trusted member now."),
            advice=mark("Somebody who knows this person can invite them anew."),
        )
    if decided_by_more(db) and by.member == stated.introduced_by:
        raise Refused(
            mark("Somebody other than the one who invited lets a newcomer in."),
            advice=mark("Ask another holder of this role, or give the role to a second person first."),
        )
    most = value_of(db, "invitations_a_month")
    brought = "select count(*) from member where introduced_by = ? and since > ?"
    if db.execute(brought, (stated.introduced_by, by.day - MONTH_DAYS)).fetchone()[0] >= most:
        raise Refused(
            mark("One member introduces at most %(count)d people in a month here."),
            advice=mark("Wait some days, or let somebody else introduce this person."),
            count=most,
        )


def may_renew(db: Connection, by: By, stated: KeysRenewed) -> None:
    """Allow only a later period."""
    now = db.execute("select wrap_period from member where member = ?", (by.member,)).fetchone()
    if now is None or stated.wrap_period <= now[0]:
        raise Refused(mark("There is a newer key here already."))


def may_leave(db: Connection, by: By, _stated: MemberLeft) -> None:
    """Let everybody leave; only the last one who can let people in hands that on first, while others stay."""
    holders = who.role_holders(db, "members")
    if holders == {by.member} and len(who.members(db)) > 1:
        raise Refused(
            mark("Nobody else could welcome members once you have left."),
            advice=mark("Hand this role to somebody first, then you can leave at once."),
        )


def may_change_setting(db: Connection, _by: By, stated: SettingChanged) -> None:
    """Keep each number within its bounds; the weightier ones are for a decision, once there are enough people for one."""
    setting = charter.SETTINGS[stated.name]
    if setting.by_decision and decided_by_more(db):
        raise Refused(
            mark("This number is changed by a decision of the group."),
            advice=mark("Propose it there; it changes by itself."),
        )
    if not setting.least <= stated.value <= setting.most:
        raise Malformed(
            mark("Please write a number from %(least)d to %(most)d."),
            field="value",
            least=setting.least,
            most=setting.most,
        )


def may_choose_clock(_db: Connection, _by: By, stated: ClockChosen) -> None:
    """Take the name of any time zone: which ones there are differs from machine to machine."""
    if not _ZONE.fullmatch(stated.zone):
        raise Malformed(mark("Please choose one from the list."), field="zone")


def may_set_questions(_db: Connection, _by: By, stated: QuestionsSet) -> None:
    """Keep the questions few and short."""
    lines = question_lines(stated.questions)
    if len(lines) > QUESTIONS_MOST:
        raise Malformed(mark("At most %(count)d questions fit here."), field="questions", count=QUESTIONS_MOST)
    if any(len(line) > QUESTION_LENGTH for line in lines):
        raise Malformed(
            mark("One question has at most %(count)d characters."), field="questions", count=QUESTION_LENGTH
        )


def question_lines(questions: str) -> list[str]:
    """Return the questions, one a line."""
    return [line.strip() for line in questions.split("\n") if line.strip()]


# -- what somebody is called --------------------------------------------------------------------------------------------


def check_free(db: Connection, member: str, alias: str) -> None:
    """Raise `Refused` where a name is, or lately was, somebody else's, or looks like it."""
    taken = db.execute("select 1 from alias where looks = ? and member <> ?", (skeleton(alias), member)).fetchone()
    if taken:
        raise Refused(
            mark("Somebody is called this, or something that looks like it."),
            advice=mark("Please choose another name; a name stays kept for half a year."),
        )


def may_call(db: Connection, by: By, stated: CalledAs) -> None:
    """Let trusted members choose for themselves; a newcomer's name is written by a holder of `members`."""
    standing = standing_of(db, stated.member)
    if standing == "none":
        raise NotHereYet
    if stated.member != by.member and not ("members" in by.roles and standing == "new"):
        raise Refused(mark("Each member chooses their own name."))
    check_alias(stated.alias)
    check_area(stated.areas)
    check_free(db, stated.member, stated.alias)


# -- invitations --------------------------------------------------------------------------------------------------------


def may_invite(db: Connection, by: By, stated: InvitationMade) -> None:
    """Keep to the limit of a month and to two days each; cancelled ones count, or the limit would be none."""
    if not by.hour < stated.expires_at <= by.hour + INVITATION_HOURS + CLOCK_HOURS:
        raise Refused(mark("An invitation holds for two days from now."))
    if db.execute("select 1 from invitation where invitation = ?", (stated.invitation,)).fetchone():
        raise Refused(mark("This invitation was made already."))
    if not invitations_left(db, by):
        raise Refused(
            mark("One member makes at most %(count)d invitations in a month here."),
            advice=mark("Somebody else in the network can invite this person, or you next month."),
            count=value_of(db, "invitations_a_month"),
        )


def invitations_left(db: Connection, by: By) -> int:
    """Return how many more invitations this member may make within this month."""
    made = "select count(*) from invitation where made_by = ? and made_on > ?"
    already = int(db.execute(made, (by.member, by.day - MONTH_DAYS)).fetchone()[0])
    return max(0, int(value_of(db, "invitations_a_month")) - already)


def may_end_invitation(db: Connection, by: By, stated: InvitationCancelled | InvitationUsed) -> None:
    """Let the inviter end an open invitation; whoever answered it in time may be found some days later."""
    INVITATION.may(db, stated.invitation, stated)
    made_by, expires_at = db.execute(
        "select made_by, expires_at from invitation where invitation = ?", (stated.invitation,)
    ).fetchone()
    if made_by != by.member:
        raise Refused(NOT_YOURS)
    if isinstance(stated, InvitationUsed) and by.hour >= expires_at + LATE_DAYS * HOURS_A_DAY:
        raise Refused(
            mark("This invitation has expired."), advice=mark("Invite the person again, if you both still want it.")
        )


# -- requests to join ---------------------------------------------------------------------------------------------------


def may_bring(db: Connection, _by: By, stated: JoinArrived) -> None:
    """Refuse a request that is here already, and keys or codes of members."""
    if db.execute("select 1 from join_request where request = ?", (stated.join,)).fetchone():
        raise Refused(mark("This request has arrived already."))
    taken = "select 1 from member where member = ? or sign_key = ?"
    if db.execute(taken, (stated.join, stated.sign_key)).fetchone():
        raise Refused(KNOWN_ALREADY)


def may_compare(db: Connection, by: By, stated: JoinWordsCompared) -> None:
    """Let only the inviter say it, who alone has heard the newcomer's voice; once."""
    request = request_of(db, stated.join)
    JOIN.after(request["state"], "JoinWordsCompared")
    if request["introduced_by"] != by.member:
        raise Refused(mark("Only the one who invited compares the four words."))
    if request["compared_on"]:
        raise Refused(mark("The four words have been compared already."))


def may_say(db: Connection, by: By, stated: JoinSaid) -> None:
    """Let the inviter and the readers speak, and pass on the newcomer's words, once each."""
    request = request_of(db, stated.join)
    JOIN.after(request["state"], "JoinSaid")
    if not takes_part(by, request):
        raise Refused(NOT_YOURS)
    known = "select 1 from join_said where request = ? and said = ?"
    if db.execute(known, (stated.join, stated.said)).fetchone():
        raise Refused(mark("These words are here already."))


def may_read(db: Connection, _by: By, stated: JoinRead) -> None:
    """Allow it while the request is open; a reader may think again."""
    JOIN.may(db, stated.join, stated)


def may_accept(db: Connection, _by: By, stated: JoinAccepted) -> None:
    """Ask for the words compared, the readings, and the admission itself."""
    request = request_of(db, stated.join)
    JOIN.after(request["state"], "JoinAccepted")
    for sentence in missing(db, request):
        raise Refused(sentence)
    if standing_of(db, stated.join) == "none":
        raise Refused(mark("This person has not been let in yet."))


def may_decline(db: Connection, _by: By, stated: JoinDeclined) -> None:
    """Allow it while the request is open and nobody was let in through it."""
    JOIN.may(db, stated.join, stated)
    if standing_of(db, stated.join) != "none":
        raise Refused(mark("This person has been let in already."))


def may_withdraw(db: Connection, by: By, stated: JoinWithdrawn) -> None:
    """Let the inviter and the readers do it, for the newcomer or because the words were not the same."""
    request = request_of(db, stated.join)
    JOIN.after(request["state"], "JoinWithdrawn")
    if not takes_part(by, request):
        raise Refused(NOT_YOURS)
