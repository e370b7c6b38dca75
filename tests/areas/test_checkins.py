"""Check-ins: set, safe, late, looked for, found; the word, the seal of the note, what comes again, and what is forgotten."""

import dataclasses
from typing import Any

import pytest

from nasij.areas import aid, checkins, incidents, people, profile, tasks, trust
from nasij.areas.checkins.facts import (
    ENVELOPE_SIZE,
    KEY_SIZE,
    NOTE_SIZE,
    OPEN_MOST,
    SHARE_MOST,
    CheckedIn,
    CheckInEscalated,
    CheckInPaused,
    CheckInResumed,
    CheckInSet,
    DeadlineMoved,
    EnvelopeHanded,
    HourPassed,
    NoteKeyOffered,
    NoteOpened,
    NoteSealed,
    NoteTold,
    NoteWritten,
    PersonFound,
    SafeTold,
    ShareGiven,
    WatchDeclined,
    WatchTaken,
)
from nasij.areas.checkins.folds import NOTE_TABLES
from nasij.areas.checkins.rules import hears, note_print, proof_of
from nasij.areas.profile import AvoidStated
from nasij.clock import QUARTERS_A_DAY
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit import who, zones
from nasij.kit.fact import fields_of
from nasij.kit.field import Bytes, Day
from nasij.kit.table import Keep
from nasij.node.kernel import AREA as LINE
from nasij.seal import identity, notes, shares
from tests.tabletop import TableTop

AREAS = (LINE, people.AREA, profile.AREA, trust.AREA, tasks.AREA, aid.AREA, incidents.AREA, checkins.AREA)
NOTE = "at the corner house, with R."
SALT = "5" * 32
LEFT = " union all ".join(f"select 1 from {table}" for table in NOTE_TABLES)


class Table(TableTop):
    """A table top with somebody who sets check-ins and three who can watch."""

    def __init__(self) -> None:
        super().__init__(*AREAS)
        self.rim, self.sami, self.noor, self.zein = (self.member() for _ in range(4))

    def set(self, *watchers: str, by: str = "", hours: int = 3, **more: Any) -> str:
        """Set a check-in; its word is ``olive``, the one under force ``almond``."""
        checkin = new_id()
        by = by or self.rim
        values: dict[str, Any] = {
            "checkin": checkin,
            "about": by,
            "watchers": sorted(watchers or (self.sami, self.noor)),
            "until": (self.hour + hours) * 4,
            "grace": 4,
            "what": "",
            "word": proof_of(checkin, self.heard("olive", checkin)),
            "forced": proof_of(checkin, self.heard("almond", checkin)),
            "armed": False,
            "every": "",
            "last": 0,
        }
        self.say(CheckInSet(**{**values, **more}), by)
        return checkin

    @staticmethod
    def heard(word: str, checkin: str) -> str:
        """Stand in for what a room computes from a spoken word."""
        return (word * 64)[:64]

    def until(self, checkin: str) -> int:
        return int(self.row("select until from checkin where checkin = ?", checkin))

    def state(self, checkin: str) -> str:
        return str(self.row("select state from checkin where checkin = ?", checkin))

    def notice(self, checkin: str, by: str = "", quarters: int = 0) -> None:
        self.say(HourPassed(checkin, self.until(checkin), self.hour * 4 + quarters), by or self.sami)

    def told(self, checkin: str, word: str, by: str = "") -> SafeTold:
        return SafeTold(checkin, self.until(checkin), self.heard(word, checkin))

    def seal(self, checkin: str, needed: int = 2) -> None:
        """Leave a sealed note, with stand-ins for bytes that a room computes."""
        author = str(self.row("select set_by from checkin where checkin = ?", checkin))
        made: list[Any] = [NoteSealed(checkin, b"n" * NOTE_SIZE, note_print(checkin, author, NOTE, SALT), needed)]
        for member in sorted(who.holders(self.db, f"checkin/{checkin}") - {author}):
            if not self.row("select 1 from note_key where member = ?", member):
                self.say(NoteKeyOffered(new_id(), member.encode().ljust(KEY_SIZE)), member)
            key = self.row("select note_key from note_key where member = ?", member)
            made.append(EnvelopeHanded(checkin, member, key, b"e" * ENVELOPE_SIZE))
        for fact in made:
            self.say(fact, author)


