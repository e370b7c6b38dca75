"""What rooms do for check-ins by themselves: they seal, notice, open only in time, freeze who asked for it, and destroy keys."""

from pathlib import Path
from typing import Any

import pytest

from nasij.clock import HandClock, day_of, to_date
from nasij.errors import Refused, SealBroken
from nasij.node import room
from nasij.resident import zone_of
from nasij.seal import notes
from tests.village import PASSPHRASE, Village, cheap_words

pytestmark = pytest.mark.slow
NOTE = "by the river, with R."


class Watch(Village):
    """Three who trust each other; huda's check-ins are watched by the two others."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gather("huda", "sami", "noor")
        self.keep_house()

    def keep_house(self, times: int = 1) -> None:
        """Let every open room do what is due, as it does each minute."""
        for _ in range(times):
            for person in self.awake:
                person.housekeeping()
                self.settle()

    def set(self, **more: Any) -> str:
        both = [self["sami"].me, self["noor"].me]
        facts = self["huda"].does("/checks/set", watchers=both, within=3, word="olive", note=NOTE, **more)
        self.settle()
        return str(facts[0].checkin)

    def state(self, name: str, checkin: str) -> str:
        return str(self[name].row("select state from checkin where checkin = ?", checkin))

    def words(self, name: str) -> str:
        return str(self[name].row("select words from told_note") or "")


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A village of three."""
    cheap_words(monkeypatch)
    return Watch(tmp_path)


def test_what_was_not_needed_opens_with_nothing_that_any_room_still_has(watch: Watch) -> None:
    """All bytes that were ever there, and every key of every room five days after a safe return, open no note."""
    checkin = watch.set()
    kept = watch["sami"].rows("select member, envelope from note_envelope")
    seeds = {p.name: dict(p.node.secrets.notes) for p in watch.awake}
    bound = watch["sami"].node.secrets.network + checkin.encode()
    opened = [
        notes.open_envelope(bytes(envelope), seed, member, bound)
        for member, envelope in kept
        for name, held in seeds.items()
        for seed in held.values()
        if watch[name].me == member
    ]
    assert len(opened) == 2  # until then they would have opened
    watch["huda"].does(f"/checks/{checkin}/safe")
    watch.settle()
    watch.forward(days=5)
    watch.keep_house(2)
    for person in watch.awake:
        assert not set(seeds[person.name].values()) & set(person.node.secrets.notes.values())
        for seed in [*person.node.secrets.notes.values(), *person.node.secrets.wrap_seeds.values()]:
            for member, envelope in kept:
                with pytest.raises(SealBroken):
                    notes.open_envelope(bytes(envelope), seed, member, bound)
        assert not [audience for audience, _ in person.node.keyring.keys if audience.startswith("checkin")]
        again = room.open_room(person.folder, watch.areas, watch.clock, PASSPHRASE.encode())
        assert again.secrets.notes == person.node.secrets.notes  # the vault on the disk forgot them too


def test_the_room_it_was_written_in_cannot_open_it_either(watch: Watch) -> None:
    watch.set()
    huda = watch["huda"].node
    for seed in [*huda.secrets.notes.values(), *huda.secrets.wrap_seeds.values()]:
        for member, envelope in watch["huda"].rows("select member, envelope from note_envelope"):
            with pytest.raises(SealBroken):
                notes.open_envelope(bytes(envelope), seed, member, huda.secrets.network)
    for person in watch.awake:
        assert NOTE.encode() not in person.snapshot_bytes()


def test_a_hub_whose_clock_runs_ahead_opens_no_note_and_freezes_nobody(watch: Watch) -> None:
    """The line may be moved by two days; the rooms' own clocks decide over what cannot be taken back."""
    checkin = watch.set(armed=1)
    here = HandClock(watch.clock.now)
    for person in watch.awake:
        person.node.clock = here
    watch.clock.forward(hours=20)  # only the hub's
    watch["sami"].does(f"/checks/{checkin}/watch")
    watch.settle()
    watch.keep_house(3)
    assert watch.state("sami", checkin) == "incident"
    assert (watch.words("sami"), watch.words("noor")) == ("", "")
    assert watch["sami"].standing(watch["huda"]) == "trusted"
    here.forward(hours=5)
    watch.keep_house(3)
    assert watch.words("sami") == NOTE
    assert watch["sami"].standing(watch["huda"]) == "suspended"


