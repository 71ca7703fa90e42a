"""The catalogue: what a search finds, what stands beside each section, and how it is planned."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from project.accounts.models import User
from project.events.modules import Clause
from project.ops.redis import client
from project.web.keyset import Cursor
from registration import services
from registration.selectors.terms import load_terms
from registration.tests import factories
from registration.tests.pages import browser, plain

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def student() -> Iterator[int]:
    for number in (1, 2, 3):
        factories.section(number, day=number)
        seats(number)
    factories.window()
    yield factories.student(transcript=("MOD 1",))
    client().flushdb()


def seats(section: int, *, taken: int = 0, waiting: int = 0) -> None:
    """The live counts that `modules` keeps of the section."""
    client().hset(f"counts:{section}", mapping={"taken": taken, "waiting": waiting})


def part(student: int, query: str = "") -> str:
    answer = browser(student).get(f"/catalogue/?{query}", headers=PART)
    assert answer.status_code == 200
    return answer.content.decode()


def found(student: int, query: str = "") -> list[str]:
    """Codes of the modules that the search finds, in their order."""
    return re.findall(r'">(MOD \d+)</a> <span class="title">', part(student, query))


def shown(text: str) -> str:
    """The page's text on how much is shown."""
    (shown,) = re.findall(r'id="shown"[^>]*>(.*?)</span>', text, re.DOTALL)
    return plain(shown).strip()


def row(text: str, section: int) -> str:
    """The words of one section."""
    return plain(text.split(f'id="section-{section}"')[1].split("</li>\n", maxsplit=1)[0])


def test_words_narrow_the_search_and_a_code_comes_first(student: int) -> None:
    factories.section(30)
    assert found(student) == ["MOD 1", "MOD 2", "MOD 3", "MOD 30"]
    assert found(student, "q=mod3") == ["MOD 3", "MOD 30"]
    assert found(student, "q=about+mod+2") == ["MOD 2"]
    assert found(student, "q=100%25") == []


def test_each_filter_leaves_out_what_it_says(student: int) -> None:
    factories.section(4, credits=2)
    seats(4)
    seats(2, taken=10, waiting=3)
    assert found(student, "free=on") == ["MOD 1", "MOD 3", "MOD 4"]
    assert found(student, "day=1&day=3") == ["MOD 1", "MOD 3"]
    assert found(student, "since=09:00&until=10:00") == ["MOD 1", "MOD 2", "MOD 3"]
    assert found(student, "since=09:01") == []
    assert found(student, "credits=2") == ["MOD 4"]
    assert found(student, "department=HIST") == ["MOD 1", "MOD 2", "MOD 3", "MOD 4"]


def test_a_range_of_credits_is_shown_and_found_by_any_number_in_it(student: int) -> None:
    factories.section(5, credits=1, credits_max=3)
    for query, codes in (("1", ["MOD 5"]), ("3", ["MOD 5"]), ("4", ["MOD 1", "MOD 2", "MOD 3"])):
        assert found(student, f"credits={query}") == codes
    assert "Credits: 1\N{EN DASH}3" in row(part(student), 5)
    address = browser(student).get("/catalogue/sections/5/")["Location"]
    assert "Credits: 1\N{EN DASH}3" in row(browser(student).get(address).content.decode(), 5)
    (shown,) = factories.client(student).get("/api/v1/sections/", {"q": "mod 5"}).json()["results"]
    assert (shown["credits"], shown["credits_max"]) == (1, 3)


def test_credits_are_shown_and_chosen_as_decimals(student: int) -> None:
    factories.section(5, credits=0.5)
    assert found(student, "credits=0.5") == ["MOD 5"]
    assert "Credits: 0.5" in plain(part(student, "credits=0.5"))


def test_what_fits_leaves_free_what_is_held_and_what_is_planned(student: int) -> None:
    factories.section(11, day=1)
    factories.section(12, day=2)
    factories.flow(student, 1)
    services.plan_add(student=student, section=2)
    assert found(student, "fits=on") == ["MOD 1", "MOD 2", "MOD 3"]
    text = part(student)
    assert "Conflicts with MOD 1" in row(text, 11)
    assert "Conflicts with MOD 2" in row(text, 12)
    assert "Conflicts" not in row(text, 1) + row(text, 2) + row(text, 3)


