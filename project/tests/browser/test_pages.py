"""Every page, for everybody: WCAG 2.2 AA, both themes, both languages, narrow screens."""

import re

import pytest
from playwright.sync_api import Page

from project import urls
from project.ops.env import ROOT
from project.testing.browser.a11y_checks import (
    other_language,
    sticking_out,
    violations,
    violations_in_both_themes,
)
from project.testing.browser.browser_contexts import Visitors
from project.testing.browser.page_catalogue import NEWCOMER, Sight, Sights
from project.testing.browser.site import Site, web_without_database

# Addresses that are no page for students: targets of forms, files, responses for scripts; and the
# API's own reader, which is not ours.
NO_PAGES = {
    "sign-out", "set_language", "service-worker", "token", "token-refresh", "schema", "docs",
    "livez", "readyz", "plan-add", "plan-credits", "plan-remove", "plan-swap", "plan-submit",
    "section", "seats", "calendar", None,
}  # fmt: skip


def opened(page: Page, sight: Sight) -> Page:
    loads_itself_again = sight.status == 202
    answer = page.goto(sight.path, wait_until="networkidle" if loads_itself_again else "load")
    if sight.reach:
        sight.reach(page)
    elif answer:
        assert answer.status == sight.status, f"{sight}: {answer.status}"
    if loads_itself_again:
        page.evaluate("window.stop()")
    return page


def faults(page: Page, language: str) -> list[str]:
    return [
        *other_language(page, language),
        *violations_in_both_themes(page),
        *sticking_out(page),
    ]


class Looker:
    """One profile for each student, and for strangers."""

    def __init__(self, visitors: Visitors, sights: Sights, language: str) -> None:
        self.visitors, self.sights, self.language = visitors, sights, language
        self.pages: dict[int | None, Page] = {}

    def look(self, sight: Sight) -> list[str]:
        if sight.who not in self.pages:
            person = None if sight.who is None else self.sights.person(sight.who)
            self.pages[sight.who] = self.visitors.come(person, language=self.language)
        if sight.status > 400:
            # The browser's words, and those of htmx where a page looked again by itself meanwhile.
            self.visitors.expected.append(f"(status of|Status Error Code) {sight.status}")
        page = opened(self.pages[sight.who], sight)
        return [f"{sight}: {one}" for one in faults(page, self.language)]


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_everybody_can_use_every_page_in_both_themes_and_on_a_narrow_screen(
    sights: Sights, visitors: Visitors, language: str
) -> None:
    looker = Looker(visitors, sights, language)
    found = []
    with sights.university.world.system.paused(sights.university.world.system.serving("seats")):
        found += looker.look(sights.pending())
    for sight in sights.all():
        found += looker.look(sight)
    assert found == []


def test_everybody_can_use_the_page_that_is_shown_when_the_database_is_away(
    sights: Sights, site: Site, visitors: Visitors
) -> None:
    visitors.expected.append("status of 503|status of 400|Cross-Origin-Opener-Policy")
    student = sights.person(NEWCOMER)
    elsewhere = f"http://elsewhere.example:{site.port}"
    with web_without_database(sights.university.world.system) as address:
        for language in ("en", "zh-hant"):
            page = visitors.come(student, language=language, address=address)
            opened(page, Sight(name="failure", path="/plan/", status=503))
            assert faults(page, language) == []
    page = visitors.come(address=elsewhere)
    opened(page, Sight(name="failure", path="/", status=400))
    assert faults(page, "en") == []


def test_no_page_is_forgotten(sights: Sights) -> None:
    offered = {pattern.name for pattern in urls.urlpatterns if hasattr(pattern, "name")}
    seen = {sight.name for sight in sights.all()} | {sights.pending().name}
    assert offered - NO_PAGES == seen - {"failure"}
    assert {pattern.name for pattern in urls._offered("pages")} <= offered


def test_the_lookers_see_what_is_wrong(sights: Sights, visitors: Visitors) -> None:
    page = visitors.come(sights.person(NEWCOMER))
    page.goto("/preferences/")
    assert faults(page, "en") == []
    assert other_language(page, "zh-hant") == ["lang is en", "words of another language"]
    page.evaluate("document.querySelector('main label').remove()")
    page.evaluate("document.querySelector('main h1').style.width = '400px'")
    assert [one.split(":")[0] for one in violations(page)] == ["label"]
    assert sticking_out(page) != []


def test_dark_is_the_same_whether_the_reader_or_the_device_has_chosen_it() -> None:
    """Axe checks what the device chose, so this is all that is left to check."""
    css = (ROOT / "project/static/project/tokens.css").read_text()
    chosen, device = (
        re.search(rf'\[data-theme="{name}"\] {{(.*?)}}', css, re.DOTALL)
        for name in ("dark", "auto")
    )
    assert chosen
    assert device
    assert chosen[1].split() == device[1].split()
