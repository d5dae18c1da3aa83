"""One product and one Chromium for all end-to-end tests of a process: starting them costs more than most tests do.

Tests share nothing else: each makes a project of its own. Who kills a part of the product starts it again.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.product import ROOT, Product, running_product
from tests.e2e.room import PASSWORD, launch

PEOPLE = {
    "owner@example.org": "Olga Owner",
    "anna@example.org": "Anna Editor",
    "carl@example.org": "Carl Client",
    "vera@example.org": "Vera Controller",
    "rosa@example.org": "Rosa Reviewer",
}


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    assert (ROOT / "frontend/dist/.vite/manifest.json").exists(), (
        "the frontend is not built: npm ci && npm run build in frontend/"
    )
    with running_product(tmp_path_factory.mktemp("product"), people=PEOPLE, password=PASSWORD) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()
