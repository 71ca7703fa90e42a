"""Updates of an open page that nobody touches."""

from typing import Any

from playwright.sync_api import Locator, Page, Route

from project.testing.browser.browser_contexts import Visitors
from project.testing.browser.site import Site
from project.testing.system.world import World

SOON_MS = 2_000
# Pages that poll do so every ten seconds at most.
ASKED_MS = 15_000
PAUSED = "Live updates pause."


def opened(page: Page, path: str) -> Page:
    """The page with a mark, which is gone once the page is loaded again."""
    page.goto(path)
    page.evaluate("window.isTheSame = true")
    return page


def is_the_same(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSame === true"))


def free(page: Page, section: int) -> Locator:
    return page.locator(f'[data-section="{section}"] [data-live=free]')


def test_a_seat_that_somebody_takes_is_gone_on_every_open_page_in_two_seconds(
    world: World, visitors: Visitors, seen: Any
) -> None:
    section = world.section(seats=3)
    reader, other = world.students(2)
    world.ready()
    page = opened(visitors.come(reader), "/catalogue/")
    seen(free(page, section)).to_have_text("3")
    registration = world.submit(other, section)
    seen(free(page, section)).to_have_text("2", timeout=SOON_MS)
    world.ready()
    world.drop(other, registration, section)
    seen(free(page, section)).to_have_text("3", timeout=SOON_MS)
    assert is_the_same(page)


def test_whoever_follows_a_registration_sees_the_answer_come(
    world: World, visitors: Visitors, seen: Any
) -> None:
    section = world.section()
    (student,) = world.students(1)
    world.ready()
    with world.system.paused(world.system.serving("seats")):
        registration = world.submit(student, section)
        page = opened(visitors.come(student), f"/registrations/{registration}/")
        seen(page.locator("#progress")).to_contain_text("Under way")
    seen(page.locator(".followed .badge")).to_have_text("Confirmed")
    seen(page.locator("#status")).to_contain_text("Your registration is decided.")
    assert is_the_same(page)


def test_without_live_updates_a_page_says_so_and_polls_until_they_are_back(
    world: World, site: Site, visitors: Visitors, seen: Any
) -> None:
    visitors.expected.append("WebSocket connection to .* failed")
    section = world.section(seats=3)
    reader, first, second = world.students(3)
    world.ready()
    page = opened(visitors.come(reader), "/catalogue/")
    seen(free(page, section)).to_have_text("3")
    seen(page.locator("#live-status")).to_be_empty()
    site.kill_live()
    seen(page.locator("#live-status")).to_contain_text(PAUSED)
    world.submit(first, section)
    seen(free(page, section)).to_have_text("2", timeout=ASKED_MS)
    site.wait()
    seen(page.locator("#live-status")).to_be_empty(timeout=2 * ASKED_MS)
    world.submit(second, section)
    seen(free(page, section)).to_have_text("1", timeout=SOON_MS)
    assert is_the_same(page)


def test_announcements_appear_in_an_open_inbox(world: World, visitors: Visitors, seen: Any) -> None:
    section = world.section()
    (student,) = world.students(1)
    world.ready()
    page = opened(visitors.come(student), "/inbox/")
    seen(page.locator("#inbox")).to_contain_text("No updates yet")
    world.submit(student, section)
    seen(page.locator("#inbox")).to_contain_text("You have a seat in")
    assert is_the_same(page)


def test_a_refresh_that_failed_is_tried_again(world: World, visitors: Visitors, seen: Any) -> None:
    visitors.expected.append("(status of|Status Error Code) 503")
    section = world.section()
    (student,) = world.students(1)
    world.ready()
    page = opened(visitors.come(student), "/inbox/")
    seen(page.locator("#inbox")).to_contain_text("No updates yet")
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=503)

    page.route("**/inbox/", refuse)
    world.submit(student, section)
    world.ready()
    page.wait_for_timeout(SOON_MS)  # no more updates are on their way
    page.unroute("**/inbox/")
    assert refused
    seen(page.locator("#inbox")).to_contain_text("You have a seat in", timeout=ASKED_MS)
    assert is_the_same(page)
