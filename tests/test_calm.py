"""Home and menu stay calm, however much is switched on."""

import pytest

from nasij.areas import AREAS
from nasij.gate import all_areas
from nasij.kit.area import GROUPS, Area
from nasij.kit.who import By
from nasij.web.look import Look
from nasij.web.words import Words

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
