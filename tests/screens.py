"""A real browser for tests: Debian's Chromium, Arabic at 360 pixels and English at 1280, and what every page must keep."""

import shutil
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the browser tests were skipped"),
]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SCREENS = {"ar": {"width": 360, "height": 740}, "en": {"width": 1280, "height": 900}}
NARROW = {"width": 320, "height": 640}
# Words that must not stand in a title, an address or a file name (the subject of the group, and its tools).
TELLING = ("nasij", "نسيج", "lgbt", "gay", "queer", "مثلي", "trans", "rainbow")


def faults_on_screen(page: Any, language: str) -> list[str]:
    """Return what is wrong with the page that is shown: language, direction, one heading, a dull title, its width, axe."""
    from axe_playwright_python.sync_playwright import Axe

    html = page.locator("html")
    faults = []
    if html.get_attribute("lang") != language:
        faults.append(f"its language is {html.get_attribute('lang')}")
    if html.get_attribute("dir") != ("rtl" if language == "ar" else "ltr"):
        faults.append(f"its direction is {html.get_attribute('dir')}")
    if page.locator("h1").count() != 1:
        faults.append("it has not one h1")
    if any(word in page.title().lower() for word in TELLING):
        faults.append(f"its title tells: {page.title()}")
    for screen in (NARROW, SCREENS[language]):
        page.set_viewport_size(screen)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append(f"{wide} pixels too wide for {screen['width']}")
    found = Axe().run(page).response["violations"]
    return faults + [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found]