@pytest.fixture
def top() -> Table:
    """A table top for check-ins."""
    return Table()


# --- setting and watching ---------------------------------------------------------------------------------------------


def test_only_those_chosen_read_a_check_in_and_nobody_watches_over_themselves(top: Table) -> None:
    checkin = top.set()
    assert who.holders(top.db, f"checkin/{checkin}") == {top.rim, top.sami, top.noor}
    with pytest.raises(Refused):
        top.set(top.rim, top.sami)
    with pytest.raises(Refused):
        top.set(new_id())
    with pytest.raises(Refused):
        top.set(hours=9000)


def test_a_spoken_word_never_stands_in_a_fact(top: Table) -> None:
    with pytest.raises(Refused):
        top.set(word="olive")
    with pytest.raises(Refused):
        top.set(forced="almond")


def test_whoever_avoids_or_is_avoided_is_not_offered(top: Table) -> None:
    top.say(AvoidStated(top.rim, top.sami), top.rim)
    top.say(AvoidStated(top.noor, top.rim), top.noor)
    offered = {member for member, _ in checkins.acts.others(top.db, top.by(top.rim))}
    assert offered == {top.zein}


def test_watching_can_be_taken_and_declined_until_people_are_looked_for(top: Table) -> None:
    checkin = top.set(top.sami, top.noor, top.zein)
    top.say(WatchTaken(checkin), top.sami)
    top.say(WatchDeclined(checkin), top.zein)
    assert who.holders(top.db, f"checkin/{checkin}") == {top.rim, top.sami, top.noor}
    top.refuses(WatchTaken(checkin), top.zein, "watch")
    top.forward(hours=5)
    top.notice(checkin)
    top.refuses(WatchDeclined(checkin), top.noor, "nobody leaves")


def test_the_member_is_told_when_nobody_watches_any_more(top: Table) -> None:
    checkin = top.set(top.sami)
    top.say(WatchDeclined(checkin), top.sami)
    texts = [item.text for item in checkins.home.waiting(top.db, top.by(top.rim))]
    assert any("Nobody watches" in text for text in texts)


def test_whoever_watched_and_is_gone_is_not_counted_on(top: Table) -> None:
    checkin = top.set(top.sami, top.noor)
    top.seal(checkin)
    for watcher in (top.sami, top.noor):
        top.say(WatchTaken(checkin), watcher)
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.sami,))
    shown = top.page("/checks/{checkin}", top.rim, checkin=checkin)
    assert (shown["check"]["watched"], shown["check"]["taken"], shown["check"]["lost_note"]) == (1, 1, True)
    (again,) = checkins.acts.note_left(top.db, top.by(top.rim), checkins.acts.NoteForm(checkin, NOTE, "two"))
    assert again.watchers == (top.noor,)
    top.db.execute("update member set standing = 'left' where member = ?", (top.noor,))
    assert any("Nobody watches" in item.text for item in checkins.home.waiting(top.db, top.by(top.rim)))


def clock(top: TableTop, zone: str) -> None:
    """Let this group live by a zone's clock."""
    top.db.execute(
        "insert or replace into setting (name, value, audience) values ('clock_zone', ?, 'network')", (zone,)
    )


def pressed(top: Table, **more: Any) -> CheckInSet:
    """Set a check-in by its form, as a room does that stretches the word."""
    made: CheckInSet = checkins.acts.set_(top.db, top.by(top.rim), checkins.acts.SetForm(**form(top, **more)))[0]
    made = dataclasses.replace(made, word=proof_of(made.checkin, top.heard(made.word, made.checkin)))
    top.say(made, top.rim)
    return made


def due(top: Table, past: int = 0, **more: Any) -> int:
    """Return by when somebody is safe who fills the form in like this, some quarters after the hour."""
    by = dataclasses.replace(top.by(top.rim), past=past)
    return int(checkins.acts.set_(top.db, by, checkins.acts.SetForm(**form(top, **more)))[0].until)


