"""Going along while vouches lapse: whoever is out there says that they are back, is counted, and is destroyed afterwards.

Beside the view that reads everything stands the room of one person, which is told what they can read at each place, and no more.
"""

import pytest

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import home
from nasij.areas.campaigns.sheet import SheetOpeningTold, SheetPartLeft, SheetSealed
from nasij.areas.campaigns.tables import GOING
from nasij.ids import new_id
from nasij.kit import who
from tests.areas.test_campaigns import Table
from tests.tabletop import TableTop

WITH = "/together/with/{joining}"


class Room(Table):
    """All of it, and the room of one person beside it."""

    def __init__(self) -> None:
        self.reader, self.room = "", None
        super().__init__()

    def beside(self, reader: str) -> TableTop:
        """Open somebody's room: from here on it is told what they can read."""
        self.reader, self.room = reader, TableTop(*self.areas.areas)
        for line in self.dump():
            if line.startswith("INSERT"):
                self.room.db.execute(line)
        self.room.hour = self.hour
        return self.room

    def say(self, fact: object, by: str) -> str:
        audience = super().say(fact, by)
        if self.room and self.reader in who.holders(self.room.db, audience):
            self.room.say(fact, by)
        return audience

    def falls(self, *members: str) -> None:
        """Let vouches lapse, as every room reads it."""
        for db in (self.db, *([self.room.db] if self.room else [])):
            db.executemany("update member set standing = 'new' where member = ?", [(one,) for one in members])

    def passes(self, **time: int) -> None:
        self.forward(**time)
        if self.room:
            self.room.forward(**time)


@pytest.fixture
def top() -> Room:
    """A network in which something is planned."""
    return Room()


def going(top: Room) -> tuple[str, dict[str, str]]:
    action = top.announced()
    return action, {one: top.joined(action, one) for one in (top.huda, top.sami)}


def left(db: TableTop, action: str) -> int:
    return sum(db.row(f"select count(*) from {table} where action = ?", action) for table in GOING)


def test_whoever_is_not_trusted_any_more_says_that_they_are_back_and_every_room_counts_them(top):
    action, along = going(top)
    room = top.beside(top.huda)
    top.falls(top.huda)
    top.begin(action, top.out)
    assert room.row("select state from action") == "announced", (
        "the room is not told that it has begun, as trusted ones are"
    )
    page = room.page(WITH, top.huda, joining=along[top.huda])
    assert page["begun"] and "It has begun" in page["next_step"]
    top.make(WITH + "/arrived", top.huda, joining=along[top.huda])
    top.make(WITH + "/back", top.huda, joining=along[top.huda])
    top.make(WITH + "/back", top.out, joining=along[top.sami])
    for view in (top, room):
        assert view.row("select state from joining where joining = ?", along[top.huda]) == "safe"
    top.make("/together/act/{action}/all-back", top.out, action=action)
    assert top.row("select came from action where action = ?", action) == 2


def test_whoever_is_not_trusted_any_more_is_told_that_it_does_not_take_place(top):
    action, along = going(top)
    room = top.beside(top.huda)
    top.falls(top.huda)
    top.make("/together/act/{action}/no-go", top.out, action=action)
    said = [item.text for item in home.waiting(room.db, room.by(top.huda))]
    assert said == ["It does not take place: %(code)s"]
    assert "need not go" in room.page(WITH, top.huda, joining=along[top.huda])["next_step"]


@pytest.mark.parametrize("fallen", ["lead", "out"])
def test_whoever_counts_goes_on_counting_when_their_vouches_lapse(top, fallen):
    action, along = going(top)
    counts = getattr(top, fallen)
    other = {"lead": top.out, "out": top.lead}[fallen]
    top.begin(action, other)
    room = top.beside(counts)
    top.falls(counts)
    top.make(WITH + "/back", counts, joining=along[top.huda])
    top.passes(hours=5)
    due = home.unasked(room.db, room.by(counts))
    assert due == [f.CountMissed(along[top.sami])]
    top.say(due[0], counts)
    (item,) = [one for one in home.waiting(room.db, room.by(counts)) if "not back" in one.text]
    assert item.path == f"/together/with/{along[top.sami]}"
    top.make(WITH + "/back", counts, joining=along[top.sami])
    assert top.row("select state from joining where joining = ?", along[top.sami]) == "safe"
    assert room.rows("select state from incident") == top.rows("select state from incident") == [("over",)]


def test_a_device_in_other_hands_does_not_say_that_somebody_did_not_go_whatever_their_standing(top):
    action, along = going(top)
    top.falls(top.huda)
    top.begin(action, top.out)
    top.refuses(f.JoiningEnded(along[top.huda]), by=top.huda, words="counts from outside")


