"""A student's whole way, from signing in to dropping, with every device and input method."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page

from project.accounts.models import User
from project.testing.browser.browser_contexts import DESKTOP, PHONE, Visitors
from project.testing.browser.input_devices import Finger, Keyboard, Mouse
from project.testing.browser.seed_data import University

PASSWORD = "a long enough one 7"
SCARCE, OTHER = "CS 220-02", "HIST 140-01"


@dataclass(slots=True, kw_only=True)
class Journey:
    """One student's way. Somebody else has the only seat of the section that they want most."""

    university: University
    page: Page
    hand: Mouse
    seen: Any
    javascript: bool = True

    def sign_in(self) -> None:
        student = User.objects.get(pk=self.university.students[1])
        student.set_password(PASSWORD)
        student.save()
        self.page.goto("/")
        self.hand.use(self._link("Sign in").first)
        self.hand.write(self.page.get_by_label("Username"), student.username)
        self.hand.write(self.page.get_by_label("Password"), PASSWORD)
        self.hand.use(self._button("Sign in"))
        self.seen(self.page.locator("main")).to_contain_text("Welcome")

    def search_and_plan(self, words: str, title: str, section: str) -> None:
        self.hand.use(self._way("Catalogue"))
        self.hand.write(self.page.get_by_role("searchbox"), words)
        if not self.javascript:
            self.hand.use(self._button("Search"))
        self.seen(self.page).to_have_url(re.compile(f"[?&]q={words}(&|$)"))
        self.seen(self.page.locator(".modules > li")).to_have_count(1)
        self.seen(self.page.locator(".modules")).to_contain_text(title)
        self.hand.use(self._button(f"Add to plan {section.replace('-', ' ')}"))
        self.seen(self._button(f"Remove {section.replace('-', ' ')}")).to_be_visible()
        self.seen(self.page.locator("#status")).to_contain_text("It is in your plan.")

    def choose_credits(self) -> None:
        self.hand.use(self._way("Plan"))
        self.seen(self.page.locator("main")).to_contain_text("Credits in this plan: 9")
        credits = self.page.get_by_label("Credits to take")
        credits.clear()
        self.hand.write(credits, "5.5")
        self.hand.use(self._button(f"Change {OTHER.replace('-', ' ')}"))
        self.seen(self.page.locator("#status")).to_contain_text("The credits are changed.")
        self.seen(self.page.locator("main")).to_contain_text("Credits in this plan: 10.5")

    def submit(self) -> None:
        self.hand.use(self._way("Plan"))
        self.seen(self.page.locator(".planned > li")).to_have_count(2)
        self.seen(self.page.locator("main")).to_contain_text("No problems found.")
        self.hand.use(self._button("Submit registration"))
        self.seen(self.page.locator("h1")).to_have_text("Your registration")
        self._see(self._item(SCARCE), "Waitlist position 1")
        self._see(self._item(OTHER), "Confirmed")

    def wait_for(self, registration: UUID) -> None:
        """The holder of the seat drops it."""
        world = self.university.world
        assert world.drop(self.university.students[0], registration, self._section(SCARCE))
        self._see(self._item(SCARCE), "Confirmed")
        self.seen(self._item(SCARCE)).not_to_contain_text("On the waitlist")

    def look_at_timetable(self) -> None:
        self.hand.use(self._way("My registrations"))
        self.seen(self.page.locator("#confirmed + p + .list > li")).to_have_count(2)
        self.hand.use(self._link("Timetable").first)
        self.seen(self.page.locator(".week svg[class=registered]")).to_have_count(4)
        self.seen(self.page.locator("table")).to_contain_text("Cities of the Silk Road")

    def drop(self) -> None:
        self.hand.use(self._way("My registrations"))
        self.hand.use(self._link("Drop HIST 140 01"))
        self.seen(self.page.locator("main")).to_contain_text("The fee is paid back")
        self.hand.use(self._button("Drop HIST 140 01"))
        self.seen(self.page.locator("#status")).to_contain_text("HIST 140 01 is dropped.")
        items = self.university.world.items(UUID(self.page.url.rstrip("/").rpartition("/")[2]))
        assert items == {self._section(SCARCE): "confirmed", self._section(OTHER): "dropped"}

    def _see(self, place: Locator, words: str) -> None:
        """Live with scripts; without them the reader reloads the page."""
        if not self.javascript:
            self.university.world.ready()
            self.page.reload()
        self.seen(place).to_contain_text(words)

    def _item(self, section: str) -> Locator:
        name = section.replace("-", " ")
        return self.page.locator(".followed").filter(has=self.page.get_by_text(name[:-3]))

    def _section(self, name: str) -> int:
        return self.university.sections[name]

    def _button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def _link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def _way(self, name: str) -> Locator:
        return self.page.locator(".ways").get_by_role("link", name=name, exact=True)


@dataclass(frozen=True, slots=True)
class Way:
    """Input method and device, with or without scripts."""

    hand: type[Mouse]
    device: dict[str, Any]
    javascript: bool = True


WAYS = {
    "desktop": Way(Mouse, DESKTOP),
    "phone": Way(Finger, PHONE),
    "keyboard": Way(Keyboard, DESKTOP),
    "desktop without JavaScript": Way(Mouse, DESKTOP, javascript=False),
    "phone without JavaScript": Way(Finger, PHONE, javascript=False),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_student_goes_the_whole_way(
    university: University, visitors: Visitors, seen: Any, way: Way
) -> None:
    other = university.world.submit(university.students[0], university.sections[SCARCE])
    university.world.ready()
    page = visitors.come(device=way.device, javascript=way.javascript)
    journey = Journey(
        university=university,
        page=page,
        hand=way.hand(page),
        seen=seen,
        javascript=way.javascript,
    )
    journey.sign_in()
    journey.search_and_plan("databases", "Databases", SCARCE)
    journey.search_and_plan("silk", "Cities of the Silk Road", OTHER)
    journey.choose_credits()
    journey.submit()
    journey.wait_for(other)
    journey.look_at_timetable()
    journey.drop()