@pytest.mark.parametrize(
    ("zone", "quarters"),
    [
        ("UTC", 86),
        ("Asia/Tehran", 86 - 14),  # three and a half hours ahead
        ("Asia/Kathmandu", 86 - 23),
        ("America/Santiago", 86 + 12),
        ("Pacific/Pago_Pago", 86 + 44),
        ("Pacific/Kiritimati", 86 - 56),
        ("Nowhere/At_All", 86),
    ],
)
def test_half_past_nine_by_the_clock_of_the_group(top: Table, zone: str, quarters: int) -> None:
    clock(top, zone)
    assert due(top, day=top.day + 1, time=86) == top.hour * 4 + 96 + quarters


def test_a_time_without_a_day_is_the_next_time_it_comes(top: Table) -> None:
    clock(top, "Asia/Beirut")  # midnight in Greenwich is three in the morning there
    assert due(top, time=86) == (top.hour + 18) * 4 + 2
    assert due(top, time=11) == (top.hour + 23) * 4 + 3  # a quarter to three is over


def test_so_many_hours_from_now_are_never_fewer(top: Table) -> None:
    assert due(top, within=1) == top.hour * 4 + 5
    assert due(top, past=3, within=1) == top.hour * 4 + 8  # pressed at a minute to one: at two, not at one
    pressed(top, within=1)
    assert top.page("/checks", top.rim)["own"][0]["left"] == 5