def test_a_section_says_what_the_student_has_of_it(student: int) -> None:
    factories.section(21, module="MOD 1")
    factories.flow(student, 1)
    services.plan_add(student=student, section=2)
    text = part(student)
    assert "In line" in row(text, 1)
    assert "Add to plan" not in row(text, 1)
    assert "Remove" in row(text, 2)
    assert "Add to plan" in row(text, 3)
    assert "You take this module already" in row(text, 21)


def test_seats_and_waitlist_are_shown_live_and_unknown_ones_as_unknown(student: int) -> None:
    seats(1, taken=7, waiting=2)
    client().delete("counts:2")
    text = part(student)
    assert "3 of 10 free 2 on the waitlist" in row(text, 1)
    assert "? of 10 free ? on the waitlist" in row(text, 2)
    factories.section(3, is_open=False)
    assert "closed" in row(part(student), 3)
    assert "Add to plan" not in row(part(student), 3)


def test_a_section_goes_into_the_plan_and_comes_back_as_a_part(student: int) -> None:
    visitor = browser(student)
    sent = {"section": 3, "next": "/catalogue/sections/3/"}
    answer = visitor.post("/plan/add/", sent, headers=PART, follow=True)
    text = answer.content.decode()
    assert "Remove" in row(text, 3)
    assert '<div id="status" hx-swap-oob="innerHTML">' in text
    assert "It is in your plan." in text
    assert "<html" not in text


def test_the_address_of_a_part_leads_to_its_module(student: int) -> None:
    answer = browser(student).get("/catalogue/sections/3/", follow=True)
    assert "About MOD 3" in answer.content.decode()
    assert browser(student).get("/catalogue/sections/99/").status_code == 404


