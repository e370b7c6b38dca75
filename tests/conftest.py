"""What several test modules share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.screens import ARGUMENTS, CHROMIUM


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium for one module: it holds the process's event loop for as long as it lives, and the next module may want it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()