def form(top: Table, **more: Any) -> dict[str, Any]:
    """Return the fields of the form of setting one."""
    given: dict[str, Any] = {"watchers": sorted((top.sami, top.noor)), "within": 3, "grace": "4", "word": "olive"}
    given |= {"note": "", "openers": "two", "what": "", "day": 0, "time": -1, "forced": "", "armed": False}
    return given | {"every": "", "last_on": 0, "about": "", **more}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"day": 1, "time": 8}, "day"),
        ({"day": 30_000}, "time"),
        ({"every": "day"}, "last_on"),
        ({"last_on": 30_000}, "last_on"),
        ({"forced": " Olive "}, "forced"),
    ],
)
def test_the_form_says_what_is_wrong_where_it_is(top: Table, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(Malformed) as caught:
        checkins.acts.set_(top.db, top.by(top.rim), checkins.acts.SetForm(**form(top, **wrong)))
    assert caught.value.field == named


def test_nobody_has_more_than_a_sane_number_open(top: Table) -> None:
    for _ in range(OPEN_MOST):
        top.set()
    with pytest.raises(Refused):
        checkins.acts.set_(top.db, top.by(top.rim), checkins.acts.SetForm(**form(top)))


def test_the_form_makes_a_note_that_is_sealed_for_those_who_watch(top: Table) -> None:
    made = checkins.acts.set_(top.db, top.by(top.rim), checkins.acts.SetForm(**form(top, note=NOTE)))
    assert isinstance(made[1], NoteWritten)
    assert made[1].watchers == tuple(sorted((top.sami, top.noor)))
    assert made[0].until == top.hour * 4 + 13


# --- safe -------------------------------------------------------------------------------------------------------------


def test_one_press_ends_it_and_only_the_member_presses_it(top: Table) -> None:
    checkin = top.set()
    top.refuses(CheckedIn(checkin, top.until(checkin), False), top.sami, "only of themselves")
    top.say(CheckedIn(checkin, top.until(checkin), False), top.rim)
    assert top.state(checkin) == "safe"
    top.refuses(CheckedIn(checkin, top.until(checkin), False), top.rim, "a step further")


def test_whoever_hears_the_word_says_it_for_somebody_without_a_device(top: Table) -> None:
    checkin = top.set()
    top.refuses(top.told(checkin, "lemon"), top.sami, "not the word")
    top.refuses(SafeTold(checkin, top.until(checkin), ""), top.sami)
    top.say(top.told(checkin, "olive"), top.sami)
    assert top.state(checkin) == "safe"


def test_somebody_who_does_not_watch_says_nothing_for_others(top: Table) -> None:
    checkin = top.set()
    for fact in (top.told(checkin, "olive"), CheckInEscalated(checkin, top.until(checkin))):
        top.refuses(fact, top.zein, "who watch")


def test_the_word_under_force_raises_the_alarm(top: Table) -> None:
    checkin = top.set()
    top.say(top.told(checkin, "almond"), top.sami)
    assert top.state(checkin) == "escalated"
    assert top.row("select how from checkin") == "forced"


def test_a_press_about_an_earlier_time_changes_nothing(top: Table) -> None:
    checkin = top.set(every="day", last=(top.day + 9) * QUARTERS_A_DAY)
    first = top.told(checkin, "olive")
    top.say(first, top.sami)
    top.refuses(first, top.noor, "a step further")


def test_the_hour_can_be_put_off_by_the_member_and_with_the_word_by_others(top: Table) -> None:
    checkin = top.set()
    first = top.until(checkin)
    top.forward(hours=4)
    top.notice(checkin)
    assert top.state(checkin) == "incident"
    other = top.set()
    until = top.until(other)
    top.refuses(DeadlineMoved(other, until, until + 2, ""), top.sami, "not the word")
    top.refuses(DeadlineMoved(other, until, until + 2, top.heard("almond", other)), top.sami, "not the word")
    top.say(DeadlineMoved(other, until, until + 2, top.heard("olive", other)), top.sami)
    top.say(DeadlineMoved(other, until + 2, until + 4, ""), top.rim)
    top.refuses(DeadlineMoved(other, until + 4, until, ""), top.rim, "later")
    assert (top.until(other), first) == (until + 4, until - 16)


def test_the_proof_of_a_word_is_not_what_opens_it() -> None:
    checkin = new_id()
    row = {"checkin": checkin, "word": proof_of(checkin, "a" * 64), "forced": ""}
    assert hears(row, row["word"]) == ""
    assert hears(row, "") == ""
    assert hears(row, "a" * 64) == "safe"


# --- late -------------------------------------------------------------------------------------------------------------


def test_it_is_late_after_its_hour_and_an_incident_after_its_grace(top: Table) -> None:
    checkin = top.set()
    top.notice(checkin)  # a room whose clock runs ahead
    assert top.state(checkin) == "set"
    top.forward(hours=3)
    top.notice(checkin)
    assert top.state(checkin) == "late"
    top.forward(hours=1)
    top.notice(checkin, top.noor)
    assert top.state(checkin) == "incident"
    told = {row[0] for row in top.rows("select member from incident_told")}
    assert told == {top.sami, top.noor}
    incident = top.row("select incident, about, source, audience from incident")
    assert incident[1:] == (top.rim, "check", f"checkin/{checkin}")
    assert top.page("/checks/{checkin}", top.sami, checkin=checkin)["incident"] == incident[0]


def test_half_past_is_half_past_where_a_room_says_so_and_the_line_knows_only_the_hour(top: Table) -> None:
    checkin = top.set(until=top.hour * 4 + 14, grace=1)
    top.forward(hours=3)
    top.notice(checkin, quarters=1)
    assert top.state(checkin) == "set"
    top.notice(checkin, quarters=2)
    assert top.state(checkin) == "late"
    top.notice(checkin, quarters=3)
    assert top.state(checkin) == "incident"


def test_a_room_whose_clock_is_wrong_moves_nothing_beyond_the_lines_hour(top: Table) -> None:
    early, slow = top.set(), top.set(until=top.hour * 4 + 2, grace=0)
    top.forward(hours=2)
    top.notice(early, quarters=900)
    assert top.state(early) == "set"
    top.notice(slow, quarters=-900)
    assert top.state(slow) == "incident"


# The clocks of Egypt, Lebanon and Morocco change on the days after these; the check-in is for half past nine in the evening.
@pytest.mark.parametrize(
    ("zone", "before", "shift"),
    [
        ("Africa/Cairo", "2026-04-23", -4),
        ("Africa/Cairo", "2026-10-29", 4),
        ("Asia/Beirut", "2026-03-28", -4),
        ("Africa/Casablanca", "2026-02-14", 4),
        ("Africa/Casablanca", "2026-03-21", -4),
        ("Asia/Tehran", "2026-03-21", 0),
    ],
)
def test_half_past_nine_stays_half_past_nine_when_summer_time_begins_and_ends(
    top: Table, zone: str, before: str, shift: int
) -> None:
    clock(top, zone)
    day = Day(keep=Keep.SHORT).read([before])
    top.forward(days=day - top.day, hours=6)
    made = pressed(top, day=day, time=86, every="day", last_on=day + 1)
    checkin, first = made.checkin, made.until
    assert zones.shown(zone, first) == (day, 86)
    top.forward(hours=12)
    top.make("/checks/{checkin}/safe", top.rim, checkin=checkin, until=first)
    assert top.until(checkin) == first + 96 + shift
    assert zones.shown(zone, top.until(checkin)) == (day + 1, 86)
    top.forward(days=1)
    top.make("/checks/{checkin}/safe", top.rim, checkin=checkin, until=top.until(checkin))
    assert top.state(checkin) == "safe"  # it was the last day


def test_a_next_time_that_is_not_about_a_day_later_is_not_believed(top: Table) -> None:
    checkin = top.set(every="day", last=(top.day + 9) * QUARTERS_A_DAY)
    first = top.until(checkin)
    for following in (0, first, first + 96 * 5, first + 96 + 13):
        top.say(CheckedIn(checkin, top.until(checkin), False, following), top.rim)
    assert top.until(checkin) == first + 4 * 96


def test_two_rooms_that_notice_open_one_incident(top: Table) -> None:
    checkin = top.set()
    top.forward(hours=4)
    top.notice(checkin)
    before = top.dump()
    top.notice(checkin, top.noor)
    assert top.dump() == before


def test_the_days_of_the_line_do_it_where_no_room_has_said_it(top: Table) -> None:
    checkin = top.set()
    top.forward(days=1)
    assert top.state(checkin) == "incident"


def test_somebody_who_watches_does_not_wait(top: Table) -> None:
    checkin = top.set()
    top.refuses(CheckInEscalated(checkin, top.until(checkin)), top.rim, "who watch")
    top.say(CheckInEscalated(checkin, top.until(checkin)), top.sami)
    assert top.state(checkin) == "escalated"
    top.forward(hours=4)
    top.notice(checkin)
    assert top.state(checkin) == "incident"


def test_once_looked_for_a_press_in_the_members_room_ends_nothing(top: Table) -> None:
    checkin = top.set()
    top.seal(checkin)
    top.forward(hours=4)
    top.notice(checkin)
    top.say(CheckedIn(checkin, top.until(checkin), False), top.rim)
    assert top.state(checkin) == "incident"
    assert top.row("select count(*) from sealed_note") == 1
    assert top.page("/checks/{checkin}", top.sami, checkin=checkin)["check"]["heard_at"] == top.hour
    texts = [item.text for item in checkins.home.waiting(top.db, top.by(top.rim))]
    assert any("looking for you" in text for text in texts)
    top.refuses(PersonFound(checkin, "seen"), top.rim, "who watch")
    top.say(top.told(checkin, "olive"), top.noor)
    assert top.state(checkin) == "found"


def test_it_ends_when_somebody_found_them(top: Table) -> None:
    checkin = top.set()
    top.refuses(PersonFound(checkin, "seen"), top.sami, "a step further")
    top.forward(hours=4)
    top.notice(checkin)
    top.say(PersonFound(checkin, "seen"), top.sami)
    assert top.state(checkin) == "found"


def test_a_page_is_late_by_its_own_clock_before_anybody_said_so(top: Table) -> None:
    checkin = top.set()
    top.forward(hours=3)
    assert top.state(checkin) == "set"
    assert top.page("/checks/{checkin}", top.sami, checkin=checkin)["check"]["shown"] == "late"
    assert [item.harm for item in checkins.home.waiting(top.db, top.by(top.sami))] == [-1]


# --- home -------------------------------------------------------------------------------------------------------------


def test_the_home_page_has_the_one_button_when_it_is_due(top: Table) -> None:
    checkin = top.set(hours=5)
    assert checkins.home.waiting(top.db, top.by(top.rim)) == []
    assert len(checkins.home.mine(top.db, top.by(top.rim))) == 1
    top.forward(hours=3)
    (item,) = checkins.home.waiting(top.db, top.by(top.rim))
    assert item.harm < 0  # before all else that waits
    assert item.press is not None
    assert item.press.path == f"/checks/{checkin}/safe"
    top.make("/checks/{checkin}/safe", top.rim, checkin=checkin, **item.press.fields)
    assert top.state(checkin) == "safe"


def test_for_somebody_else_who_has_no_device(top: Table) -> None:
    """Whoever sets it watches too; the person's own room, which others may hold, is not in the circle."""
    checkin = top.set(top.noor, by=top.sami, about=top.rim)
    assert who.holders(top.db, f"checkin/{checkin}") == {top.sami, top.noor}
    top.say(top.told(checkin, "olive"), top.sami)
    assert top.state(checkin) == "safe"
    with pytest.raises(Refused):
        top.set(top.noor, by=top.sami, about=top.rim, armed=True)


def test_for_somebody_who_was_frozen_since_their_device_is_gone(top: Table) -> None:
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.rim,))
    assert top.rim in dict(checkins.acts.others_and_frozen(top.db, top.by(top.sami)))
    assert top.rim not in dict(checkins.acts.others(top.db, top.by(top.sami)))
    checkin = top.set(top.noor, by=top.sami, about=top.rim)
    top.say(top.told(checkin, "olive"), top.sami)
    assert top.state(checkin) == "safe"
    with pytest.raises(Refused):
        top.set(top.noor, top.rim, by=top.sami)
    top.db.execute("update member set standing = 'left' where member = ?", (top.rim,))
    with pytest.raises(Refused):
        top.set(top.noor, by=top.sami, about=top.rim)


