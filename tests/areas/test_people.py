"""Founding, inviting, joining, names, settings and leaving."""

from dataclasses import fields

import pytest

from nasij.areas import people
from nasij.areas.people import names, pages, rules
from nasij.areas.people.facts import (
    INVITATION,
    JOIN,
    JOIN_DAYS,
    LATE_DAYS,
    SETTINGS,
    STANDING,
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
    QuestionsSet,
    SettingChanged,
)
from nasij.areas.people.home import ANSWER, COMPARE, INVITED, NAME_ME, NAMELESS, NOT_MINE, READ, SPEAK
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit import who, zones
from nasij.kit.fact import fields_of
from nasij.kit.field import Text
from nasij.kit.table import Keep
from nasij.web.look import Look
from nasij.web.templates import render
from nasij.web.words import Words
from tests.tabletop import TableTop

_keys = iter(range(1, 1 << 30))


def sign_key() -> bytes:
    return next(_keys).to_bytes(32, "big")


def wrap_key() -> bytes:
    return next(_keys).to_bytes(1216, "big")


@pytest.fixture
def top() -> TableTop:
    return TableTop(people.AREA)


def founded(top: TableTop) -> str:
    """Found the network; returns the founder."""
    founder = new_id()
    top.say(NetworkFounded(founder, sign_key(), wrap_key(), 1, bytes(64), "Reading circle"), by=founder)
    return founder


def call(top: TableTop, member: str, alias: str, by: str = "") -> None:
    top.say(CalledAs(member, alias, "", "", ""), by=by or member)


def invitation(top: TableTop, by: str, hours: int = 48) -> str:
    made = InvitationMade(new_id(), top.hour + hours, b"secret")
    top.say(made, by=by)
    return made.invitation


def arrived(top: TableTop, by: str, alias: str = "Amal", **more: object) -> str:
    """Let a request arrive in the room of `by`."""
    values = {
        "join": new_id(), "invitation": new_id(), "alias": alias, "address": "f", "languages": "العربية",
        "answers": "How do you know us?\nFrom the library.", "sign_key": sign_key(), "wrap_key": wrap_key(),
        "wrap_period": 1, "proof": bytes(64), "box": b"box", "words": "door river lamp stone",
    } | more  # fmt: skip
    top.say(JoinArrived(**values), by=by)
    return values["join"]


def welcome(top: TableTop, join: str, by: str, alias: str = "Amal") -> list[object]:
    return top.make("/people/join/{join}/accept", by, join=join, alias=alias, words="You are welcome.")


def ready(top: TableTop, inviter: str, *readers: str, alias: str = "Amal") -> str:
    """Bring a request as far as it needs to be accepted."""
    join = arrived(top, inviter, alias)
    top.say(JoinWordsCompared(join), by=inviter)
    for reader in readers:
        top.say(JoinRead(join, "yes", ""), by=reader)
    return join


def admission(introduced_by: str, **more: object) -> MemberAdmitted:
    member = new_id()
    values = {
        "member": member, "sign_key": sign_key(), "wrap_key": wrap_key(), "wrap_period": 1, "proof": bytes(64),
        "introduced_by": introduced_by, "join": member,
    } | more  # fmt: skip
    return MemberAdmitted(**values)


def state(top: TableTop, join: str) -> str:
    return top.row("select state from join_request where request = ?", join)


def texts(top: TableTop, member: str) -> list[str]:
    return [item.text for item in people.AREA.waiting(top.db, top.by(member))]


# -- founding -----------------------------------------------------------------------------------------------------------


def test_the_founder_is_trusted_and_welcomes_and_coordinates_for_one_term(top):
    founder = founded(top)
    by = top.by(founder)
    assert by.trusted
    assert by.roles == {"members", "cases"}
    assert who.setting_text(top.db, "network") == "Reading circle"
    top.forward(days=181)
    assert top.by(founder).roles == set()


def test_a_network_begins_once(top):
    founded(top)
    stranger = new_id()
    again = NetworkFounded(stranger, sign_key(), wrap_key(), 1, bytes(64), "Other")
    top.refuses(again, by=stranger, words="begun already")


def test_nobody_founds_for_somebody_else(top):
    top.refuses(NetworkFounded(new_id(), sign_key(), wrap_key(), 1, bytes(64), "Other"), by=new_id(), words="not yours")


def test_a_member_cannot_found_again(top):
    founder = founded(top)
    top.refuses(
        NetworkFounded(founder, sign_key(), wrap_key(), 1, bytes(64), "x"), by=founder, words="This is not yours"
    )


def test_the_network_can_be_called_otherwise_by_who_welcomes_members(top):
    founder = founded(top)
    top.say(NetworkNamed("Garden"), by=founder)
    assert who.setting_text(top.db, "network") == "Garden"
    top.refuses(NetworkNamed("Mine"), by=top.member(), words="This is not yours")


# -- keys ---------------------------------------------------------------------------------------------------------------


def test_a_member_renews_only_to_a_later_period(top):
    founder = founded(top)
    key = wrap_key()
    top.say(KeysRenewed(key, 2), by=founder)
    assert top.row("select wrap_key, wrap_period from member where member = ?", founder) == (key, 2)
    top.refuses(KeysRenewed(wrap_key(), 2), by=founder, words="newer key")


