"""The version controller's day in the browser: three versions with good and bad names, a lock in the way, two reviewers, a
delivery that is blocked and then let pass, a download that proves itself and one that was tampered with. What each rule says
in detail is asked of the API in tests/review/test_desk_story.py."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.media import clip

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SLOW = 60_000  # milliseconds, for what the server works on
ROLES = {"vera": "version_controller", "anna": "editor", "rosa": "reviewer", "carl": "client"}


@pytest.fixture
def film(product: Product) -> SimpleNamespace:
    owner = Editor(product, "owner@example.org")
    inside = f"projects/{owner.post('projects', {'name': 'Brand film'})['id']}"
    people = {
        name: owner.post(f"{inside}/members", {"email": f"{name}@example.org", "role": role}) for name, role in ROLES.items()
    }
    sequence = owner.post(f"{inside}/sequences", {"name": "Ep3"})
    return SimpleNamespace(owner=owner, inside=inside, board=f"/{inside}?sequence={sequence['id']}", people=people)


@pytest.fixture
def pages(browser: Browser, product: Product) -> Iterator[dict[str, Page]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(signed_in(browser, product.url, f"{name}@example.org")).new_page() for name in ROLES}


def chosen(page: Page, button: Locator, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files(file)


def test_from_three_renders_to_one_delivery(film: SimpleNamespace, pages: dict[str, Page], tmp_path: Path) -> None:
    vera, anna, rosa, carl = pages.values()

    def render(of: str, name: str) -> Path:
        file = tmp_path / f"{name}{clip(of).suffix}"
        file.write_bytes(clip(of).read_bytes())
        return file

    # --- a good name stacks itself; a boast is refused, and the right name is a click away
    anna.goto(film.board)
    upload, uploads = anna.get_by_role("button", name="Upload", exact=True), anna.get_by_role("region", name="Uploads")
    chosen(anna, upload, render("25", "BrandFilm_v01_rough"))
    card = anna.locator("tp-asset-card", has_text="BrandFilm")
    expect(card).to_contain_text("v1", timeout=SLOW)
    card.get_by_label("More about").click()
    chosen(anna, card.get_by_role("button", name="Upload next version"), render("30", "FINAL_v2_REAL"))
    uploads.get_by_role("button", name="Upload it as BrandFilm_v02").click()
    expect(card).to_contain_text("v2 of 2 versions", timeout=SLOW)
    chosen(anna, upload, render("25", "BrandFilm_v01_rough"))
    expect(uploads).to_contain_text("This stack already has exactly this file")

    # --- a lock in the way: told of it, waiting, free, and the upload goes on
    vera.goto(film.board)
    vera.get_by_role("button", name="Lock …").click()
    vera.get_by_label("What are you going to do?").fill("Grading")
    vera.get_by_role("dialog").get_by_role("button", name="Lock", exact=True).click()
    lock = anna.get_by_role("group", name="Lock of Ep3")
    expect(lock).to_contain_text("Vera Controller is working on Ep3")
    expect(lock).to_contain_text("Grading")
    chosen(anna, upload, render("29.97", "BrandFilm_v03_grade"))
    uploads.get_by_role("button", name="Tell me when it is free").click()
    expect(vera.get_by_role("group", name="Lock of Ep3")).to_contain_text("Waiting: Anna Editor")
    vera.get_by_role("button", name="Release", exact=True).click()
    uploads.get_by_role("button", name="Upload it now").click()
    expect(card).to_contain_text("v3 of 3 versions", timeout=SLOW)

    # --- two reviewers, both of whom must approve; one does wholly, one up to a frame
    vera.get_by_role("link", name="Deliveries").click()
    vera.get_by_role("button", name="Change …").click()
    for choice in ("Rosa Reviewer", "Carl Client", "All of them"):
        vera.get_by_role("checkbox", name=choice).check()
    vera.get_by_role("button", name="Put in force").click()
    expect(vera.locator("tp-policy")).to_contain_text("They must approve it wholly.")
    version_id = film.owner.get(f"{film.inside}/assets")[0]["latest_version"]["id"]
    for member in film.owner.get(f"{film.inside}/members"):
        if member["role"] in ("reviewer", "client"):
            film.owner.post(f"versions/{version_id}/reviewers", {"user_id": member["user"]["id"], "due": "2030-01-31"})
    for page in (rosa, carl):
        page.goto("/reviews")
        page.locator(f"a[href='/v/{version_id}']").click()
        Room(page).settled(timeout=SLOW)
        page.locator("tp-approvals summary").click()
    rosa.get_by_role("button", name="Approve", exact=True).click()
    for _ in range(11):
        carl.keyboard.press("ArrowRight")
    Room(carl).wait_for_frame(11)
    carl.get_by_label("Up to the playhead").check()
    carl.get_by_role("button", name="Approve", exact=True).click()

    # --- the delivery is blocked, and let pass with a reason
    vera.goto(film.board)
    vera.get_by_role("link", name="In review").click(timeout=SLOW)
    vera.get_by_text("Approval, markers, delivery").first.click()
    expect(vera.locator("tp-stack")).to_contain_text("approved, up to 01:00:00;11", timeout=SLOW)
    deliver, let_pass = vera.get_by_role("button", name="Deliver v3 …"), vera.get_by_role("button", name="Let it pass …")
    expect(deliver).to_be_disabled()
    expect(let_pass).to_have_count(1, timeout=SLOW)  # the checks have ended
    let_pass.click()
    vera.get_by_label("Why is it all right?").fill("The client has seen the rest in the suite.")
    vera.get_by_role("dialog").get_by_role("button", name="Let it pass").click()
    deliver.click()
    vera.get_by_label("Name of the delivered file").fill("BrandFilm_v03_final")
    vera.get_by_role("button", name="Deliver", exact=True).click()
    expect(vera.get_by_role("heading", name="BrandFilm_v03_final")).to_be_visible(timeout=SLOW)
    expect(vera.locator("tp-delivery")).to_contain_text("The client has seen the rest in the suite.")

    # --- the download proves itself; one bit otherwise is found
    with vera.expect_download() as download:
        vera.get_by_role("link", name="Download").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert (file.name, file.read_bytes()) == ("BrandFilm_v03_final.mp4", clip("29.97").read_bytes())
    verdict = vera.locator(".verify-verdict[data-result]")
    chosen(vera, vera.get_by_role("button", name="Choose a file"), file)
    expect(verdict).to_have_attribute("data-result", "delivered")
    tampered = bytearray(file.read_bytes())
    tampered[-1] ^= 1
    file.write_bytes(tampered)
    chosen(vera, vera.get_by_role("button", name="Choose a file"), file)
    expect(verdict).to_have_attribute("data-result", "damaged")
