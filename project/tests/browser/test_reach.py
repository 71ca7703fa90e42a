"""Nothing is out of reach: the navigation on a small phone, and rows that were added below."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from project.testing.browser.browser_contexts import PHONE, Visitors
from project.testing.browser.input_devices import Keyboard
from project.testing.browser.seed_data import MODULES, University

OFFERED = len(MODULES.strip().splitlines())
AT_ONCE = 20
WAYS = ("/catalogue/", "/plan/", "/registrations/", "/account/", "/inbox/")
ADDING = re.compile("[?&]seen=")


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("width", [390, 320])
def test_every_way_is_in_sight_on_a_phone(
    university: University, visitors: Visitors, seen: Any, width: int, language: str
) -> None:
    device = PHONE | {"viewport": {"width": width, "height": 640}}
    page = visitors.come(university.students[0], device=device, language=language)
    for here in WAYS:
        page.goto(here)
        for way in WAYS:
            seen(page.locator(f'.ways a[href="{way}"]')).to_be_in_viewport(ratio=1)


def catalogue(page: Page, seen: Any) -> Page:
    page.goto("/catalogue/")
    seen(page.locator("#shown")).to_have_text(f"{AT_ONCE} modules, and more below")
    return page


def test_who_shows_more_goes_on_at_the_first_of_it(
    university: University, visitors: Visitors, seen: Any
) -> None:
    page = catalogue(visitors.come(university.students[0]), seen)
    Keyboard(page).use(page.get_by_role("link", name="Show more"))
    seen(page.locator(".modules > li h2 a").nth(AT_ONCE)).to_be_focused()
    seen(page.locator("#shown")).to_have_text(f"{OFFERED} modules")
    page.keyboard.press("Tab")
    seen(page.locator(".modules > li").nth(AT_ONCE).locator("button").first).to_be_focused()


def go_elsewhere(route: Route) -> None:
    """Go to the search field while the response is on its way."""
    route.request.frame.get_by_role("searchbox").focus()
    route.continue_()


def test_who_went_elsewhere_before_more_came_is_left_there(
    university: University, visitors: Visitors, seen: Any
) -> None:
    page = catalogue(visitors.come(university.students[0]), seen)
    page.route(ADDING, go_elsewhere)
    page.get_by_role("link", name="Show more").click()
    seen(page.locator("#shown")).to_have_text(f"{OFFERED} modules")
    seen(page.locator(".modules > li")).to_have_count(OFFERED)
    seen(page.get_by_role("searchbox")).to_be_focused()


def test_more_is_a_page_of_its_own_without_javascript(
    university: University, visitors: Visitors, seen: Any
) -> None:
    page = catalogue(visitors.come(university.students[0], javascript=False), seen)
    page.get_by_role("link", name="Show more").click()
    seen(page.locator("#shown")).to_have_text(f"{OFFERED - AT_ONCE} modules")
    seen(page.locator(".modules > li")).to_have_count(OFFERED - AT_ONCE)