# -- invitations --------------------------------------------------------------------------------------------------------


def test_every_state_of_an_invitation_is_reached(top):
    member = top.member()
    used, cancelled, expired = (invitation(top, member) for _ in range(3))
    assert {INVITATION.state(top.db, one) for one in (used, cancelled, expired)} == {"sent"}
    top.say(InvitationUsed(used), by=member)
    top.say(InvitationCancelled(cancelled), by=member)
    top.forward(days=3)
    assert [INVITATION.state(top.db, one) for one in (used, cancelled, expired)] == ["used", "cancelled", "expired"]
    assert set(INVITATION.labels) == {"sent", "used", "cancelled", "expired"}


def test_an_invitation_is_for_one_use_and_cannot_be_taken_back_after_it(top):
    member = top.member()
    made = invitation(top, member)
    top.say(InvitationUsed(made), by=member)
    top.refuses(InvitationUsed(made), by=member, words="a step further")
    top.refuses(InvitationCancelled(made), by=member, words="a step further")


def test_a_cancelled_invitation_leads_nowhere(top):
    member = top.member()
    made = invitation(top, member)
    top.say(InvitationCancelled(made), by=member)
    top.refuses(InvitationUsed(made), by=member, words="a step further")


def test_an_invitation_ends_by_the_hour_not_only_by_the_day(top):
    member = top.member()
    made = invitation(top, member, hours=3)
    top.forward(hours=3)
    assert INVITATION.state(top.db, made) == "sent"
    [shown] = top.page("/people/invitations", member)["invitations"]
    assert shown["state"] == "expired"
    assert not shown["open"]


def test_an_answer_that_came_in_time_is_found_for_two_weeks_and_then_all_of_it_is_let_go_of(top):
    member = top.member()
    found, never = invitation(top, member), invitation(top, member)
    box = "select box, closed_on from invitation where invitation = ?"
    top.forward(hours=48 + 24 * LATE_DAYS - 1)
    top.say(InvitationUsed(found), by=member)
    assert INVITATION.state(top.db, found) == "used"
    assert top.row(box, never) == (b"secret", 0)
    top.forward(days=2)
    top.refuses(InvitationUsed(never), by=member, words="has expired")
    top.forward(days=2)
    assert top.row(box, never)[0] == b""
    top.forward(days=Keep.SHORT)
    assert top.row(box, never) is None


def test_an_invitation_holds_for_two_days_at_most_and_never_for_the_past(top):
    member = top.member()
    for hours in (0, -1, 48 + rules.CLOCK_HOURS + 1, 1000):
        top.refuses(InvitationMade(new_id(), top.hour + hours, b""), by=member, words="two days")


def test_an_invitation_is_made_once(top):
    member = top.member()
    made = invitation(top, member)
    top.refuses(InvitationMade(made, top.hour + 48, b""), by=member, words="made already")


def test_a_member_invites_three_a_month_and_cancelled_ones_count(top):
    member = top.member()
    for _ in range(3):
        top.say(InvitationCancelled(invitation(top, member)), by=member)
    fourth = InvitationMade(new_id(), top.hour + 48, b"")
    top.refuses(fourth, by=member, words="invitations in a month")
    invitation(top, top.member())  # the limit is each member's own
    top.forward(days=29)
    top.refuses(InvitationMade(new_id(), top.hour + 48, b""), by=member, words="invitations in a month")
    top.forward(days=1)
    invitation(top, member)


def test_the_limit_of_invitations_is_a_setting(top):
    holder = top.member("trusted", "members")
    top.say(SettingChanged("invitations_a_month", 0), by=holder)
    top.refuses(InvitationMade(new_id(), top.hour + 48, b""), by=holder, words="invitations in a month")


@pytest.mark.parametrize("standing", ["new", "suspended", "left", "removed"])
def test_only_trusted_members_in_force_invite_or_bring_somebody(top, standing):
    member = top.member(standing)
    top.refuses(InvitationMade(new_id(), top.hour + 48, b""), by=member, words="not yours")
    with pytest.raises(Refused):
        arrived(top, member)


def test_nobody_ends_the_invitation_of_another(top):
    made = invitation(top, top.member())
    top.refuses(InvitationCancelled(made), by=top.member(), words="not yours")
    with pytest.raises(NotHereYet):
        top.say(InvitationUsed(new_id()), by=top.member())


def test_an_invitation_is_read_by_its_author_only_and_forgotten_after_a_month(top):
    member = top.member()
    made = InvitationMade(new_id(), top.hour + 48, b"box")
    assert top.say(made, by=member) == f"only/{member}"
    top.say(InvitationCancelled(made.invitation), by=member)
    top.forward(days=1)
    assert top.row("select box from invitation") == b""
    top.forward(days=30)
    assert top.rows("select * from invitation") == []


# -- requests to join ---------------------------------------------------------------------------------------------------


