"""What several test modules share."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.screens import ARGUMENTS, CHROMIUM

# The same examples each time, and no limit of time, so that a red run is always the change's own. NASIJ_SEARCH=1 tries others.
settings.register_profile(
    "nasij",
    deadline=None,
    derandomize=not os.environ.get("NASIJ_SEARCH"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("nasij")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium for one module: it holds the process's event loop for as long as it lives, and the next module may want it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()
