"""However often a plan is sent, and whatever happens to the connection: one registration."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from project.bus.sql import fetch
from project.testing.browser.browser_contexts import Visitors
from project.testing.browser.site import Site
from project.testing.browser.tcp_proxy import Cut, wire_to
from project.testing.system.world import World
from project.testing.waiting import wait_until
from registration.selectors.plan import get_plan
from registration.services import plan_add
from registration.tests.factories import submission_in_progress

SEND = "Submit registration"
FOLLOWED = "Your registration"
WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no js"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """A student with two sections in the plan, and one more to add."""

    student: int
    sections: tuple[int, int]
    third: int


@pytest.fixture
def planner(world: World) -> Planner:
    first, second, third = world.section(), world.section(), world.section()
    (student,) = world.students(1)
    world.ready()
    for section in (first, second):
        plan_add(student=student, section=section)
    return Planner(student=student, sections=(first, second), third=third)


def plan_open(page: Page) -> Page:
    """The plan, ready to be sent."""
    page.goto("/plan/")
    page.get_by_role("button", name=SEND).wait_for()
    return page


def send(page: Page) -> None:
    """Click, without waiting for the response."""
    page.get_by_role("button", name=SEND).click(no_wait_after=True)


def is_loaded_again(page: Page) -> bool:
    """Sends the form once more. A page that just broke may not be there yet to be reloaded."""
    try:
        page.reload()
    except Error:
        return False
    return True


def asked(planner: Planner) -> list[tuple[int, ...]]:
    """The sections of every registration there is; all are this student's."""
    rows = fetch(
        "SELECT r.student_id, array_agg(i.section_id ORDER BY i.section_id)"
        " FROM registration_registration r JOIN registration_item i ON i.registration_id = r.id"
        " GROUP BY r.id"
    )
    assert {student for student, _ in rows} <= {planner.student}
    return [tuple(sections) for _, sections in rows]


@WITH_AND_WITHOUT
def test_a_double_click_asks_once(
    planner: Planner, visitors: Visitors, seen: Any, javascript: bool
) -> None:
    page = plan_open(visitors.come(planner.student, javascript=javascript))
    page.get_by_role("button", name=SEND).dblclick()
    seen(page.locator("h1")).to_have_text(FOLLOWED)
    assert asked(planner) == [planner.sections]


@WITH_AND_WITHOUT
def test_a_second_click_after_a_refused_one_shows_the_refusal_and_the_plan(
    planner: Planner, visitors: Visitors, seen: Any, javascript: bool
) -> None:
    visitors.expected.append("status of 404")
    page = plan_open(visitors.come(planner.student, javascript=javascript))
    with submission_in_progress(planner.student, get_plan(planner.student).key):
        send(page)
        seen(page.locator("h1")).to_have_text("Your request is on its way")
    seen(page.locator("h1")).to_have_text("Your request was not accepted")
    page.get_by_role("link", name="Back to the plan").click()
    send(page)
    seen(page.locator("h1")).to_have_text(FOLLOWED)
    assert asked(planner) == [planner.sections]


@WITH_AND_WITHOUT
def test_going_back_and_sending_again_asks_once(
    planner: Planner, visitors: Visitors, seen: Any, javascript: bool
) -> None:
    page = plan_open(visitors.come(planner.student, javascript=javascript))
    send(page)
    seen(page.locator("h1")).to_have_text(FOLLOWED)
    followed = page.url
    page.go_back()
    seen(page.locator("main")).to_contain_text("Your plan is empty.")
    page.go_forward()
    assert page.url == followed
    assert asked(planner) == [planner.sections]


def test_two_tabs_with_the_same_plan_ask_once_and_show_the_same(
    planner: Planner, visitors: Visitors, seen: Any
) -> None:
    first = plan_open(visitors.come(planner.student))
    second = plan_open(first.context.new_page())
    for tab in (first, second):
        send(tab)
        seen(tab.locator("h1")).to_have_text(FOLLOWED)
    assert first.url == second.url
    assert asked(planner) == [planner.sections]


def test_two_tabs_that_send_in_the_same_moment_ask_once(
    planner: Planner, site: Site, visitors: Visitors, seen: Any
) -> None:
    with wire_to(site.port) as wire:
        first = plan_open(visitors.come(planner.student, address=wire.address))
        second = plan_open(first.context.new_page())
        with wire.holding():
            before = wire.held
            send(first)
            send(second)
            wait_until(lambda: wire.held >= before + 2, seconds=10, why=lambda: wire.held)
            assert asked(planner) == []
        for tab in (first, second):
            seen(tab.locator("h1")).to_have_text(FOLLOWED)
        assert first.url == second.url
    assert asked(planner) == [planner.sections]


def test_a_tab_whose_plan_is_not_the_plan_any_more_asks_for_nothing(
    planner: Planner, visitors: Visitors, seen: Any
) -> None:
    """The other way round: a plan that was changed meanwhile is another plan, with a key of its
    own."""
    visitors.expected.append("status of 409")
    stale = plan_open(visitors.come(planner.student))
    plan_add(student=planner.student, section=planner.third)
    send(stale)
    seen(stale.get_by_role("alert")).to_contain_text("Nothing was sent.")
    assert asked(planner) == []
    send(stale)
    seen(stale.locator("h1")).to_have_text(FOLLOWED)
    assert asked(planner) == [(*planner.sections, planner.third)]


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.AFTER], ids=["before", "after"])
def test_a_connection_cut_while_sending_asks_once_when_it_is_sent_again(
    planner: Planner, site: Site, visitors: Visitors, seen: Any, cut: Cut
) -> None:
    visitors.expected.append("net::ERR_|when fetching the script")  # the service worker's, too
    with wire_to(site.port) as wire:
        page = plan_open(visitors.come(planner.student, address=wire.address))
        wire.cut = cut
        send(page)
        with pytest.raises(Error, match="net::ERR_"):
            page.wait_for_url("**/registrations/**")
        assert wire.cuts
        assert asked(planner) == ([] if cut is Cut.BEFORE else [planner.sections])
        wire.cut = Cut.NOWHERE
        wait_until(lambda: is_loaded_again(page), seconds=10, why=lambda: page.url)
        seen(page.locator("h1")).to_have_text(FOLLOWED)
    assert asked(planner) == [planner.sections]