def test_a_request_is_read_by_its_inviter_and_who_welcomes_members(top):
    holder, inviter, other = top.member("trusted", "members"), top.member(), top.member()
    join = arrived(top, inviter)
    assert who.holders(top.db, f"join/{join}") == {holder, inviter}
    assert top.page("/people/join/{join}", holder, join=join)["request"]["alias"] == "Amal"
    with pytest.raises(NotHereYet):
        top.page("/people/join/{join}", other, join=join)
    assert top.page("/people/joins", other)["requests"] == []


def test_a_request_goes_from_arrived_through_conversation_to_accepted(top):
    founder = founded(top)
    join = arrived(top, founder)
    assert state(top, join) == "received"
    top.say(JoinSaid(join, new_id(), from_newcomer=True, words="Hello."), by=founder)
    assert state(top, join) == "conversation"
    top.say(JoinWordsCompared(join), by=founder)
    top.say(JoinRead(join, "yes", ""), by=founder)
    facts = welcome(top, join, founder)
    assert [type(fact) for fact in facts] == [MemberAdmitted, JoinAccepted, CalledAs]
    assert state(top, join) == "accepted"
    assert top.row("select standing, introduced_by from member where member = ?", join) == ("new", founder)
    assert top.row("select alias, address, audience from called where member = ?", join) == ("Amal", "f", "trusted")


def test_a_request_can_be_declined_and_says_so_in_kind_words(top):
    founder = founded(top)
    join = arrived(top, founder)
    top.refuses(JoinDeclined(join, ""), by=founder)
    top.say(JoinDeclined(join, "We are full this month."), by=founder)
    assert state(top, join) == "declined"
    assert top.page("/people/join/{join}", founder, join=join)["request"]["answer"] == "We are full this month."


def test_inviter_and_readers_can_withdraw_a_request(top):
    holder, inviter = top.member("trusted", "members"), top.member()
    for by in (holder, inviter):
        join = arrived(top, inviter)
        top.refuses(JoinWithdrawn(join), by=top.member(), words="not yours")
        top.say(JoinWithdrawn(join), by=by)
        assert state(top, join) == "withdrawn"


def test_a_request_expires_after_fourteen_days(top):
    founder = founded(top)
    join = arrived(top, founder)
    top.forward(days=JOIN_DAYS - 1)
    assert state(top, join) == "received"
    top.forward(days=1)
    assert state(top, join) == "expired"


def test_the_ends_of_a_request_are_ends(top):
    assert JOIN.ends() == {"accepted", "declined", "withdrawn", "expired"}
    founder = founded(top)
    join = arrived(top, founder)
    top.say(JoinWithdrawn(join), by=founder)
    for fact in (
        JoinWordsCompared(join),
        JoinRead(join, "yes", ""),
        JoinSaid(join, new_id(), from_newcomer=False, words="x"),
        JoinAccepted(join, ""),
        JoinDeclined(join, "x"),
        JoinWithdrawn(join),
    ):
        top.refuses(fact, by=founder, words="a step further")
    with pytest.raises(Refused, match="a step further"):
        welcome(top, join, founder)


def test_all_three_answers_read_alike_for_who_passes_them_on():
    for fact in (JoinAccepted("a", "b"), JoinDeclined("a", "b"), JoinWithdrawn("a")):
        assert isinstance(fact, JoinClosed)
        assert fact.outcome in JOIN.labels
        assert isinstance(fact.words, str)


def test_a_request_arrives_once_and_not_with_a_member_s_key(top):
    founder = founded(top)
    join = arrived(top, founder)
    with pytest.raises(Refused, match="arrived already"):
        arrived(top, founder, join=join)
    key = top.row("select sign_key from member where member = ?", founder)
    with pytest.raises(Refused, match="a member already"):
        arrived(top, founder, sign_key=key)
    with pytest.raises(Refused, match="a member already"):
        arrived(top, founder, join=founder)


def test_only_the_inviter_compares_the_words_and_once(top):
    holder, inviter = top.member("trusted", "members"), top.member()
    join = arrived(top, inviter)
    top.refuses(JoinWordsCompared(join), by=holder, words="Only the one who invited")
    top.say(JoinWordsCompared(join), by=inviter)
    top.refuses(JoinWordsCompared(join), by=inviter, words="compared already")


def test_the_words_of_the_newcomer_are_passed_on_once_by_whoever_is_first(top):
    one, two = top.member("trusted", "members"), top.member("trusted", "members")
    join = arrived(top, one)
    said = JoinSaid(join, new_id(), from_newcomer=True, words="Hello.")
    top.say(said, by=one)
    top.refuses(said, by=two, words="here already")
    top.refuses(JoinSaid(join, new_id(), from_newcomer=False, words="x"), by=top.member(), words="not yours")
    top.make("/people/join/{join}/say", two, join=join, words="Hello to you.")
    shown = top.page("/people/join/{join}", one, join=join)["said"]
    assert [(row["from_newcomer"], row["said_by"], row["words"]) for row in shown] == [
        (1, "", "Hello."),
        (0, two, "Hello to you."),
    ]


def test_only_who_welcomes_members_reads_accepts_and_declines(top):
    inviter = top.member()
    top.member("trusted", "members")
    join = arrived(top, inviter)
    for fact in (JoinRead(join, "yes", ""), JoinAccepted(join, ""), JoinDeclined(join, "x")):
        top.refuses(fact, by=inviter, words="not yours")


