"""Takes the README's pictures out of the sample network: ``make pictures``. Not a test, so no run of the tests changes them."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from nasij import sample
from nasij.settings import Settings
from tests.screens import ARGUMENTS, CHROMIUM
from tests.walker import House

SCREENS = {"ar": {"width": 360, "height": 740}, "en": {"width": 1280, "height": 860}}
PAGES = {"home": "/", "aid": "/aid", "fund": "/fund"}  # beside these: the first page, and one case


def speak(page: Any, path: str, language: str) -> None:
    """Open a page in a language; an open room keeps the one it was opened in."""
    page.goto(path)
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"button[name=language][value={language}]").first.click()
        page.goto(path)


def visit(page: Any, language: str) -> None:
    """Look through a coordinator's eyes."""
    speak(page, "/sample", language)
    page.locator("input[name=eyes][value=coordinator]").check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/")
    speak(page, "/", language)


def take(page: Any, folder: Path, language: str) -> None:
    """Take all pictures of one language."""
    speak(page, "/", language)
    page.screenshot(path=folder / f"{language}-start.png")
    visit(page, language)
    for name, path in PAGES.items():
        page.goto(path)
        page.screenshot(path=folder / f"{language}-{name}.png")
    page.goto("/cases")
    page.locator("main a[href^='/cases/']").first.click()
    page.screenshot(path=folder / f"{language}-case.png")


def main(folder: Path, *more: str) -> None:
    """Make the sample, open it in a house, and take the pictures; `more` are paths to look at besides."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "home"
        settings = Settings(home, argon_cost=0)
        settings.prepare()
        sample.make(settings, lambda _gone, _of: None)
        with House(home) as house, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for language, size in SCREENS.items():
                context = browser.new_context(
                    viewport=size,
                    locale=language,
                    java_script_enabled=False,
                    base_url=f"http://127.0.0.1:{house.port}",
                )
                page = context.new_page()
                take(page, folder, language)
                for path in more:
                    page.goto(path)
                    page.screenshot(path=folder / f"{language}{path.replace('/', '-')}.png", full_page=True)
                context.close()
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
