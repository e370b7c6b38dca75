"""What follows from each fact about belonging, and what a new day does."""

from sqlite3 import Connection

from nasij.areas.people.facts import (
    INVITATION,
    JOIN,
    JOIN_DAYS,
    LATE_DAYS,
    CalledAs,
    ClockChosen,
    InvitationCancelled,
    InvitationMade,
    InvitationUsed,
    JoinArrived,
    JoinClosed,
    JoinRead,
    JoinSaid,
    JoinWordsCompared,
    KeysRenewed,
    MemberAdmitted,
    MemberLeft,
    NetworkFounded,
    NetworkNamed,
    QuestionsSet,
    SettingChanged,
)
from nasij.areas.people.names import skeleton
from nasij.areas.people.rules import question_lines
from nasij.clock import HOURS_A_DAY
from nasij.kit import who, zones
from nasij.kit.charter import SETTINGS
from nasij.kit.rows import put
from nasij.kit.who import By

NETWORK_NAME = "network"
FOUNDING_ROLES = ("members", "cases")
GONE = ("left", "removed")


# -- the network --------------------------------------------------------------------------------------------------------


def _enter(db: Connection, by: By, stated: NetworkFounded | MemberAdmitted, standing: str, introduced_by: str) -> None:
    put(
        db,
        "member",
        member=stated.member,
        sign_key=stated.sign_key,
        wrap_key=stated.wrap_key,
        wrap_period=stated.wrap_period,
        standing=standing,
        introduced_by=introduced_by,
        since=by.day,
        audience=by.audience,
    )


def fold_founded(db: Connection, by: By, stated: NetworkFounded) -> None:
    """Make the founder trusted and a holder of the two roles nobody can begin without, for one term."""
    _enter(db, by, stated, "trusted", "")
    until = by.day + SETTINGS["mandate_days"].default
    for role in FOUNDING_ROLES:
        put(
            db,
            "mandate",
            role=role,
            member=stated.member,
            state="active",
            since=by.day,
            until=until,
            audience=by.audience,
        )
    put(db, "setting", name=NETWORK_NAME, value=stated.network, audience=by.audience)


def fold_named(db: Connection, by: By, stated: NetworkNamed) -> None:
    """Call the network otherwise."""
    put(db, "setting", name=NETWORK_NAME, value=stated.network, audience=by.audience)


def fold_clock(db: Connection, by: By, stated: ClockChosen) -> None:
    """Say and read hours by this clock."""
    put(db, "setting", name=zones.SETTING, value=stated.zone, audience=by.audience)


def fold_admitted(db: Connection, by: By, stated: MemberAdmitted) -> None:
    """Let somebody in, on probation."""
    _enter(db, by, stated, "new", stated.introduced_by)


def fold_renewed(db: Connection, by: By, stated: KeysRenewed) -> None:
    """Put a member's new wrapping key in the place of the old one."""
    db.execute(
        "update member set wrap_key = ?, wrap_period = ? where member = ?",
        (stated.wrap_key, stated.wrap_period, by.member),
    )


def fold_left(db: Connection, by: By, _stated: MemberLeft) -> None:
    """End standing, roles and name of somebody together, by their own will."""
    db.execute("update member set standing = 'left', closed_on = ? where member = ?", (by.day, by.member))
    db.execute(
        "update mandate set state = 'ended', until = ? where member = ? and state = 'active'", (by.day, by.member)
    )
    _close_name(db, by.member, by.day)


def _close_name(db: Connection, member: str, day: int) -> None:
    for table in ("called", "alias"):
        db.execute(f"update {table} set closed_on = ? where member = ? and closed_on = 0", (day, member))


def fold_setting(db: Connection, by: By, stated: SettingChanged) -> None:
    """Change a number of the network."""
    put(db, "setting", name=stated.name, value=str(stated.value), audience=by.audience)


def fold_questions(db: Connection, by: By, stated: QuestionsSet) -> None:
    """Ask newcomers these questions and no others."""
    db.execute("delete from question")
    for place, words in enumerate(question_lines(stated.questions), start=1):
        put(db, "question", place=place, words=words, audience=by.audience)


# -- what somebody is called --------------------------------------------------------------------------------------------


def fold_called(db: Connection, by: By, stated: CalledAs) -> None:
    """Call somebody this; keep the name before for them until it is forgotten."""
    looks = skeleton(stated.alias)
    db.execute(
        "update alias set closed_on = ? where member = ? and looks <> ? and closed_on = 0",
        (by.day, stated.member, looks),
    )
    put(db, "alias", looks=looks, member=stated.member, audience=by.audience)
    put(
        db,
        "called",
        member=stated.member,
        alias=stated.alias,
        address=stated.address,
        languages=stated.languages,
        areas=stated.areas,
        audience=by.audience,
    )