def test_a_reader_may_think_again(top):
    founder = founded(top)
    join = arrived(top, founder)
    top.say(JoinWordsCompared(join), by=founder)
    top.say(JoinRead(join, "no", "Too early."), by=founder)
    with pytest.raises(Refused, match="Another reader"):
        welcome(top, join, founder)
    top.say(JoinRead(join, "yes", ""), by=founder)
    assert [row["advice"] for row in top.page("/people/join/{join}", founder, join=join)["readings"]] == ["yes"]
    welcome(top, join, founder)


def test_nobody_is_let_in_before_the_words_are_compared(top):
    founder = founded(top)
    join = arrived(top, founder)
    top.say(JoinRead(join, "yes", ""), by=founder)
    with pytest.raises(Refused, match="four words"):
        welcome(top, join, founder)
    assert top.row("select count(*) from member") == 1


def test_two_readers_are_needed_once_two_hold_the_role(top):
    one, two = top.member("trusted", "members"), top.member("trusted", "members")
    join = ready(top, one, one)
    with pytest.raises(Refused, match="Another reader"):
        welcome(top, join, two)
    top.say(JoinRead(join, "yes", ""), by=two)
    welcome(top, join, two)


def test_the_reading_of_somebody_who_lost_the_role_does_not_count(top):
    one, two, three = (top.member("trusted", "members") for _ in range(3))
    join = ready(top, one, two, three)
    assert top.page("/people/join/{join}", one, join=join)["missing"] == []
    top.db.execute("update mandate set state = 'ended' where member = ?", (three,))
    assert len(top.page("/people/join/{join}", one, join=join)["missing"]) == 1


def test_with_three_trusted_members_somebody_besides_the_inviter_has_read_and_accepts(top):
    inviter = top.member("trusted", "members")
    top.member()
    top.member()
    join = ready(top, inviter, inviter)
    with pytest.raises(Refused, match="other than the one who invited has yet to read"):
        welcome(top, join, inviter)
    second = top.member("trusted", "members")
    top.say(JoinRead(join, "yes", ""), by=second)
    with pytest.raises(Refused, match="other than the one who invited lets"):
        welcome(top, join, inviter)
    welcome(top, join, second)


def test_the_network_itself_refuses_an_admission_by_the_inviter_alone(top):
    inviter = top.member("trusted", "members")
    top.say(admission(inviter), by=inviter)
    top.member()
    top.member()
    top.refuses(admission(inviter), by=inviter, words="other than the one who invited")


def test_an_acceptance_needs_the_admission_and_a_declined_request_has_none(top):
    founder = founded(top)
    top.refuses(JoinAccepted(arrived(top, founder), ""), by=founder, words="four words")
    join = ready(top, founder, founder)
    top.refuses(JoinAccepted(join, ""), by=founder, words="not been let in yet")
    request = rules.request_of(top.db, join)
    keys = ("sign_key", "wrap_key", "wrap_period", "proof")
    top.say(admission(founder, member=join, join=join, **{key: request[key] for key in keys}), by=founder)
    top.refuses(JoinDeclined(join, "No."), by=founder, words="let in already")


def test_an_admission_needs_new_keys_a_new_code_and_an_introducer_in_force(top):
    founder = founded(top)
    known = top.row("select sign_key from member where member = ?", founder)
    top.refuses(admission(founder, sign_key=known), by=founder, words="a member already")
    top.refuses(admission(founder, member=founder, join=founder), by=founder, words="a member already")
    top.refuses(admission(founder, join=new_id()), by=founder)
    for standing in ("new", "suspended", "left", "removed"):
        top.refuses(admission(top.member(standing)), by=founder, words="not a trusted member now")
    top.refuses(admission(new_id()), by=founder, words="not a trusted member now")
    top.refuses(admission(founder), by=top.member(), words="not yours")


def test_the_network_counts_who_one_member_brings_in_a_month(top):
    holder, introducer = top.member("trusted", "members"), top.member()
    for _ in range(3):
        top.say(admission(introducer), by=holder)
    top.refuses(admission(introducer), by=holder, words="people in a month")
    top.forward(days=30)
    top.say(admission(introducer), by=holder)


def test_two_who_accept_at_once_admit_one_person(top):
    one, two = top.member("trusted", "members"), top.member("trusted", "members")
    join = ready(top, one, one, two)
    welcome(top, join, two)
    with pytest.raises(Refused, match="a step further"):
        welcome(top, join, one)
    assert top.row("select count(*) from member where member = ?", join) == 1


def test_a_taken_name_is_seen_before_anybody_is_let_in(top):
    founder = founded(top)
    call(top, founder, "Amal")
    join = ready(top, founder, founder)
    assert "looks like it" in top.page("/people/join/{join}", founder, join=join)["name_problem"]
    with pytest.raises(Refused, match="looks like it"):
        welcome(top, join, founder)
    assert state(top, join) == "received"
    welcome(top, join, founder, alias="Nour")
    assert top.row("select alias from called where member = ?", join) == "Nour"


def test_a_deceiving_wish_arrives_but_is_not_taken_over(top):
    founder = founded(top)
    join = ready(top, founder, founder, alias="Аmal")
    with pytest.raises(Malformed, match="two scripts"):
        welcome(top, join, founder, alias="Аmal")
    assert top.page("/people/join/{join}", founder, join=join)["name_problem"]


