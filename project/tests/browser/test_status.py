"""Messages to students: signed out before submitting, an outcome's tone, the end of windows."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from project.accounts.models import User
from project.testing.browser.a11y_checks import violations_in_both_themes
from project.testing.browser.browser_contexts import PHONE, Visitors
from project.testing.system.world import World
from registration.services import plan_add

SEND = "Submit registration"
PASSWORD = "a long phrase of mine"


def planner(world: World, *sections: int) -> User:
    """A student who can sign in, with these sections in the plan."""
    (student,) = world.students(1)
    world.ready()
    for section in sections:
        plan_add(student=student, section=section)
    user = User.objects.get(pk=student)
    user.set_password(PASSWORD)
    user.save()
    return user


def full(world: World) -> int:
    """A section whose only seat is taken."""
    section = world.section(seats=1)
    (holder,) = world.students(1)
    world.ready()
    world.submit(holder, section)
    world.ready()
    return section


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no js"])
def test_who_was_signed_out_finds_the_plan_and_submits_it_again(
    world: World, visitors: Visitors, seen: Any, javascript: bool
) -> None:
    user = planner(world, world.section(), world.section())
    page = visitors.come(user.pk, javascript=javascript)
    page.goto("/plan/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name=SEND).click()
    seen(page).to_have_url(re.compile(r"/sign-in/\?next=/plan/submit/$"))
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    seen(page).to_have_url(re.compile(r"/plan/$"))
    notice = page.get_by_role("status").first
    seen(notice).to_contain_text("You were signed out. Your plan is safe: submit it again.")
    page.get_by_role("button", name=SEND).click()
    seen(page.locator(".outcome")).to_contain_text("Confirmed: 2")


def test_a_bare_address_of_a_form_leads_to_its_page(
    world: World, visitors: Visitors, seen: Any
) -> None:
    page = visitors.come(planner(world).pk)
    for address, leads_to in (("/plan/add/", "/plan/"), ("/sign-out/", "/"), ("/language/", "/")):
        page.goto(address)
        seen(page).to_have_url(f"{visitors.address}{leads_to}")


def submitted(page: Page, choice: str) -> Page:
    page.goto("/plan/")
    page.get_by_label(choice).check()
    page.get_by_role("button", name=SEND).click()
    return page


@pytest.mark.parametrize(
    "expected",
    [
        ("Join the waitlist", "wait", "a free seat comes to you by itself"),
        ("Skip it", "bad", "Choose another section of"),
    ],
)
def test_an_outcome_looks_like_its_worst_part(
    world: World, visitors: Visitors, seen: Any, expected: tuple[str, str, str]
) -> None:
    choice, tone, words = expected
    user = planner(world, world.section(), full(world))
    page = submitted(visitors.come(user.pk), choice)
    outcome = page.locator(".outcome")
    seen(outcome).to_have_class(f"notice {tone} outcome")
    seen(outcome).to_contain_text(words)
    seen(outcome.get_by_role("listitem")).to_have_count(2)
    seen(page.locator(".notice.good")).to_have_count(0)
    assert violations_in_both_themes(page) == []
    page.goto("/inbox/")
    seen(page.locator("article").first).to_have_class(f"card announcement {tone}")
    assert violations_in_both_themes(page) == []


@pytest.mark.parametrize("path", ["/", "/catalogue/", "/plan/", "/timetable/", "/inbox/"])
def test_when_registration_ends_is_to_be_seen_on_every_page(
    world: World, visitors: Visitors, seen: Any, path: str
) -> None:
    world.section()
    user = planner(world)
    page = visitors.come(user.pk, device=PHONE)
    page.goto(path)
    seen(page.get_by_text("Registration is open until")).to_be_visible()
    chinese = visitors.come(user.pk, language="zh-hant")
    chinese.goto(path)
    seen(chinese.get_by_text("選課開放至")).to_be_visible()