# -- invitations --------------------------------------------------------------------------------------------------------


def fold_invited(db: Connection, by: By, stated: InvitationMade) -> None:
    """Write down an invitation."""
    put(
        db,
        "invitation",
        invitation=stated.invitation,
        made_by=by.member,
        state="sent",
        made_on=by.day,
        expires_at=stated.expires_at,
        box=stated.box,
        audience=by.audience,
    )


def fold_invitation_ended(db: Connection, by: By, stated: InvitationCancelled | InvitationUsed) -> None:
    """End an invitation."""
    INVITATION.move(db, stated.invitation, stated)
    db.execute("update invitation set closed_on = ? where invitation = ?", (by.day, stated.invitation))


# -- requests to join ---------------------------------------------------------------------------------------------------


def fold_arrived(db: Connection, by: By, stated: JoinArrived) -> None:
    """Begin a request, for its inviter and whoever holds `members`."""
    who.admit(db, f"join/{stated.join}", by.member, who.ROLE_PREFIX + "members")
    put(
        db,
        "join_request",
        request=stated.join,
        invitation=stated.invitation,
        introduced_by=by.member,
        state="received",
        arrived_on=by.day,
        alias=stated.alias,
        address=stated.address,
        languages=stated.languages,
        answers=stated.answers,
        sign_key=stated.sign_key,
        wrap_key=stated.wrap_key,
        wrap_period=stated.wrap_period,
        proof=stated.proof,
        box=stated.box,
        words=stated.words,
        audience=by.audience,
    )


def fold_compared(db: Connection, by: By, stated: JoinWordsCompared) -> None:
    """Write down that nobody stood between inviter and newcomer."""
    JOIN.move(db, stated.join, stated)
    db.execute("update join_request set compared_on = ? where request = ?", (by.day, stated.join))


def fold_said(db: Connection, by: By, stated: JoinSaid) -> None:
    """Add words to the conversation."""
    JOIN.move(db, stated.join, stated)
    last = db.execute("select max(place) from join_said where request = ?", (stated.join,)).fetchone()[0]
    put(
        db,
        "join_said",
        request=stated.join,
        place=(last or 0) + 1,
        said=stated.said,
        from_newcomer=int(stated.from_newcomer),
        said_by="" if stated.from_newcomer else by.member,
        said_on=by.day,
        words=stated.words,
        audience=by.audience,
    )


def fold_read(db: Connection, by: By, stated: JoinRead) -> None:
    """Write down what a reader recommends, in the place of what they recommended before."""
    JOIN.move(db, stated.join, stated)
    put(
        db,
        "join_read",
        request=stated.join,
        read_by=by.member,
        read_on=by.day,
        advice=stated.advice,
        reason=stated.reason,
        audience=by.audience,
    )


def fold_closed(db: Connection, by: By, stated: JoinClosed) -> None:
    """End a request; what was written about the person goes with the short class."""
    JOIN.move(db, stated.join, stated)
    db.execute("update join_request set answer = ? where request = ?", (stated.words, stated.join))
    _close_request(db, stated.join, by.day)


def _close_request(db: Connection, request: str, day: int) -> None:
    for table in ("join_request", "join_said", "join_read"):
        db.execute(f"update {table} set closed_on = ? where request = ?", (day, request))


# -- days ---------------------------------------------------------------------------------------------------------------


def passing(db: Connection, day: int) -> None:
    """Let invitations and requests expire, and the names of those who are gone."""
    db.execute("update invitation set state = 'expired' where state = 'sent' and expires_at <= ?", (day * HOURS_A_DAY,))
    db.execute(
        "update invitation set closed_on = ? where closed_on = 0 and state = 'expired' and expires_at <= ?",
        (day, (day - LATE_DAYS) * HOURS_A_DAY),
    )
    over = db.execute(
        "select request from join_request where state in ('received', 'conversation') and arrived_on <= ?",
        (day - JOIN_DAYS,),
    ).fetchall()
    for (request,) in over:
        db.execute("update join_request set state = 'expired' where request = ?", (request,))
        _close_request(db, request, day)
    gone = (
        "select called.member from called join member using (member) where called.closed_on = 0 and standing in (?, ?)"
    )
    for (member,) in db.execute(gone, GONE).fetchall():
        _close_name(db, member, day)