def test_what_was_written_about_a_newcomer_is_forgotten_thirty_days_after_the_answer(top):
    founder = founded(top)
    join = ready(top, founder, founder)
    top.say(JoinSaid(join, new_id(), from_newcomer=True, words="Hello."), by=founder)
    welcome(top, join, founder)
    top.forward(days=29)
    assert state(top, join) == "accepted"
    top.forward(days=1)
    for table in ("join_request", "join_said", "join_read"):
        assert top.rows(f"select * from {table}") == []
    assert top.row("select standing from member where member = ?", join) == "new"


def test_a_request_that_is_not_known_here_may_still_come(top):
    founder = founded(top)
    for fact in (JoinWordsCompared(new_id()), JoinRead(new_id(), "yes", ""), JoinAccepted(new_id(), "")):
        with pytest.raises(NotHereYet):
            top.say(fact, by=founder)
    with pytest.raises(NotHereYet):
        top.page("/people/join/{join}", founder, join=new_id())
    with pytest.raises(NotHereYet):
        pages.my_page(top.db, top.by(new_id()))


# -- names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "similar"),
    [
        ("سلمى", "سلمي"), ("سلمی", "سلمى"), ("كريم", "کریم"), ("هبة", "هبه"), ("هبة", "ھبہ"), ("أحلام", "احلام"),
        ("نور", "نـــور"), ("نور", "نُورٌ"), ("نور", "ﻧﻮﺭ"), ("Amal", "amal"), ("Amal", "AMAL"), ("Amal", "Ámal"),
        ("Amal", "A m-a_l"), ("Amal", "a.mal"), ("Ali", "AlI"), ("Ali", "A11"), ("Zoe", "Z0e"), ("Cocoa", "Сосоа"),
        ("Poco", "Росо"), ("Oka", "Οκα"), ("Rima 3", "Rima ٣"), ("Rima 3", "Rima ۳"), ("Amal", "Amal 🌿"),
    ],
)  # fmt: skip
def test_names_that_look_alike_are_the_same_name(top, taken, similar):
    first, second = top.member(), top.member()
    call(top, first, taken)
    before = top.dump()
    with pytest.raises((Refused, Malformed)):
        call(top, second, similar)
    assert top.dump() == before


@pytest.mark.parametrize("alias", ["Аmal", "Aмal", "Amαl", "نورa", "Amאl", "Noor نور"])
def test_a_name_of_two_scripts_is_refused(top, alias):
    top.refuses(CalledAs(member := top.member(), alias, "", "", ""), by=member, words="two scripts")


@pytest.mark.parametrize("alias", ["𝐀𝐦𝐚𝐥", "Ａｍａｌ", "ᴀmal", "Amaˡ"])
def test_decorated_letters_are_refused(top, alias):
    top.refuses(CalledAs(member := top.member(), alias, "", "", ""), by=member, words="only look like letters")


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u200b", "\u00ad", "\ufeff"])
def test_marks_that_turn_or_hide_text_never_enter_a_name(top, mark):
    member = top.member()
    top.refuses(CalledAs(member, f"Am{mark}al", "", "", ""), by=member)
    assert fields_of(CalledAs)["alias"].read([f"Am{mark}al"]) == "Amal"


@pytest.mark.parametrize("mark", ["\u200c", "\u200d"])
def test_joiners_never_enter_a_name(top, mark):
    member = top.member()
    top.refuses(CalledAs(member, f"نو{mark}ر", "", "", ""), by=member)
    assert fields_of(CalledAs)["alias"].read([f"نو{mark}ر"]) == "نور"


@pytest.mark.parametrize("alias", ["", "   ", "...", "🌿", "123", "\x00", "a" * 41, "Am\nal"])
def test_a_name_is_a_short_word_of_letters(top, alias):
    top.refuses(CalledAs(member := top.member(), alias, "", "", ""), by=member)


@pytest.mark.parametrize(
    ("alias", "words"),
    [("Amal 0501234567", "long number"), ("Amal ٠٥٠١٢٣٤", "long number"), ("k7m-2qx", "code of a record")],
)
def test_a_name_holds_no_number_to_call_and_looks_like_no_code(top, alias, words):
    top.refuses(CalledAs(member := top.member(), alias, "", "", ""), by=member, words=words)


@pytest.mark.parametrize(
    "alias", ["أمل", "نور 2", "Zoé", "Ole-Anne", "Олена", "Ζωή", "ليلى ٢", "Amal 🌿", "ⵜⴰⵎⴰⵣⵖⴰ", "李"]
)
def test_names_of_every_living_script_are_welcome(top, alias):
    call(top, member := top.member(), alias)
    assert top.row("select alias from called where member = ?", member) == alias


def test_a_name_given_up_stays_kept_for_half_a_year(top):
    first, second = top.member(), top.member()
    call(top, first, "Amal")
    call(top, first, "Nour")
    top.refuses(CalledAs(second, "Amal", "", "", ""), by=second, words="looks like it")
    call(top, first, "Amal")  # its owner may go back to it
    call(top, first, "Nour")
    top.forward(days=179)
    top.refuses(CalledAs(second, "Amal", "", "", ""), by=second, words="looks like it")
    top.forward(days=1)
    call(top, second, "Amal")
    top.refuses(CalledAs(second, "Nour", "", "", ""), by=second, words="looks like it")