def test_before_its_hour_a_note_opens_when_two_do_not_wait_and_not_when_one_does(watch: Watch) -> None:
    checkin = watch.set()
    for name in ("noor", "sami"):
        assert (watch.words("sami"), watch.words("noor")) == ("", "")
        watch[name].does(f"/checks/{checkin}/now")
        watch.settle()
        watch.keep_house(3)
    assert watch.words("sami") == watch.words("noor") == NOTE
    assert watch["huda"].row("select opened_by from sealed_note") in {watch["sami"].me, watch["noor"].me}
    assert NOTE.encode() not in watch["huda"].snapshot_bytes()  # whose device may be in other hands
    assert not [a for a, _ in watch["huda"].node.keyring.keys if a.startswith("checkin_note/")]


def test_one_room_alone_opens_it_only_where_that_was_chosen(watch: Watch) -> None:
    watch["noor"].asleep = True
    watch["noor"].close()
    for openers, seen in (("two", ""), ("one", NOTE)):
        checkin = watch.set(openers=openers)
        watch["sami"].does(f"/checks/{checkin}/now")
        watch.settle()
        watch.keep_house(3)
        found = watch["sami"].row("select words from told_note where checkin = ?", checkin)
        assert (found or "") == seen


def test_a_check_in_that_waited_for_the_hub_is_late_and_not_lost(watch: Watch) -> None:
    watch["huda"].way.cut = True
    both = [watch["sami"].me]
    checkin = watch["huda"].does("/checks/set", watchers=both, within=1, word="olive")[0].checkin
    watch.clock.forward(hours=4)
    watch["huda"].way.cut = False
    watch.settle()
    watch.keep_house()
    assert watch.state("sami", checkin) == "incident"


def test_people_whose_rooms_hold_no_key_yet_hold_no_note(watch: Watch) -> None:
    for person in watch.awake:
        person.node.db.execute("delete from note_key")
    with pytest.raises(Refused):
        watch.set()


def test_a_room_that_does_nothing_wrong_hears_no_complaint(watch: Watch) -> None:
    """Rooms that notice the same hour at once do not tell their members that they came too late."""
    checkin = watch.set(armed=1)
    watch.clock.forward(hours=4, quarters=1)
    for person in watch.awake:
        person.housekeeping()
    watch.settle()
    watch.keep_house(3)
    assert watch.state("sami", checkin) == "incident"
    for person in watch.awake:
        assert person.node.told == [], person.name
        assert not person.node.outbox.items


def test_hours_are_read_by_the_clock_of_the_group(watch: Watch) -> None:
    db = watch["huda"].node.db
    assert zone_of(db) == "UTC"
    db.execute("insert into setting (name, value, audience) values ('clock_zone', 'Asia/Tehran', 'network')")
    assert zone_of(db) == "Asia/Tehran"


def test_a_check_in_for_a_quarter_past_is_noticed_in_that_quarter(watch: Watch) -> None:
    """The line knows only hours; the rooms that are awake know the quarter, and say it."""
    checkin = (
        watch["huda"].does("/checks/set", watchers=[watch["sami"].me], within=1, word="olive", grace="1")[0].checkin
    )
    watch.settle()
    states = []
    for _ in range(6):
        watch.clock.forward(quarters=1)
        watch.keep_house()
        states.append(watch.state("sami", checkin))
    assert states == ["set", "set", "set", "set", "late", "incident"]


def test_a_note_for_a_far_day_opens_although_rooms_have_changed_their_keys(watch: Watch) -> None:
    checkin = watch.set(day=watch_day(watch, 12), time="09:00")
    before = {person.name: set(person.node.secrets.notes) for person in watch.awake}
    watch.forward(days=9)
    for person in watch.awake:
        assert set(person.node.secrets.notes) - before[person.name]
    for name in ("noor", "sami"):
        watch[name].does(f"/checks/{checkin}/now")
        watch.settle()
    watch.keep_house(3)
    assert watch.words("sami") == NOTE


def test_a_room_that_lets_go_of_what_is_others_keeps_no_part_of_their_notes(watch: Watch) -> None:
    """A device that was frozen because it is in other hands opens no note of those whom its member watched over."""
    watch.set()
    sami = watch["sami"]
    assert sami.node.secrets.notes
    room.let_go(sami.node, sami.folder)
    again = room.open_room(sami.folder, watch.areas, watch.clock, PASSPHRASE.encode())
    assert again.secrets.notes == {}
    assert not again.db.execute("select 1 from note_envelope").fetchall()


def watch_day(watch: Watch, days: int) -> str:
    """Return a day to come as somebody writes it."""
    return to_date(day_of(watch.clock.now) + days).isoformat()
