"""The menu in a real browser: by keyboard, without scripts, at 360 pixels, and by axe-core with every area in use."""

from typing import Any

import pytest

from nasij.gate import all_areas
from nasij.kit.area import GROUPS
from tests.screens import NEEDS_CHROMIUM, SCREENS, faults_on_screen
from tests.table_room import TableRoom
from tests.tabletop import TableTop
from tests.waiting_rows import much_waits

pytestmark = NEEDS_CHROMIUM
FOCUSED = "document.activeElement.getAttribute('href') || document.activeElement.tagName.toLowerCase()"


@pytest.fixture(scope="module")
def drawn() -> dict[str, dict[str, str]]:
    """Pages of somebody of whom every area wants something, by language and path."""
    top = TableTop(*all_areas().areas)
    member = much_waits(top)
    rooms = {language: TableRoom(top, member, language) for language in SCREENS}
    return {
        language: {path: room.get(path) for path in ("/", "/rest", "/parts", "/aid")}
        for language, room in rooms.items()
    }


@pytest.fixture(scope="module")
def browser(drawn: dict[str, dict[str, str]], browser: Any) -> Any:
    """The browser, once all is drawn: both want the event loop."""
    return browser


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_pass_axe_with_the_menu_shut_and_with_each_group_open(
    browser: Any, drawn: dict[str, dict[str, str]], language: str
) -> None:
    page = browser.new_context(viewport=SCREENS[language]).new_page()
    for path, html in drawn[language].items():
        page.set_content(html)
        assert faults_on_screen(page, language) == [], path
    page.set_content(drawn[language]["/"])
    groups = page.locator(".menu summary")
    for number in range(groups.count()):
        groups.nth(number).click()
        assert page.locator(".menu details[open]").count() == 1  # another one closes it
        assert faults_on_screen(page, language) == []
    page.context.close()


def test_leaving_comes_first_by_keyboard_then_the_one_button_then_the_groups(
    browser: Any, drawn: dict[str, dict[str, str]]
) -> None:
    page = browser.new_context(viewport=SCREENS["ar"], java_script_enabled=True).new_page()
    page.set_content(drawn["ar"]["/"])
    order = []
    for _ in range(5):
        page.keyboard.press("Tab")
        order.append(page.evaluate(FOCUSED))
    assert order == ["/exit", "/by", "#main", "/", "summary"]
    page.keyboard.press("Enter")
    assert page.locator(".menu details").first.get_attribute("open") is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.menu ul') !== null")
    page.context.close()


def test_home_is_short_and_the_one_button_is_seen_at_once_on_a_phone(
    browser: Any, drawn: dict[str, dict[str, str]]
) -> None:
    for language in SCREENS:
        page = browser.new_context(viewport=SCREENS["ar"], java_script_enabled=True).new_page()
        for html in drawn[language].values():
            page.set_content(html)
            for link in (".exit", ".by"):
                box = page.locator(link).bounding_box()
                assert box["y"] >= 0
                assert box["y"] + box["height"] <= 100
                assert box["height"] >= 44
        page.set_content(drawn[language]["/"])
        menu = page.locator(".menu").bounding_box()
        assert menu["height"] <= 145  # three rows at most
        assert page.locator(".menu details, .menu > a").count() <= len(GROUPS) + 1  # and the search
        first = page.locator("#waiting + ul a").first.bounding_box()
        assert first["y"] + first["height"] <= SCREENS["ar"]["height"], "what waits is not seen without scrolling"
        assert page.evaluate("document.documentElement.scrollHeight") <= 2_400
        page.context.close()