def test_each_member_chooses_their_own_name_and_a_newcomer_s_is_written_for_them(top):
    holder, member, new = top.member("trusted", "members"), top.member(), top.member("new")
    top.refuses(CalledAs(member, "Amal", "", "", ""), by=holder, words="their own name")
    top.refuses(CalledAs(new, "Amal", "", "", ""), by=member, words="their own name")
    top.refuses(CalledAs(new, "Amal", "", "", ""), by=new, words="not yours")
    call(top, new, "Amal", by=holder)
    call(top, new, "Noor", by=holder)
    with pytest.raises(NotHereYet):
        call(top, new_id(), "Salma", by=holder)


def test_what_somebody_is_called_is_for_trusted_members(top):
    member = top.member()
    assert top.say(CalledAs(member, "Amal", "pl", "العربية، Kurdî", "Old town"), by=member) == "trusted"
    called = top.page("/people/{member}", top.member(), member=member)["called"]
    assert (called["address"], called["languages"], called["areas"]) == ("pl", "العربية، Kurdî", "Old town")


def test_an_area_is_no_address_and_no_coordinate(top):
    member = top.member()
    for areas in ("30.0444, 31.2357", "https://maps.example/x", "Street 12345"):
        top.refuses(CalledAs(member, "Amal", "", "", areas), by=member, words="name of an area")
    top.refuses(CalledAs(member, "Amal", "slashed", "", ""), by=member)


def test_a_member_names_themselves_by_the_form(top):
    member = top.member()
    top.make("/people/name", member, alias="Amal", address="f", languages="", areas="")
    act = next(one for one in people.AREA.acts if one.path == "/people/name")
    assert act.prefill(top.db, top.by(member), {})["alias"] == "Amal"


def test_forms_start_with_what_is_known(top):
    holder = founded(top)
    top.say(QuestionsSet("Why?\nHow?"), by=holder)
    join = arrived(top, holder, "Amal")
    acts = {act.path: act for act in people.AREA.acts}
    by = top.by(holder)

    def start(path, **params):
        return dict(acts[path].prefill(top.db, by, params))

    assert start("/people/join/{join}/accept", join=join) == {"alias": "Amal"}
    assert start("/people/{member}/name", member=join)["alias"] == "Amal"
    assert start("/people/{member}/name", member=new_id()) == {}
    assert start("/people/settings/name") == {"network": "Reading circle"}
    assert start("/people/settings/questions") == {"questions": "Why?\nHow?"}


# -- settings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETTINGS)
def test_each_number_has_a_usual_value_within_its_bounds(top, name):
    setting = SETTINGS[name]
    assert setting.least <= setting.default <= setting.most
    holder = top.member("trusted", "members")
    for value in (setting.least, setting.most):
        top.say(SettingChanged(name, value), by=holder)
        assert who.setting(top.db, name, setting.default) == value
    top.refuses(SettingChanged(name, setting.most + 1), by=holder)
    if setting.least:
        top.refuses(SettingChanged(name, setting.least - 1), by=holder, words="number from")


@pytest.mark.parametrize("name", SETTINGS)
def test_the_weightier_numbers_are_for_a_decision_once_there_are_three(top, name):
    setting = SETTINGS[name]
    holder = top.member("trusted", "members")
    top.member()
    top.say(SettingChanged(name, setting.most), by=holder)
    top.member()
    if setting.by_decision:
        top.refuses(SettingChanged(name, setting.least), by=holder, words="by a decision of the group")
    else:
        top.say(SettingChanged(name, setting.least), by=holder)


def test_probation_is_never_shorter_than_fourteen_days():
    assert SETTINGS["probation_days"].least == 14


def test_only_known_numbers_change_and_only_by_who_welcomes_members(top):
    top.refuses(SettingChanged("window_days", 3), by=top.member("trusted", "members"))
    for by in (top.member(), top.member("new"), top.member("trusted", "cases")):
        top.refuses(SettingChanged("vouches_most", 4), by=by, words="not yours")


def test_the_group_asks_its_own_questions(top):
    holder = top.member("trusted", "members")
    assert people.questions(top.db) == list(people.FIRST_QUESTIONS)
    assert top.say(QuestionsSet("Who told you?\n\nWhat helps you?"), by=holder) == "trusted"
    assert people.questions(top.db) == ["Who told you?", "What helps you?"]
    top.say(QuestionsSet("One only?"), by=holder)
    assert people.questions(top.db) == ["One only?"]
    top.refuses(QuestionsSet("\n".join("abcdef")), by=holder, words="questions fit")
    top.refuses(QuestionsSet("a" * 201), by=holder, words="One question has at most")
    top.refuses(QuestionsSet("x"), by=top.member(), words="not yours")