# --- again and again --------------------------------------------------------------------------------------------------


def test_the_next_one_is_set_by_itself_until_the_last_day(top: Table) -> None:
    checkin = top.set(every="day", last=(top.day + 2) * QUARTERS_A_DAY + 12)
    first = top.until(checkin)
    for n in (1, 2):
        top.say(CheckedIn(checkin, top.until(checkin), False), top.rim)
        assert (top.state(checkin), top.until(checkin)) == ("set", first + n * QUARTERS_A_DAY)
        top.forward(days=1)
    top.say(CheckedIn(checkin, top.until(checkin), False), top.rim)
    assert top.state(checkin) == "safe"


def test_putting_one_off_moves_that_one_alone(top: Table) -> None:
    checkin = top.set(every="day", last=(top.day + 2) * QUARTERS_A_DAY + 12)
    first = top.until(checkin)
    for n in (1, 2):
        top.make("/checks/{checkin}/more", top.rim, checkin=checkin, until=top.until(checkin), more="48", word="")
        assert top.until(checkin) > first + (n - 1) * QUARTERS_A_DAY
        top.make("/checks/{checkin}/safe", top.rim, checkin=checkin, until=top.until(checkin))
        assert (top.state(checkin), top.until(checkin)) == ("set", first + n * QUARTERS_A_DAY)
        top.forward(days=1)


