"""A group leaves out the areas it does not need: they vanish from the pages, nothing of them is lost, and they come back."""

import re

import pytest

from nasij.areas import AREAS
from nasij.areas.people import SettingChanged
from nasij.gate import all_areas
from nasij.kit import charter
from nasij.kit.page import Card, Item
from nasij.web import templates
from nasij.web.forms import parted
from nasij.web.look import Look
from nasij.web.server import gathered
from nasij.web.templates import who_sees_table
from nasij.web.words import Words
from tests.table_room import TableRoom
from tests.tabletop import TableTop

ALL = all_areas()
ESSENTIAL = {"people", "profile", "trust", "friends", "decisions", "incidents", "checkins", "plans"}
SWITCHABLE = [area for area in AREAS if charter.can_be_switched(area.name)]
ROLES = ("members", "cases", "fund", "machines")


@pytest.fixture
def top() -> TableTop:
    """A network of one member who holds every role."""
    return TableTop(*ALL.areas)


@pytest.fixture
def huda(top: TableTop) -> str:
    """Somebody whom no page is closed to."""
    return top.member("trusted", *ROLES)


def switch(top: TableTop, member: str, area: str, value: int) -> None:
    top.say(SettingChanged(charter.switch_of(area), value), by=member)


def look(top: TableTop, member: str) -> Look:
    on, off = parted(ALL, charter.switched_off(top.db))
    return Look(words=Words("en"), me=top.by(member), db=top.db, areas=on, off=off)


def draw(source: str, seen: Look, **values: object) -> str:
    held = templates._LOOK.set(seen)
    try:
        return templates.environment().from_string(source).render(values)
    finally:
        templates._LOOK.reset(held)


def example(path: str) -> str:
    """Return a path with something in the place of its values."""
    return re.sub(r"\{\w+\}", "a" * 16, path)


def test_what_safety_and_a_say_hang_on_cannot_be_switched_off() -> None:
    assert {area.name for area in AREAS} - {area.name for area in SWITCHABLE} == ESSENTIAL
    switches = {name for name in charter.SETTINGS if name.startswith("use_")}
    assert switches == {charter.switch_of(area.name) for area in SWITCHABLE}


def test_no_essential_area_rests_on_one_that_can_go() -> None:
    switchable = {area.name for area in SWITCHABLE}
    assert [area.name for area in AREAS if area.name in ESSENTIAL and switchable & set(area.rests_on)] == []


def test_everything_is_in_use_until_a_group_says_otherwise(top: TableTop) -> None:
    assert charter.switched_off(top.db) == frozenset()
    assert parted(ALL, frozenset())[0] is ALL


def test_once_there_are_enough_people_only_a_decision_switches(top: TableTop, huda: str) -> None:
    switch(top, huda, "savings", 0)
    for _ in range(3):
        top.member()
    top.refuses(SettingChanged(charter.switch_of("savings"), 1), by=huda, words="decision of the group")
    top.refuses(SettingChanged(charter.switch_of("savings"), 2), by=huda)