def test_a_wrong_field_is_reported_and_does_not_filter(student: int) -> None:
    query = "since=25:00&credits=x&department=x&day=9&term=x&seen=-1&q=" + "x" * 101
    answer = browser(student).get(f"/catalogue/?{query}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "MOD 3" in text
    assert "Enter a valid time." in text
    assert "at most 100 characters" in text
    assert browser(student).get("/catalogue/?q=%00").status_code == 400


def test_an_empty_answer_says_what_to_do(student: int) -> None:
    assert "No modules match." in part(student, "q=nothing")


def test_a_page_leads_to_the_next_one_and_the_last_to_none(student: int) -> None:
    for number in range(40, 70):
        factories.section(number)
    first = part(student)
    (more,) = set(re.findall(r'href="/catalogue/\?([^"]+)"', first))
    assert 'id="more"' not in part(student, more)
    assert len(found(student)) + len(found(student, more)) == 33


def test_what_is_shown_more_is_counted_with_what_was_there(student: int) -> None:
    for number in range(40, 70):
        factories.section(number)
    (further,) = re.findall(r'hx-get="/catalogue/\?([^"]+)"', part(student))
    cursor, seen = further.split("&amp;")
    assert seen == "seen=20"
    added = part(student, f"{cursor}&seen=20")
    assert shown(added) == "33 modules"
    assert 'id="made-at"' not in added  # the older of the two moments stays
    assert shown(browser(student).get(f"/catalogue/?{cursor}").content.decode()) == "13 modules"


def test_a_new_search_says_how_much_it_found_and_when(student: int) -> None:
    text = part(student, "q=mod+3")
    assert shown(text) == "1 module"
    assert "As it was at" in text.split('id="made-at"')[1]


def test_a_reader_goes_on_at_the_first_of_what_was_added(student: int) -> None:
    for number in range(40, 70):
        factories.section(number)
    goes_on = r"data-goes-on[^>]*>([^<]+)"
    (more,) = set(re.findall(r'href="/catalogue/\?([^"]+)"', part(student)))
    last = f"cursor={Cursor((2, 'MOD ', 69, 'MOD 69', 69))}"
    assert re.findall(goes_on, part(student, f"{more}&seen=20")) == ["MOD 57"]
    assert re.findall(goes_on, part(student, f"{last}&seen=33")) == ["That was all."]
    assert re.findall(goes_on, part(student)) == []
    whole = browser(student).get(f"/catalogue/?{more}").content.decode()
    assert re.findall(goes_on, whole) == []


def test_a_search_that_is_not_at_its_end_leads_further_though_nothing_is_found_yet(
    student: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        seats(number, taken=10)
    monkeypatch.setattr("registration.selectors.catalogue._READ_AT_ONCE", (1, 1))
    text = part(student, "free=on")
    assert "No modules match." not in text
    assert 'href="/catalogue/?free=on&amp;cursor=' in text
    assert "Nothing here yet: look further" in text


def test_of_a_module_with_many_sections_the_first_are_shown_and_the_rest_is_counted(
    student: int,
) -> None:
    for number in range(100, 110):
        factories.section(number, module="LAB 1")
    text = part(student, "q=lab")
    assert text.count('id="section-1') == 8
    assert "2 more sections of LAB 1" in text


def test_the_term_with_an_open_window_comes_first(student: int) -> None:
    factories.section(90, term=2)
    assert [term.id for term in load_terms(student=student)] == [1, 2]
    assert found(student, "term=2") == ["MOD 90"]
    assert found(student) == ["MOD 1", "MOD 2", "MOD 3"]


def test_without_terms_the_page_says_so() -> None:
    assert (
        "No term has sections yet."
        in browser(factories.student()).get("/catalogue/").content.decode()
    )


def test_who_is_no_student_looks_and_plans_nothing(student: int) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    text = part(staff.id)
    assert "MOD 1" in text
    assert "Add to plan" not in text


def test_strangers_sign_in_first() -> None:
    for address in ("/catalogue/", "/catalogue/1/", "/catalogue/sections/1/", "/seats/?ids=1"):
        assert Client().get(address)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("address", ["/catalogue/", "/catalogue/1002/"])
def test_a_page_costs_as_many_statements_however_much_it_shows(student: int, address: str) -> None:
    def cost() -> int:
        visitor = browser(student)
        with CaptureQueriesContext(connection) as seen:
            assert visitor.get(address).status_code in (200, 404)
        return len(seen)

    before = cost()
    for number in range(40, 60):
        factories.section(number)
        seats(number)
    services.plan_add(student=student, section=2)
    assert cost() == before <= 9


def module(student: int, number: int) -> str:
    given_id = sum(map(ord, f"MOD {number}")) * 1000 + number
    answer = browser(student).get(f"/catalogue/{given_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_requirements_are_a_tree_with_ticks_for_what_is_there(student: int) -> None:
    factories.section(
        9,
        requires=(
            Clause(any_of=("MOD 1", "OLD 7")),
            Clause(any_of=("MOD 2",), together=("MOD 2",)),
            Clause(any_of=("OLD 8",)),
        ),
    )
    text = plain(module(student, 9))
    assert "You meet 1 of 3" in text
    assert "✓ MOD 1 passed" in text
    assert "○ OLD 7 not passed" in text
    assert "○ MOD 2 may be taken in the same term" in text
    services.plan_add(student=student, section=2)
    text = plain(module(student, 9))
    assert "You meet 2 of 3" in text
    assert "✓ MOD 2 taken in the same term" in text


def test_a_module_that_requires_nothing_says_so(student: int) -> None:
    text = module(student, 1)
    assert "Nothing that is checked when you register." in text
    assert "Tue 09:00–10:00" in plain(text)  # noqa: RUF001  an en dash, as it is shown


def test_nobody_finds_a_module_that_is_not_there(student: int) -> None:
    assert browser(student).get("/catalogue/999/").status_code == 404


def test_pages_without_live_updates_poll_seats(student: int) -> None:
    seats(1, taken=4, waiting=1)
    factories.section(5, seats=None)
    factories.section(6, seats=0)
    answer = browser(student).get("/seats/?ids=1,5,6,999")
    assert answer.json() == {
        "1": {"free": 6, "waiting": 1},
        "5": {"free": None, "waiting": None},
        "6": {"free": 0, "waiting": None},
    }


@pytest.mark.parametrize("ids", ["", "x", "-1", "1,,2", "²", "1" * 20, ",".join(["1"] * 201)])
def test_a_malformed_poll_of_seats_is_refused_with_a_reason(student: int, ids: str) -> None:
    answer: Any = browser(student).get("/seats/", {"ids": ids})
    assert (answer.status_code, answer.json()["detail"][:8]) == (400, "Ask for ")