def test_everybody_sees_the_numbers_and_trusted_members_the_questions(top):
    top.say(SettingChanged("vouches_most", 5), by=top.member("trusted", "members"))
    shown = top.page("/people/settings", top.member("new"))
    assert {row["name"]: row["value"] for row in shown["numbers"]}["vouches_most"] == 5
    assert shown["questions"] == []
    assert len(top.page("/people/settings", top.member())["questions"]) == 3


# -- leaving ------------------------------------------------------------------------------------------------------------


def test_leaving_ends_standing_roles_and_name_at_once(top):
    founded(top)
    member = top.member("trusted", "cases")
    call(top, member, "Amal")
    assert top.say(MemberLeft(), by=member) == "network"
    by = top.by(member)
    assert by.standing == "left"
    assert by.roles == set()
    assert member not in who.holders(top.db, "network")
    top.refuses(MemberLeft(), by=member, words="not yours")
    other = top.member()
    top.refuses(CalledAs(other, "Amal", "", "", ""), by=other, words="looks like it")
    top.forward(days=180)
    assert top.rows("select * from called where member = ?", member) == []
    call(top, other, "Amal")


@pytest.mark.parametrize("standing", ["new", "trusted", "resting"])
def test_everybody_in_may_leave(top, standing):
    founded(top)
    member = top.member(standing)
    top.say(MemberLeft(), by=member)
    assert top.by(member).standing == "left"


def test_the_last_who_welcomes_members_hands_that_on_first_unless_alone(top):
    founder = founded(top)
    other = top.member()
    top.refuses(MemberLeft(), by=founder, words="Nobody else could welcome")
    top.say(MemberLeft(), by=other)
    top.say(MemberLeft(), by=founder)


def test_the_name_of_somebody_removed_ends_with_the_next_day(top):
    member = top.member()
    call(top, member, "Amal")
    top.db.execute("update member set standing = 'removed' where member = ?", (member,))
    top.forward(days=1)
    assert top.row("select closed_on from called where member = ?", member) == top.day
    assert top.row("select closed_on from alias where member = ?", member) == top.day


# -- who sees what (domain 5.1, 9) --------------------------------------------------------------------------------------


def test_the_clock_of_the_group_is_the_name_of_a_time_zone_and_no_words(top):
    huda = top.member("trusted", "members")
    for words in ("a word to all", "Cairo now", "https://x", "Africa/Cairo/a/b", "١"):
        top.refuses(ClockChosen(words), huda, "from the list")
    top.refuses(ClockChosen("Africa/Cairo"), top.member())
    made = top.make("/people/settings/clock", huda, zone="Africa/Cairo")
    assert made == [ClockChosen("Africa/Cairo")]
    shown = top.page("/people/settings", huda)
    assert (shown["zone"], shown["zone_known"]) == ("Cairo", True)
    top.say(ClockChosen("Asia/Not_Yet_There"), huda)
    assert top.page("/people/settings", huda)["zone_known"] is False
    for name in zones.ZONES.labels:
        top.say(ClockChosen(name), huda)
        assert zones.is_known(name), name


def test_what_everybody_reads_about_people_holds_no_words_but_the_name_of_the_network():
    for line in people.AREA.facts:
        if line.read_by.name != "everyone":
            continue
        for name, kind in fields_of(line.cls).items():
            assert kind.keep is Keep.LEDGER, (line.cls, name)
            assert not isinstance(kind, Text) or name in ("network", "zone"), (line.cls, name)
    assert not {"alias", "address", "languages"} & {field.name for field in fields(MemberAdmitted)}


def test_no_rule_of_a_fact_for_everybody_reads_what_newcomers_cannot(top):
    """Views agree only if a newcomer's room, which has none of these rows, comes to the same answer."""
    founder = founded(top)
    call(top, founder, "Amal")
    join = ready(top, founder, founder)
    request = rules.request_of(top.db, join)
    for table in people.AREA.tables:
        top.db.execute(f"delete from {table.name}")
    keys = ("sign_key", "wrap_key", "wrap_period", "proof")
    top.say(admission(founder, member=join, join=join, **{key: request[key] for key in keys}), by=founder)
    top.say(SettingChanged("vouches_most", 4), by=founder)
    top.say(KeysRenewed(wrap_key(), 2), by=founder)
    top.say(MemberLeft(), by=join)


def test_a_newcomer_sees_no_list_no_names_and_no_introductions(top):
    founder = founded(top)
    call(top, founder, "Amal")
    new = top.member("new", introduced_by=founder)
    for path in ("/people", "/people/joins", "/people/invitations"):
        with pytest.raises(AssertionError, match="not for this person"):
            top.page(path, new)
    shown = top.page("/people/{member}", new, member=founder)
    assert shown["called"] is None
    assert (shown["standing"], shown["since"], shown["introduced_by"]) == ("", "", "")
    assert set(shown["roles"]) == {"members", "cases"}
    assert top.page("/me", new)["called"] is None
    assert top.page("/people/{member}", new, member=new)["standing"] == "new"


def test_the_month_is_shown_not_the_day(top):
    member = top.member()
    assert top.page("/me", member)["since"] == "2024-10"
    with pytest.raises(NotHereYet):
        top.page("/people/{member}", member, member=new_id())


