"""One product and one Chromium for the end-to-end tests of a module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.product import ROOT, Product, running_product
from tests.e2e.room import PASSWORD, launch


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    assert (ROOT / "frontend/dist/.vite/manifest.json").exists(), (
        "the frontend is not built: npm ci && npm run build in frontend/"
    )
    with running_product(tmp_path_factory.mktemp("product")) as running:
        running.add_person("owner@example.org", PASSWORD, name="Olga Owner", owner=True)
        running.add_person("anna@example.org", PASSWORD, name="Anna Editor")
        running.add_person("carl@example.org", PASSWORD, name="Carl Client")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()