def test_one_put_off_beyond_the_next_time_takes_that_ones_place(top: Table) -> None:
    checkin = top.set(every="day", last=(top.day + 9) * QUARTERS_A_DAY)
    first = top.until(checkin)
    top.make("/checks/{checkin}/more", top.rim, checkin=checkin, until=first, more="96", word="")
    top.make("/checks/{checkin}/safe", top.rim, checkin=checkin, until=top.until(checkin))
    assert top.until(checkin) == first + 2 * QUARTERS_A_DAY


def test_one_that_ended_because_people_were_looked_for_says_that_it_does_not_come_again(top: Table) -> None:
    again, once = top.set(every="day", last=(top.day + 9) * QUARTERS_A_DAY), top.set()
    for checkin in (again, once):
        top.say(CheckInEscalated(checkin, top.until(checkin)), top.sami)
        top.say(PersonFound(checkin, "seen"), top.noor)
    texts = [item.path for item in checkins.home.waiting(top.db, top.by(top.rim)) if "does not come again" in item.text]
    assert texts == [f"/checks/{again}"]
    assert not [item for item in checkins.home.waiting(top.db, top.by(top.sami)) if "come again" in item.text]


def test_it_can_rest_and_end_before_the_last_day(top: Table) -> None:
    checkin = top.set(every="week", last=(top.day + 90) * QUARTERS_A_DAY)
    top.say(CheckInPaused(checkin), top.rim)
    top.forward(days=20)
    assert top.state(checkin) == "paused"
    top.notice(checkin)
    assert top.state(checkin) == "paused"
    top.make("/checks/{checkin}/resume", top.rim, checkin=checkin)
    assert top.state(checkin) == "set"
    assert top.until(checkin) > top.hour * 4
    top.make("/checks/{checkin}/last", top.rim, checkin=checkin, until=top.until(checkin))
    assert top.state(checkin) == "safe"