@pytest.mark.parametrize("area", SWITCHABLE, ids=lambda area: area.name)
class TestEachArea:
    def test_its_pages_answer_with_a_sentence_and_its_lines_of_the_menu_are_gone(
        self, top: TableTop, huda: str, area
    ) -> None:
        room = TableRoom(top, huda)
        before = {line.path for line in area.pages if line.menu}
        assert before <= {path for group in room_menu(room) for path, _, _ in group.lines}
        switch(top, huda, area.name, 0)
        assert not before & {path for group in room_menu(room) for path, _, _ in group.lines}
        for line in area.pages:
            html = room.get(example(line.path))
            assert "does not use this at the moment" in html, line.path
            assert room.status == 200
        assert room.get("/parts")
        assert room.status == 200

    def test_its_acts_cannot_be_reached_and_no_button_leads_to_them(self, top: TableTop, huda: str, area) -> None:
        switch(top, huda, area.name, 0)
        seen, room = look(top, huda), TableRoom(top, huda)
        for act in area.acts:
            path = example(act.path)
            assert seen.act_at(path) is None
            assert not seen.opens(path)
            assert draw("{{ may(path) }}{{ press(path, 'Go') }}{{ link_act(path, 'Go') }}", seen, path=path) == "False"
        for act in area.acts[:1]:  # one that only shows figures has none
            room.post(example(act.path))
            assert room.status == 409

    def test_nothing_of_it_waits_and_it_adds_nothing_to_other_pages(self, top: TableTop, huda: str, area) -> None:
        import dataclasses

        waiting = dataclasses.replace(
            area,
            waiting=lambda _db, _by: [Item(0, "It waits", area.pages[0].path)],
            urgent=lambda _db, _by: [Item(0, "It is urgent", area.pages[0].path)],
            mine=lambda _db, _by: [Item(0, "It is mine", area.pages[0].path)],
            beside=lambda _db, _by, _matter, _kind: [Card("Beside", area.pages[0].path)],
            cards={"invented": lambda _db, _record: Card("A card", area.pages[0].path)},
        )
        others = tuple(waiting if one.name == area.name else one for one in ALL.areas)
        all_of_them = dataclasses.replace(ALL, areas=others)
        source = "{{ beside('need', 'food') }}{{ card('invented', 'aaaaaaaaaaaaaaaa') }}"
        for off, shown in ((frozenset(), True), (frozenset({area.name}), False)):
            on, gone = parted(all_of_them, off)
            seen = Look(words=Words("en"), me=top.by(huda), db=top.db, areas=on, off=gone)
            found = {item.text for lines in gathered(seen, ()).values() for item in lines}
            assert ({"It waits", "It is urgent", "It is mine"} <= found) is shown
            drawn = draw(source, seen)
            assert ("Beside" in drawn) is shown
            assert ("A card" in drawn) is shown

    def test_its_facts_are_read_and_its_tables_forget_as_before(self, top: TableTop, huda: str, area) -> None:
        """Folding and forgetting ask for all areas; only what the pages are drawn from is parted."""
        on, off = parted(ALL, frozenset({area.name}))
        assert on.facts == off.facts == ALL.facts
        assert on.names == ALL.names
        assert {one.name for one in on.areas} | {one.name for one in off.areas} == {one.name for one in ALL.areas}
        switch(top, huda, area.name, 0)
        titles = {part["title"] for part in who_sees_table(look(top, huda), ALL)}
        assert area.title in titles
        top.forward(days=2)  # what days do, is done

    def test_what_rests_on_it_goes_with_it_and_comes_back_with_it(self, top: TableTop, huda: str, area) -> None:
        before = TableRoom(top, huda)
        whole = [
            before.get(line.path) for line in area.pages if "{" not in line.path and line.seen_by.fits(top.by(huda))
        ]
        switch(top, huda, area.name, 0)
        gone = {one.name for one in look(top, huda).off.areas}
        assert gone == {area.name, *(one.name for one in AREAS if rests(one.name, area.name))}
        switch(top, huda, area.name, 1)
        assert charter.switched_off(top.db) == frozenset()
        again = TableRoom(top, huda)
        back = [again.get(line.path) for line in area.pages if "{" not in line.path and line.seen_by.fits(top.by(huda))]
        assert [re.findall("<h1>.*?</h1>", html) for html in back] == [
            re.findall("<h1>.*?</h1>", html) for html in whole
        ]


def room_menu(room: TableRoom):
    on, off = parted(ALL, charter.switched_off(room.node.db))
    return Look(words=Words("en"), me=room.node.by(), db=room.node.db, areas=on, off=off).menu()


def rests(name: str, on: str) -> bool:
    area = next(one for one in AREAS if one.name == name)
    return on in area.rests_on or any(rests(other, on) for other in area.rests_on)


def test_what_somebody_was_writing_is_shown_to_be_copied(top: TableTop, huda: str) -> None:
    room = TableRoom(top, huda)
    switch(top, huda, "aid", 0)
    html = room.post("/aid/ask", what="Bread & milk")
    assert room.status == 409
    assert "Bread &amp; milk" in html


def test_a_form_of_another_area_that_states_its_facts_goes_too(top: TableTop, huda: str) -> None:
    """A campaign can go on without the fund, but nothing can be given through it then."""
    switch(top, huda, "fund", 0)
    seen = look(top, huda)
    gone = {act.path for acts in seen.off.acts.values() for act in acts if act.path.startswith("/together/")}
    assert gone
    assert "campaigns" in {area.name for area in seen.areas.areas}
    assert "/together/new" not in gone


def test_the_page_of_switches_says_what_rests_on_what(top: TableTop, huda: str) -> None:
    room = TableRoom(top, huda)
    assert "would go with it" in room.get("/parts")
    switch(top, huda, "fund", 0)
    html = room.get("/parts")
    assert "which is not in use" in html
    assert "Always in use" in html
    assert "Use it again" in html


def test_leaving_never_waits_for_what_is_switched_off(top: TableTop, huda: str) -> None:
    switch(top, huda, "aid", 0)
    html = TableRoom(top, huda).get("/")
    assert html.index('href="/exit"') < html.index("<a ", html.index('href="/exit"') + 1)
    assert 'href="/by"' in html
    assert "/aid" not in html
