"""Menus of the room that the guide shows."""

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.guide_pictures import Guide


def menu(guide: "Guide") -> Page:
    """What the timeline shows, and what a pause does."""
    page = guide.room(guide.page(), version=0, frame=292)
    page.get_by_title("Timeline and positions").click()
    page.get_by_role("menuitemcheckbox", name="Pausing starts a comment").hover()
    return page


def comment_menu(guide: "Guide") -> Page:
    page = guide.room(guide.page(), version=0, frame=292)
    page.locator("article.thread summary[title=More]").first.click()
    expect(page.locator(".menu-item", has_text="Copy link to frame").first).to_be_visible()
    return page
