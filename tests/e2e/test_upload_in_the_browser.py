"""Uploads as a person meets them: the page is reloaded, the server dies; the upload goes on where it was."""

import hashlib
import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SIZE = 24_000_000
SLOW = 4_000_000  # bytes per second


def choose(page: Page, button: str, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(file)


def throttle(page: Page, bytes_per_second: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    session.send("Network.emulateNetworkConditions", conditions)


def offset(owner: Editor, project_id: str) -> int:
    return max((row["offset"] for row in owner.get(f"projects/{project_id}/uploads")), default=0)


def test_an_upload_survives_a_reload_and_a_dead_server(product: Product, browser: Browser, tmp_path: Path) -> None:
    owner = Editor(product, "owner@example.org")
    project_id = owner.post("projects", {"name": "Uploads"})["id"]
    file = tmp_path / "Ünfertig 01.mov"
    file.write_bytes(os.urandom(SIZE))
    with signed_in(browser, product.url, "owner@example.org") as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?": an upload is under way
        page.goto(f"/projects/{project_id}")
        throttle(page, SLOW)
        choose(page, "Upload", file)
        panel = page.get_by_role("region", name="Uploads")
        expect(panel).to_contain_text(re.compile(r"[1-9]\d? % of 24 MB"), timeout=20_000)

        page.reload()
        expect(panel).to_contain_text("Began earlier", timeout=10_000)
        kept = offset(owner, project_id)
        assert 0 < kept < SIZE
        throttle(page, SLOW)
        choose(page, "Choose the file again", file)
        expect(panel).to_contain_text(re.compile("left$|left\\b"), timeout=20_000)
        assert offset(owner, project_id) >= kept  # it went on, it did not begin again

        product.kill("web", signal.SIGKILL)
        try:
            expect(panel).to_contain_text("safe on the server", timeout=20_000)
        finally:
            product.start_web()
        panel.get_by_role("link", name="Open").click(timeout=60_000)
        page.wait_for_url(re.compile(r"/v/\w+"))
        version_id = page.url.split("/v/")[1].split("?")[0]
        status = owner.get(f"versions/{version_id}/media")
        assert status["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert owner.get(f"versions/{version_id}")["original_name"] == file.name
        expect(page.get_by_text("This file cannot be shown.")).to_be_visible(timeout=60_000)  # and it says so
