"""Home and menu stay calm, however much is switched on."""

import re

import pytest

from nasij.areas import AREAS
from nasij.gate import all_areas
from nasij.kit.area import GROUPS, Area
from nasij.kit.page import Item
from nasij.kit.who import By
from nasij.web.look import Look
from nasij.web.server import gathered
from nasij.web.words import Words
from tests.table_room import TableRoom
from tests.tabletop import TableTop
from tests.waiting_rows import A_CHECKIN, A_NEED, AN_INCIDENT, much_waits

MEMBER = By("m" * 16, 480_000, "trusted", frozenset({"cases", "fund", "members", "machines"}))


def look(path: str = "/", me: By = MEMBER) -> Look:
    return Look(words=Words("en"), path=path, me=me, areas=all_areas())


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_area_names_its_group_in_the_menu(area: Area) -> None:
    assert area.group in GROUPS


def test_an_area_with_an_unknown_group_is_refused() -> None:
    with pytest.raises(TypeError, match="groups of the menu"):
        Area("odd", "Odd", (), (), group="elsewhere")


def test_the_menu_shows_six_groups_at_most_and_every_page_of_it_once() -> None:
    groups = look().menu()
    assert 2 <= len(groups) <= len(GROUPS)
    assert max(len(group.lines) for group in groups) <= 7
    paths = [path for group in groups for path, _, _ in group.lines]
    assert sorted(paths) == sorted(line.path for area in AREAS for line in area.pages if line.menu)


def test_the_menu_marks_the_one_page_that_is_shown_and_its_group() -> None:
    groups = look("/match/mine").menu()
    assert [path for group in groups for path, _, here in group.lines if here] == ["/match/mine"]
    assert sum(group.here for group in groups) == 1


def test_a_newcomer_sees_no_group_without_a_page_of_theirs() -> None:
    groups = look(me=By("n" * 16, 480_000, "new")).menu()
    assert all(group.lines for group in groups)
    assert "/fund" not in {path for group in groups for path, _, _ in group.lines}


# -- home -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def top() -> TableTop:
    """A network with every area."""
    return TableTop(*all_areas().areas)


def waiting(top: TableTop, member: str) -> list[Item]:
    seen = Look(words=Words("en"), me=top.by(member), db=top.db, areas=top.areas)
    return gathered(seen, ())["waiting"]


def lines(html: str, section: str) -> list[str]:
    """Return the paths of the lines below a heading."""
    part = html.partition(f'<h2 id="{section}">')[2].partition("</section>")[0]
    return re.findall(r'<li><a href="([^"]+)"', part)


def test_every_area_that_can_wants_something_and_home_shows_seven(top: TableTop) -> None:
    member = much_waits(top)
    asking = [
        area.name
        for area in AREAS
        if any(ask is not None and ask(top.db, top.by(member)) for ask in (area.waiting, area.urgent))
    ]
    assert asking == [area.name for area in AREAS if area.waiting or area.urgent]
    room, everything = TableRoom(top, member), waiting(top, member)
    html = room.get("/")
    shown = {False: lines(html, "waiting"), True: lines(html, "urgent")}
    for network, paths in shown.items():
        assert paths == [item.path for item in everything[:7] if item.network is network]
    assert sum(map(len, shown.values())) == 7
    assert (html.index('id="urgent"') < html.index('id="waiting"')) is everything[0].network, "the most harmful leads"
    assert len(everything) > 19
    assert f"And {len(everything) - 7} more" in html.replace("\u2068", "").replace("\u2069", "")
    assert 'href="/rest"' in html
    rest = room.get("/rest")
    assert re.findall(r'<li><a href="([^"]+)"', rest.partition('id="waiting"')[2])[: len(everything)] == [
        item.path for item in everything
    ]
    assert len(html.encode()) < 30_000
    assert len(rest.encode()) < 30_000


def test_what_does_harm_first_stands_first(top: TableTop) -> None:
    """A report, then a check-in that is late, then a need that is urgent, then all that has time."""
    member = much_waits(top)
    found = waiting(top, member)
    assert [item.harm for item in found] == sorted(item.harm for item in found)
    assert [item.path for item in found[:2]] == [f"/by/{AN_INCIDENT}", f"/checks/{A_CHECKIN}"]
    need = [item.path for item in found].index(f"/aid/{A_NEED}")
    assert need < 7
    assert all(item.harm <= 0 for item in found[: need + 1])
    assert all(-1 <= item.harm <= 5 for item in found)


def test_what_was_put_off_stays_away_until_its_day(top: TableTop) -> None:
    """The next step for the need is due in three days."""
    member = much_waits(top)
    due = "A next step is due for %(code)s"
    for _ in range(3):
        assert due not in [item.text for item in waiting(top, member)]
        top.hour += 24
    assert due in [item.text for item in waiting(top, member)]


def test_home_has_no_more_than_it_must_for_somebody_new(top: TableTop) -> None:
    html = TableRoom(top, top.member("new")).get("/")
    assert len(lines(html, "waiting")) <= 1
    assert "Rest is part of the work" in html or lines(html, "waiting")
    assert len(html.encode()) < 12_000
