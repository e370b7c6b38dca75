"""Every state of the pages that belong to no area, as the sketchbook draws them, by axe-core in a real browser."""

from typing import Any

import pytest

from nasij.web.sketchbook import sketches
from nasij.web.words import Words
from tests.screens import NEEDS_CHROMIUM, SCREENS, faults_on_screen

pytestmark = NEEDS_CHROMIUM


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_drawn_page_passes_axe_and_fits_the_screen(browser: Any, language: str) -> None:
    """A guest who waits, a room that stopped, a form with mistakes: states that are rare in a house."""
    page = browser.new_context(viewport=SCREENS[language], locale=language).new_page()
    faults: list[str] = []
    for name, html in sketches(Words(language)).items():
        page.set_content(html)
        faults += [f"{name}: {fault}" for fault in faults_on_screen(page, language)]
    assert faults == []
    page.context.close()