def test_only_whoever_set_one_that_comes_again_lets_it_rest(top: Table) -> None:
    once, again = top.set(), top.set(every="week", last=(top.day + 90) * QUARTERS_A_DAY)
    top.refuses(CheckInPaused(once), top.rim, "one time only")
    top.refuses(CheckInPaused(again), top.sami, "Only the person")
    top.refuses(CheckInResumed(again, (top.hour + 9) * 4), top.rim, "a step further")


# --- the sealed note --------------------------------------------------------------------------------------------------


def test_no_room_gives_its_part_and_none_opens_the_note_before_the_hour(top: Table) -> None:
    checkin = top.set()
    top.seal(checkin)
    opened = NoteTold(checkin, NOTE, SALT)
    for hours in (0, 3):
        top.forward(hours=hours)
        top.notice(checkin)
        top.refuses(ShareGiven(checkin, b"s"), top.sami, "stays closed")
        top.refuses(opened, top.sami, "stays closed")
    top.forward(hours=1)
    top.notice(checkin)
    top.say(ShareGiven(checkin, b"s"), top.sami)
    top.refuses(opened, top.sami, "stays closed")  # one part is not enough
    top.refuses(ShareGiven(checkin, b"s"), top.rim)
    top.say(ShareGiven(checkin, b"t"), top.noor)
    top.refuses(NoteTold(checkin, "somewhere else", SALT), top.noor, "not the note")
    top.say(opened, top.noor)
    top.say(NoteOpened(checkin), top.noor)
    assert top.page("/checks/{checkin}", top.sami, checkin=checkin)["words"] == NOTE
    shown = top.page("/checks/{checkin}", top.rim, checkin=checkin)["note"]
    assert (shown["opened_by"], shown["opened_at"]) == (top.noor, top.hour)
    # whose device may be taken is not in it
    assert who.holders(top.db, f"checkin_note/{checkin}") == {top.sami, top.noor}


def test_who_does_not_wait_gives_their_own_part_and_no_other_room_does(top: Table) -> None:
    checkin = top.set()
    top.seal(checkin)
    now = CheckInEscalated(checkin, top.until(checkin))
    top.say(now, top.sami)
    top.refuses(now, top.sami, "already written")
    top.refuses(ShareGiven(checkin, b"t"), top.noor, "stays closed")
    top.say(ShareGiven(checkin, b"s"), top.sami)
    top.refuses(NoteTold(checkin, NOTE, SALT), top.sami, "stays closed")
    assert top.page("/checks/{checkin}", top.noor, checkin=checkin)["can"]["escalate"]
    top.say(now, top.noor)
    top.say(ShareGiven(checkin, b"t"), top.noor)
    top.say(NoteTold(checkin, NOTE, SALT), top.noor)


def test_a_member_whose_own_clock_is_slow_can_say_it_by_hand(top: Table) -> None:
    checkin = top.set()
    top.forward(hours=4)
    top.notice(checkin)
    alarmed_at = top.row("select alarmed_at from checkin")
    top.forward(hours=1)
    top.say(CheckInEscalated(checkin, top.until(checkin)), top.noor)
    assert (top.state(checkin), top.row("select alarmed_at from checkin")) == ("incident", alarmed_at)
    assert top.row("select state from checkin_watcher where member = ?", top.noor) == "looking"


@pytest.mark.parametrize("end", ["safe", "told", "again", "found"])
def test_the_note_is_destroyed_as_soon_as_it_is_over(top: Table, end: str) -> None:
    checkin = top.set(**({"every": "day", "last": (top.day + 9) * QUARTERS_A_DAY} if end == "again" else {}))
    top.seal(checkin)
    if end == "found":
        top.forward(hours=4)
        top.notice(checkin)
        for member in (top.sami, top.noor):
            top.say(ShareGiven(checkin, b"share of " + member.encode()), member)
        top.say(NoteTold(checkin, NOTE, SALT), top.noor)
        top.say(PersonFound(checkin, "seen"), top.noor)
    elif end == "told":
        top.say(top.told(checkin, "olive"), top.noor)
    else:
        top.say(CheckedIn(checkin, top.until(checkin), False), top.rim)
    assert top.rows(LEFT) == []
    raw = top.db.serialize()
    for gone in (NOTE.encode(), b"n" * 64, b"e" * 64, b"share of "):
        assert gone not in raw