def test_the_list_shows_who_is_in_with_roles_and_turns_its_pages(top):
    founder = founded(top)
    call(top, founder, "Amal")
    top.member("left")
    top.member("removed")
    suspended = top.member("suspended")
    shown = top.page("/people", founder)
    assert [row["member"] for row in shown["people"]] == [founder, suspended]
    assert shown["people"][0]["roles"] == ["members", "cases"]
    assert shown["total"] == 2
    for _ in range(60):
        top.member()
    first = top.page("/people/page/{number}", founder, number="1")
    second = top.page("/people/page/{number}", founder, number=first["after"].rsplit("/", 1)[1])
    assert len(first["people"]) == 50
    assert len(second["people"]) == 12
    assert second["before"] == "/people/page/1"
    for odd in ("0", "-3", "x", "٣٣٣", "9" * 50, "²"):
        assert top.page("/people/page/{number}", founder, number=odd)["total"] == 62


def test_a_card_shows_the_name_or_the_code(top):
    member = top.member()
    assert people.AREA.cards["member"](top.db, member).title == f"{member[:3]}-{member[3:6]}"
    call(top, member, "Amal")
    assert people.AREA.cards["member"](top.db, member).title == "Amal"


def test_every_standing_has_a_label():
    assert set(STANDING.labels) == {"new", "trusted", "resting", "suspended", "left", "removed"}


# -- the home page ------------------------------------------------------------------------------------------------------


def test_the_home_page_leads_each_person_to_their_next_step(top):
    one, two = top.member("trusted", "members"), top.member("trusted", "members")
    inviter, other = top.member(), top.member()
    for member, alias in ((one, "Amal"), (two, "Nour"), (inviter, "Rima"), (other, "Ziad")):
        call(top, member, alias)
    join = arrived(top, inviter, "Salma")
    assert texts(top, inviter) == [COMPARE]
    assert texts(top, one) == [READ]
    assert texts(top, other) == []
    top.say(JoinWordsCompared(join), by=inviter)
    assert texts(top, inviter) == []
    top.say(JoinSaid(join, new_id(), from_newcomer=True, words="Hello?"), by=one)
    assert texts(top, inviter) == [SPEAK]
    top.say(JoinRead(join, "yes", ""), by=one)
    assert texts(top, one) == [SPEAK]
    top.make("/people/join/{join}/say", inviter, join=join, words="Soon.")
    assert texts(top, one) == []
    top.say(JoinRead(join, "yes", ""), by=two)
    assert texts(top, one) == [ANSWER]
    welcome(top, join, one, alias="Salma")
    assert texts(top, one) == texts(top, inviter) == []


def test_missing_names_are_asked_for(top):
    holder, new = top.member("trusted", "members"), top.member("new")
    assert texts(top, holder) == [NAME_ME, NAMELESS]
    assert texts(top, new) == []


def test_somebody_let_in_in_my_name_without_me_is_told_to_me(top):
    holder, named = top.member("trusted", "members"), top.member()
    call(top, named, "Rima")
    top.say(admission(named), by=holder)
    assert texts(top, named) == [NOT_MINE]


def test_an_open_invitation_stands_among_what_is_mine(top):
    member = top.member()
    made = invitation(top, member)
    [item] = people.AREA.mine(top.db, top.by(member))
    assert (item.text, item.values) == (INVITED, {"hours": 48})
    top.say(InvitationCancelled(made), by=member)
    assert list(people.AREA.mine(top.db, top.by(member))) == []


# -- pages are drawn ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_is_drawn_in_every_state_and_escapes_what_people_wrote(top, language):
    founder = founded(top)
    call(top, founder, "Rima")
    new = top.member("new", introduced_by=founder)
    hostile = "<b>x</b>"
    joins = [arrived(top, founder, "Amal", answers=hostile) for _ in range(2)]
    top.say(JoinSaid(joins[0], new_id(), from_newcomer=True, words=hostile), by=founder)
    top.say(JoinRead(joins[0], "no", hostile), by=founder)
    top.say(JoinDeclined(joins[1], hostile), by=founder)
    accepted = ready(top, founder, founder, alias="Salma")
    welcome(top, accepted, founder, alias="Salma")
    top.say(InvitationCancelled(invitation(top, founder)), by=founder)
    invitation(top, founder)
    suspended = top.member("suspended")
    visits = [
        ("/people", founder, {}), ("/people/joins", founder, {}), ("/people/invitations", founder, {}),
        ("/people/settings", founder, {}), ("/people/settings", new, {}), ("/me", founder, {}), ("/me", new, {}),
        *(("/people/{member}", seer, {"member": seen}) for seer in (founder, new) for seen in (founder, new, suspended)),
        *(("/people/join/{join}", founder, {"join": join}) for join in (*joins, accepted)),
    ]  # fmt: skip
    views = {line.path: line.view for line in people.AREA.pages}
    for path, seer, params in visits:
        look = Look(words=Words(language), path=path, me=top.by(seer), db=top.db, areas=top.areas)
        html = render(look, views[path](top.db, top.by(seer), **params))
        assert "<b>x</b>" not in html


def test_skeletons_hold_nothing_but_letters_and_digits():
    assert names.skeleton(" A-m.a_l 🌿 ") == names.skeleton("amal")
    assert names.script_of("ʻ") == ""