def test_nobody_is_confirmed_while_one_of_the_three_is_not_trusted_and_nobody_joins_what_such_a_one_leads(top):
    action = top.announced()
    joining = new_id()
    top.say(f.JoiningOffered(joining, action, "along", "no"), top.huda)
    top.falls(top.huda)
    place = new_id()
    top.say(f.PlaceFilled(place, action, "along"), top.lead)
    top.refuses(f.JoiningConfirmed(joining, "along", place, top.hour + 3), by=top.lead, words="Not all three")
    top.falls(top.out)
    top.refuses(f.JoiningOffered(new_id(), action, "along", "no"), by=top.sami, words="cannot do so now")
    top.refuses(SheetSealed(new_id(), action, top.ada, b"sealed"), by=top.sami, words="two are needed")


def test_what_is_told_of_how_far_it_is_goes_on_and_never_back(top):
    action, along = going(top)
    joining = along[top.huda]
    top.refuses(f.CourseTold(joining, "happening"), by=top.huda, words="counts from outside")
    top.begin(action, top.out)
    for course in ("announced", "held", "no_go", "happening"):
        top.refuses(f.CourseTold(joining, course), by=top.lead, words="said already")


def test_a_room_that_counts_tells_each_circle_what_it_has_not_heard_yet(top):
    action, along = going(top)
    top.say(f.ActionBegun(action), top.out)
    due = home.unasked(top.db, top.by(top.lead))
    assert {(one.joining, one.course) for one in due} == {(one, "happening") for one in along.values()}
    for one in due:
        top.say(one, top.lead)
    assert home.unasked(top.db, top.by(top.out)) == []


@pytest.mark.parametrize("by_hand", [True, False])
def test_clearing_reaches_the_room_of_whoever_is_not_trusted_any_more(top, by_hand):
    action, along = going(top)
    sheet = new_id()
    top.say(SheetSealed(sheet, action, top.ada, b"sealed"), top.huda)
    room = top.beside(top.huda)
    top.falls(top.huda)
    top.begin(action, top.out)
    for member, joining in along.items():
        top.say(f.BackSaid(joining), member)
    top.make("/together/act/{action}/all-back", top.lead, action=action)
    assert left(room, action) > 0
    if by_hand:
        top.make("/together/act/{action}/clear", top.lead, action=action)
    else:
        top.passes(days=15)
    assert (left(top, action), top.state(action)) == (0, "cleared")
    circle = f"joining/{along[top.huda]}"
    assert who.holders(room.db, circle) == who.holders(top.db, circle) == frozenset()
    assert room.rows("select 1 from joining where member = ?", top.huda) == []
    assert room.rows("select 1 from sheet") == []


def test_whoever_is_not_trusted_any_more_learns_that_their_sheet_was_opened(top):
    action, along = going(top)
    sheet = new_id()
    top.say(SheetSealed(sheet, action, top.ada, b"sealed"), top.huda)
    room = top.beside(top.huda)
    top.falls(top.huda)
    top.say(SheetOpeningTold(sheet, top.lead, top.out, "held", ""), top.ada)
    (opened,) = room.page(WITH, top.huda, joining=along[top.huda])["opened"]
    assert (opened["asker"], opened["second"], opened["reason"]) == (top.lead, top.out, "held")


def test_a_lawyer_who_is_not_trusted_any_more_has_no_part_of_a_sheet_left(top):
    action, _along = going(top)
    sheet, key = new_id(), new_id()
    top.say(SheetSealed(sheet, action, top.ada, b"sealed"), top.huda)
    top.db.execute(
        "insert into note_key (note_key, member, key, audience) values (?, ?, x'', 'network')", (key, top.ada)
    )
    top.say(SheetPartLeft(sheet, top.ada, key, b"part"), top.huda)
    top.falls(top.ada)
    top.passes(days=1)
    assert who.holders(top.db, f"sheet/{sheet}") == {top.huda, top.lead, top.out}
    assert top.rows("select 1 from sheet_part where member = ?", top.ada) == []


def test_what_was_announced_and_never_begun_is_not_kept_for_ever(top):
    action, _along = going(top)
    top.passes(days=179)
    assert left(top, action) > 0
    top.passes(days=1)
    assert (left(top, action), top.state(action)) == (0, "cleared")


def test_those_who_count_are_told_that_the_hour_has_passed_where_nobody_said_that_it_began(top):
    action, _along = going(top)
    text = "The hour has passed, and nobody said that it began: %(code)s"
    said = lambda: text in [item.text for item in home.waiting(top.db, top.by(top.out))]
    assert not said()
    top.passes(hours=4)
    assert said()
    top.begin(action, top.out)
    assert not said()