def test_the_note_goes_with_the_incident_too(top: Table) -> None:
    checkin = top.set()
    top.seal(checkin)
    top.forward(hours=4)
    top.notice(checkin)
    top.db.execute("update incident set state = 'over', closed_on = ?", (top.day,))
    top.forward(days=1)
    assert top.state(checkin) == "found"
    assert top.rows(LEFT) == []


def test_another_note_takes_the_place_of_the_first_until_it_is_too_late(top: Table) -> None:
    checkin = top.set()
    top.seal(checkin)
    top.seal(checkin, needed=1)
    assert top.rows("select needed from sealed_note") == [(1,)]
    assert top.row("select count(*) from note_envelope") == 2
    top.forward(hours=4)
    top.notice(checkin)
    top.refuses(NoteSealed(checkin, b"x" * NOTE_SIZE, "0" * 64, 1), top.rim, "a step further")
    top.refuses(NoteSealed(top.set(), b"x" * NOTE_SIZE, "0" * 64, 1), top.sami, "Only the person")


def test_an_envelope_to_a_key_that_is_gone_is_not_taken(top: Table) -> None:
    checkin = top.set()
    top.seal(checkin)
    old = top.row("select note_key from note_key where member = ?", top.sami)
    top.refuses(NoteKeyOffered(new_id(), b"k" * KEY_SIZE), top.sami, "today already")
    handed = EnvelopeHanded(checkin, top.sami, old, b"e" * ENVELOPE_SIZE)
    top.db.execute("update checkin set until = until + 800")
    top.forward(days=1)
    top.say(NoteKeyOffered(new_id(), b"k" * KEY_SIZE), top.sami)
    top.say(handed, top.rim)  # the one before is taken for a day, for notes that waited for the hub
    top.forward(days=2)
    top.refuses(handed, top.rim, "changed its key")
    top.refuses(EnvelopeHanded(checkin, top.zein, old, b"e" * ENVELOPE_SIZE), top.rim, "who watch")


def test_whoever_declines_takes_no_part_of_the_key_along(top: Table) -> None:
    checkin = top.set()
    top.seal(checkin)
    top.say(WatchDeclined(checkin), top.noor)
    assert top.rows("select member from note_envelope") == [(top.sami,)]
    texts = [item.text for item in checkins.home.waiting(top.db, top.by(top.rim))]
    assert any("cannot be opened any more" in text for text in texts)
    top.seal(checkin, needed=1)
    assert not top.page("/checks/{checkin}", top.rim, checkin=checkin)["check"]["lost_note"]


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_a_day_later_nothing_of_it_is_left_and_nobody_is_in_its_circle(top: Table) -> None:
    checkin = top.set(what="tea")
    top.seal(checkin)
    top.say(CheckedIn(checkin, top.until(checkin), False), top.rim)
    top.forward(days=2)
    assert top.rows("select 1 from checkin union all select 1 from checkin_watcher") == []
    assert who.holders(top.db, f"checkin/{checkin}") == frozenset()
    assert checkin.encode() not in top.db.serialize()


def test_the_circle_stays_for_as_long_as_the_incident_needs_it(top: Table) -> None:
    checkin = top.set()
    top.forward(hours=4)
    top.notice(checkin)
    top.say(PersonFound(checkin, "seen"), top.sami)
    top.forward(days=3)
    assert top.rows("select 1 from checkin") == []
    assert top.sami in who.holders(top.db, f"checkin/{checkin}")


# --- the seal itself --------------------------------------------------------------------------------------------------


def test_the_sizes_in_the_facts_are_those_of_the_seal() -> None:
    assert notes.ENVELOPE_SIZE == ENVELOPE_SIZE
    assert notes.SEALED_SIZE == NOTE_SIZE
    assert identity.WRAP_PUBLIC_SIZE == KEY_SIZE
    assert shares.SHARE_MAX <= SHARE_MOST
    for cls in (NoteSealed, EnvelopeHanded, ShareGiven):
        assert any(isinstance(kind, Bytes) for kind in fields_of(cls).values())
