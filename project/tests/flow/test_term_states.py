"""A term is a draft until it is published; it is paused and resumed in one action."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from modules.models import Term
from modules.services.catalogue import term_save
from modules.services.terms import term_pause, term_publish, term_resume
from project.accounts.models import User
from project.bus.sql import fetch
from project.ops.redis import client
from project.testing.in_process import broken_invariants, world_in_process
from project.testing.system.world import World
from project.web.errors.base import Refusal
from registration.selectors.windows import load_window_status
from registration.services import Opening, plan_add, windows_open
from registration.tests import factories


@pytest.fixture
def world(db: None) -> World:
    """A world in this process."""
    client().flushdb()
    return world_in_process()


def draft(world: World) -> tuple[int, int]:
    """A student, and a section of a second term that is a draft, with an open window."""
    opened = fetch("SELECT opens_at, closes_at FROM registration_window")[0]
    world.term = term_save(code="D1", name="Draft term", is_draft=True)
    section = world.section(module="DRAFT 7")
    windows_open([Opening(term=world.term, opens_at=opened[0], closes_at=opened[1])])
    (student,) = world.students(1)
    world.ready()
    return student, section


def browser(student: int) -> Client:
    signed_in = Client()
    signed_in.force_login(User.objects.get(id=student))
    return signed_in


def api(student: int, query: str) -> str:
    return str(factories.client(student).get(f"/api/v1/sections/{query}").json())


def is_refused(do: Callable[[], object]) -> bool:
    try:
        do()
    except Refusal as no:
        return no.code == "unknown_section"
    return False


WAYS: dict[str, Callable[[World, int, int], bool]] = {
    "API, every term": lambda w, s, n: "DRAFT 7" in api(s, "?term=*"),
    "API, by its code": lambda w, s, n: "DRAFT 7" in api(s, "?term=D1"),
    "API, search": lambda w, s, n: "DRAFT 7" in api(s, "?term=*&q=draft7"),
    "API, submission": lambda w, s, n: factories.post(s, factories.body(n)).status_code == 202,
    "catalogue": lambda w, s, n: "DRAFT 7" in browser(s).get("/catalogue/").content.decode(),
    "catalogue, by number": lambda w, s, n: (
        "DRAFT 7" in browser(s).get(f"/catalogue/?term={w.term}&q=draft").content.decode()
    ),
    "section": lambda w, s, n: browser(s).get(reverse("section", args=[n])).status_code != 404,
    "plan": lambda w, s, n: not is_refused(lambda: plan_add(student=s, section=n)),
    "submission": lambda w, s, n: not is_refused(lambda: w.submit(s, n)),
    "window": lambda w, s, n: "Draft term" in str(load_window_status(s)),
}


@pytest.mark.parametrize("way", WAYS)
def test_only_staff_see_a_draft(world: World, way: str) -> None:
    student, section = draft(world)
    assert not WAYS[way](world, student, section)
    assert term_publish(term=world.term)
    world.ready()
    assert WAYS[way](world, student, section)


def test_a_term_stays_a_draft_when_it_is_edited(world: World) -> None:
    draft(world)
    term_save(code="D2", name="Other", term=world.term)
    assert Term.objects.get(id=world.term).is_draft
    assert term_publish(term=world.term)
    assert not term_publish(term=world.term)


def test_a_paused_term_accepts_no_registration_and_says_so(world: World) -> None:
    section = world.section()
    (student,) = world.students(1)
    world.ready()
    key = "0190163d-8694-739b-aea5-966c26f8ad91"
    accepted = factories.post(student, factories.body(section), key=key)
    term_pause(term=world.term)
    other = world.section()
    world.ready()
    answer = factories.post(student, factories.body(other))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    body = answer.json()
    assert (body["code"], body["type"]) == ("paused", "/problems/paused")
    assert "paused at the moment" in body["detail"]
    again = factories.post(student, factories.body(section), key=key)
    assert (again.status_code, again.json()["id"]) == (202, accepted.json()["id"])
    term_resume(term=world.term)
    world.ready()
    assert factories.post(student, factories.body(other)).status_code == 202


def test_waitlists_stand_while_the_term_is_paused(world: World) -> None:
    section = world.section(seats=1)
    students = world.students(3)
    world.ready()
    got = [world.submit(student, section) for student in students]
    world.ready()
    term_pause(term=world.term)
    world.ready()
    world.drop(students[0], got[0], section)
    world.ready()
    states = [world.items(one)[section] for one in got]
    assert states == ["dropped", "waitlisted", "waitlisted"]
    assert broken_invariants() == []
    term_resume(term=world.term)
    world.ready()
    states = [world.items(one)[section] for one in got]
    assert states == ["dropped", "confirmed", "waitlisted"]
    assert broken_invariants() == []


def staff() -> Client:
    signed_in = Client()
    signed_in.force_login(User.objects.create_superuser(username="clerk", password="secret"))
    return signed_in


def act(clerk: Client, action: str, term: int) -> str:
    """Do the action, confirm what it shows; the page before."""
    url = reverse("admin:modules_term_changelist")
    data = {"action": action, "_selected_action": [term], "index": 0}
    page = clerk.post(url, data).content.decode()
    found = re.search(r'name="preview_confirmed" value="(\w+)"', page)
    assert found
    assert clerk.post(url, {**data, "preview_confirmed": found[1]}).status_code == 302
    return page


def test_staff_make_a_draft_and_publish_it_once_they_have_seen_what_it_shows(world: World) -> None:
    clerk = staff()
    clerk.post(reverse("admin:modules_term_add"), {"code": "F27", "name": "Autumn"})
    world.term = Term.objects.get(code="F27").pk
    world.section(module="A 1", is_open=False)
    assert Term.objects.get(code="F27").is_draft
    page = act(clerk, "publish", world.term)
    for shown in (
        "Publish F27?",
        "1 sections of 1 modules; students see them from then on",
        "1 of them have no times yet, 1 are closed",
        "no registration window is set: nobody can register yet",
    ):
        assert shown in page
    assert not Term.objects.get(code="F27").is_draft


def test_staff_pause_and_resume_a_term(world: World) -> None:
    section = world.section(seats=1)
    students = world.students(2)
    world.ready()
    for student in students:
        world.submit(student, section)
    world.ready()
    clerk = staff()
    assert "1 students wait: they keep their places" in act(clerk, "pause", world.term)
    assert Term.objects.get(id=world.term).is_paused
    assert "0 seats that are free are offered" in act(clerk, "resume", world.term)
    assert not Term.objects.get(id=world.term).is_paused


@pytest.mark.parametrize("action", ["publish", "resume"])
def test_what_is_so_already_is_reported(world: World, action: str) -> None:
    data = {"action": action, "_selected_action": [world.term], "index": 0}
    page = staff().post(reverse("admin:modules_term_changelist"), data, follow=True)
    assert "none of these terms needs it" in page.content.decode()
