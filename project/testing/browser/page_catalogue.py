"""Every page, in each of the states that look different."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page

from project.accounts.models import User
from project.accounts.password_tokens import new_password_tokens
from project.testing.browser.seed_data import University
from project.web.throttling import take_token
from registration.services import block_put, calendar_token_rotate, plan_add
from registration.tests.factories import submission_in_progress

HOLDER, WAITER, REFUSED, CONFIRMED, PLANNER, CONFLICTING, NEWCOMER, HASTY = range(8)
FULL = "CS 220-02"
MUCH = (
    "CS 220-01", "PHIL 105-01", "BIOL 120-01", "PHIL 220-01", "GER 101-01", "HIST 140-01",
    "MUS 115-01",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A page in one state: the name of its address, the path, and which student looks at it."""

    name: str
    path: str
    who: int | None = None
    state: str = ""
    status: int = 200
    reach: Callable[[Page], object] | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.state}".strip()


@dataclass(slots=True, kw_only=True)
class Sights:
    """Students in every situation, and what each sees."""

    university: University
    registrations: dict[int, UUID] = field(default_factory=dict)

    def begin(self) -> None:
        """Put every student into their situation."""
        self._submit(HOLDER, FULL)
        self._submit(WAITER, FULL, "HIST 140-01", "PHIL 105-01")
        self._submit(REFUSED, FULL, on_full="refuse")
        self._submit(CONFIRMED, *MUCH)
        self._plan(PLANNER, "PHYS 110-01", "CS 220-01", "PHIL 220-01")
        self._plan(CONFLICTING, "CS 201-01", "PHYS 110-01", "CS 310-01")
        calendar_token_rotate(student=self.person(CONFIRMED))
        self.university.world.ready()
        block_put(
            student=self.person(REFUSED), reason="Return your library books.", office="Desk 2"
        )

    def person(self, who: int) -> int:
        """The id of this student."""
        return self.university.students[who]

    def _submit(self, who: int, *names: str, on_full: str = "waitlist") -> None:
        sections = [self.university.sections[name] for name in names]
        self.registrations[who] = self.university.world.submit(
            self.person(who), *sections, on_full=on_full
        )

    def _plan(self, who: int, *names: str) -> None:
        for name in names:
            plan_add(student=self.person(who), section=self.university.sections[name])

    def pending(self) -> Sight:
        """A registration without a decision, for as long as no pool works."""
        self._submit(HASTY, "LING 110-01", "BIOL 120-01")
        return self._follow(HASTY, "pending")

    def all(self) -> Iterator[Sight]:
        """All others."""
        yield from self._of_strangers()
        yield from self._of_everybody()
        yield from self._of_catalogue()
        yield from self._of_plans()
        yield from self._of_registrations()
        yield from self._of_failures()

    def _of_strangers(self) -> Iterable[Sight]:
        yield from (_sight(name) for name in ("home", "sign-in", "offline"))
        yield _sight("sign-in", state="wrong password", reach=_sign_in_wrongly)
        names = ("password_reset", "password_reset_done", "password_reset_complete")
        yield from (_sight(name) for name in names)
        user = User.objects.get(pk=self.person(NEWCOMER))
        uid = urlsafe_base64_encode(force_bytes(user.pk))
        for state, token in (("good", new_password_tokens.make_token(user)), ("old", "x-y")):
            yield _sight("password_reset_confirm", uid, token, state=state)

    def _of_everybody(self) -> Iterable[Sight]:
        names = ("home", "preferences", "password_change")
        yield from (_sight(name, who=NEWCOMER, state="signed in") for name in names)
        yield _sight("profile", who=REFUSED, state="blocked")
        for name in ("inbox", "statement", "mine", "profile", "timetable", "calendar-address"):
            yield _sight(name, who=NEWCOMER, state="empty")
            yield _sight(name, who=CONFIRMED, state="filled")
        yield _sight("mine", who=WAITER, state="waitlisted")

    def _of_catalogue(self) -> Iterable[Sight]:
        yield _sight("catalogue", who=PLANNER)
        yield _sight("catalogue", who=PLANNER, query="?q=astrology", state="nothing found")
        for state, code in (("requirements", "CS 310"), ("none", "GER 101")):
            yield _sight("module", self.university.modules[code], who=PLANNER, state=state)

    def _of_plans(self) -> Iterable[Sight]:
        states = {NEWCOMER: "empty", PLANNER: "filled", CONFLICTING: "refusals"}
        yield from (_sight("plan", who=who, state=state) for who, state in states.items())
        yield _sight("plan-sent", uuid4(), who=PLANNER, state="not accepted", status=404)
        key = uuid4()
        with submission_in_progress(self.person(PLANNER), key):
            yield _sight("plan-sent", key, who=PLANNER, state="under way", status=202)

    def _of_registrations(self) -> Iterable[Sight]:
        for who, state in ((WAITER, "waitlisted"), (REFUSED, "refused"), (CONFIRMED, "confirmed")):
            yield self._follow(who, state)
        for who, state, name in (
            (CONFIRMED, "confirmed", "GER 101-01"),
            (WAITER, "waitlisted", FULL),
            (REFUSED, "over", FULL),
        ):
            section = self.university.sections[name]
            yield _sight("drop", self.registrations[who], section, who=who, state=state)

    def _of_failures(self) -> Iterable[Sight]:
        yield Sight(name="failure", state="404", path="/nowhere/", status=404)
        yield Sight(name="failure", state="403", path="/sign-in/", status=403, reach=_forge)
        yield Sight(
            name="failure", state="429", path="/inbox/", who=HASTY, status=429, reach=self._hurry
        )

    def _hurry(self, page: Page) -> None:
        """Read too often; a token comes back ten times a second."""
        answer = None
        while answer is None or answer.status != 429:
            while not take_token(scope="read", ident=f"inbox:{self.person(HASTY)}"):
                pass
            answer = page.reload()

    def _follow(self, who: int, state: str) -> Sight:
        return _sight("follow", self.registrations[who], who=who, state=state)


def _sight(
    name: str,
    *words: object,
    who: int | None = None,
    state: str = "",
    status: int = 200,
    query: str = "",
    reach: Callable[[Page], object] | None = None,
) -> Sight:
    path = reverse(name, args=words) + query
    return Sight(name=name, path=path, who=who, state=state, status=status, reach=reach)


def _sign_in_wrongly(page: Page) -> None:
    page.locator("[name=username]").fill("nobody")
    page.locator("[name=password]").fill("nothing")
    _send(page)
    page.locator(".notice.bad").wait_for()


def _forge(page: Page) -> None:
    """Send a form from a page whose CSRF cookie is gone."""
    page.context.clear_cookies()
    page.locator("[name=username]").fill("nobody")
    page.locator("[name=password]").fill("nothing")
    with page.expect_response(lambda answer: answer.status == 403):
        _send(page)
    page.wait_for_load_state()


def _send(page: Page) -> None:
    page.locator("main form button").click()
