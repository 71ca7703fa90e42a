"""The plan: its sections, its violations, and that it is submitted once."""

import re
from threading import Barrier, Thread
from typing import Any, TypedDict
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from project.accounts.models import User
from project.events.vocabulary import Mode, OnFull
from project.web.errors.base import Refusal
from registration import services
from registration.models import Plan, Registration
from registration.rules.request import RegistrationRequest
from registration.selectors.plan import get_plan
from registration.tests import factories
from registration.tests.pages import browser, plain

pytestmark = pytest.mark.django_db


class Choices(TypedDict):
    mode: Mode
    on_full: OnFull


CHOICES: Choices = {"mode": Mode.ANY, "on_full": OnFull.WAITLIST}


@pytest.fixture
def student() -> int:
    for number in (1, 2, 3):
        factories.section(number, day=number)
    factories.window()
    return factories.student(credit_limit=12)


def planned(student: int, *sections: int) -> UUID:
    for section in sections:
        services.plan_add(student=student, section=section)
    return get_plan(student).key


def many() -> list[int]:
    """As many sections as a plan takes."""
    return [factories.section(number) for number in range(100, 100 + settings.MAX_SECTIONS)]


def page(student: int) -> str:
    answer = browser(student).get("/plan/")
    assert answer.status_code == 200
    return answer.content.decode()


def sent(student: int, key: UUID, **choices: str) -> Any:
    return browser(student).post("/plan/submit/", {"key": str(key), **CHOICES, **choices})


def in_plan(student: int) -> list[int]:
    return list(get_plan(student).sections)


def test_sections_go_in_and_out_in_the_order_of_preference(student: int) -> None:
    visitor = browser(student)
    for section in (2, 1, 3, 2):
        answer = visitor.post("/plan/add/", {"section": section, "next": "/catalogue/?q=MOD"})
        assert (answer.status_code, answer["Location"]) == (302, "/catalogue/?q=MOD")
    visitor.post("/plan/remove/", {"section": 1})
    assert in_plan(student) == [2, 3]
    text = page(student)
    assert text.index("MOD 2") < text.index("MOD 3")
    assert "With what you have: 8 of 12" in plain(text)
    assert "No problems found" in text


@pytest.mark.parametrize("next_", ["//elsewhere.example/", "https://elsewhere.example/", ""])
def test_nobody_is_led_elsewhere(student: int, next_: str) -> None:
    answer = browser(student).post("/plan/add/", {"section": 1, "next": next_})
    assert answer["Location"] == "/plan/"


@pytest.mark.parametrize("section", ["", "x", "-1", "1" * 19, "²"])
def test_what_is_no_section_is_nowhere(student: int, section: str) -> None:
    assert browser(student).post("/plan/add/", {"section": section}).status_code == 404


def test_a_full_plan_takes_no_more_and_says_so(student: int) -> None:
    planned(student, *many())
    answer = browser(student).post("/plan/add/", {"section": 1}, follow=True)
    assert f"A plan takes at most {settings.MAX_SECTIONS} sections." in answer.content.decode()
    assert 1 not in in_plan(student)


def test_what_nobody_offers_is_not_planned(student: int) -> None:
    answer = browser(student).post("/plan/add/", {"section": 10**17}, follow=True)
    assert "There is no such section: 100000000000000000." in plain(answer.content.decode())
    planned(student, 1)
    browser(student).post("/plan/swap/", {"section": 1, "other": 10**17})
    assert in_plan(student) == [1]


def choose(student: int, section: int, credits: str) -> str:
    sent = {"section": section, "credits": credits}
    answer = browser(student).post("/plan/credits/", sent, follow=True)
    assert answer.status_code == 200
    return plain(answer.content.decode())


def test_credits_of_a_range_are_chosen_counted_and_submitted(student: int) -> None:
    factories.section(4, credits=1, credits_max=6)
    old = planned(student, 4, 2)
    assert "Credits in this plan: 5" in plain(page(student))
    text = choose(student, 4, "3.5")
    assert "The credits are changed." in text
    assert "Credits in this plan: 7.5" in text
    assert "With what you have: 7.5 of 12" in text
    assert 'value="3.5" min="1" max="6" step="0.25"' in page(student)
    plan = get_plan(student)
    assert (plan.chosen_credits, plan.key == old) == ({4: 14}, False)
    sent(student, plan.key)
    (submitted,) = factories.stored("submitted")
    assert [one["credit_quarters"] for one in submitted["items"]] == [14, 16]
    assert get_plan(student).chosen_credits == {}
    followed = f"/registrations/{submitted['registration']}/"
    for address in ("/registrations/", "/timetable/", followed):
        assert "Credits: 3.5" in plain(browser(student).get(address).content.decode())


@pytest.mark.parametrize(
    ("section", "credits", "words"),
    [
        (4, "0.75", "MOD 4 A01 has 1\N{EN DASH}6 credits."),
        (4, "6.25", "MOD 4 A01 has 1\N{EN DASH}6 credits."),
        (2, "3", "MOD 2 A01 has 4 credits."),
        (4, "3.3", "“3.3” is no number of credits in quarters. Write a number such as 3 or 3.5."),
        (4, "", "“” is no number of credits in quarters."),
        (4, "many", "“many” is no number of credits in quarters."),
        (99, "3", "There is no such section: 99."),
    ],
)
def test_other_credits_are_refused_and_nothing_is_changed(
    student: int, section: int, credits: str, words: str
) -> None:
    factories.section(4, credits=1, credits_max=6)
    planned(student, 4, 2)
    assert words in choose(student, section, credits)
    assert get_plan(student).chosen_credits == {}


def test_a_fixed_section_offers_no_choice(student: int) -> None:
    planned(student, 2)
    assert "/plan/credits/" not in page(student)


def test_credits_chosen_leave_the_plan_with_the_section_and_follow_a_swap(student: int) -> None:
    factories.section(4, credits=1, credits_max=6)
    factories.section(5, module="MOD 4", credits=2, credits_max=4)
    factories.section(6, module="MOD 4", credits=4, credits_max=8)
    planned(student, 4, 2)
    choose(student, 4, "3")
    services.plan_swap(student=student, section=4, other=5)
    assert get_plan(student).chosen_credits == {5: 12}
    services.plan_swap(student=student, section=5, other=6)
    assert get_plan(student).chosen_credits == {}
    choose(student, 6, "5")
    services.plan_remove(student=student, section=6)
    assert get_plan(student).chosen_credits == {}


def test_credits_chosen_before_the_range_was_narrowed_are_shown_as_a_problem(student: int) -> None:
    factories.section(4, credits=1, credits_max=6)
    planned(student, 4)
    choose(student, 4, "5")
    factories.section(4, credits=1, credits_max=3)
    text = plain(page(student))
    assert "MOD 4 A01 has 1\N{EN DASH}3 credits." in text
    assert sent(student, get_plan(student).key).status_code == 409
    choose(student, 4, "3")
    assert "No problems found" in page(student)


def test_every_violation_is_shown_with_its_fix(student: int) -> None:
    factories.section(4, day=1, credits=8)
    planned(student, 1, 4)
    text = plain(page(student))
    assert "Meetings overlap: MOD 1 A01 with MOD 4 A01." in text
    assert "Choose sections that meet at other times, or drop one." in text
    assert "Remove MOD 1 A01" in text
    services.plan_add(student=student, section=2)
    assert "16 more credits would make 16; your limit is 12." in plain(page(student))


def test_another_section_of_the_module_may_stand_in_its_place(student: int) -> None:
    factories.section(5, module="MOD 1", day=3)
    factories.section(6, module="MOD 1", day=4)
    planned(student, 1, 3)
    text = page(student)
    fits = {int(n) for n in re.findall(r'name="other" value="(\d)"', text)}
    assert fits == {5, 6}
    assert (text.count("fits your week"), text.count("conflicts")) == (1, 1)
    browser(student).post("/plan/swap/", {"section": 1, "other": 6})
    assert in_plan(student) == [6, 3]


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(-1, 1, "Registration is open for you until"), (1, 2, "Registration opens for you at")],
)
def test_the_window_is_counted_down_by_the_servers_clock(
    opens: int, closes: int, words: str
) -> None:
    factories.section(1)
    factories.window(opens=opens, closes=closes)
    student = factories.student()
    planned(student, 1)
    text = page(student)
    assert words in text
    (left,) = re.findall(r'data-seconds-left="(\d+)"', text)
    assert 3500 < int(left) <= 3600


def test_a_plan_that_is_sent_is_a_registration_and_the_plan_is_empty(student: int) -> None:
    answer = sent(student, planned(student, 2, 1), mode="all", on_full="refuse")
    (row,) = Registration.objects.all()
    assert answer["Location"] == f"/registrations/{row.id}/"
    assert (row.mode, row.on_full) == ("all", "refuse")
    assert [item.section_id for item in row.items.order_by("ordinal")] == [2, 1]
    assert in_plan(student) == []


def test_a_second_click_leads_to_the_first_ones_registration(student: int) -> None:
    key = planned(student, 1)
    answers = {sent(student, key)["Location"] for _ in range(3)}
    (row,) = Registration.objects.all()
    assert answers == {f"/registrations/{row.id}/"}


def test_another_choice_in_another_tab_is_no_second_registration(student: int) -> None:
    key = planned(student, 1)
    services.registration_submit(
        student=student, key=str(key), request=RegistrationRequest(sections=(1,), **CHOICES)
    )
    answer = sent(student, key, mode="all")
    (row,) = Registration.objects.all()
    assert answer["Location"] == f"/registrations/{row.id}/"
    assert in_plan(student) == []


def test_who_died_before_the_plan_was_emptied_sends_it_again_and_has_one(student: int) -> None:
    key = planned(student, 1)
    asking = RegistrationRequest(sections=(1,), **CHOICES)
    first = services.registration_submit(student=student, key=str(key), request=asking)
    assert in_plan(student) == [1]
    assert sent(student, key)["Location"] == f"/registrations/{first}/"
    assert in_plan(student) == []


def test_a_plan_that_changed_meanwhile_is_shown_and_not_sent(student: int) -> None:
    key = planned(student, 1)
    planned(student, 2)
    answer = sent(student, key)
    assert answer.status_code == 409
    assert "Your plan was changed meanwhile" in answer.content.decode()
    assert not Registration.objects.exists()
    assert in_plan(student) == [1, 2]


def test_a_refused_plan_is_kept_with_its_choices_and_its_reason(student: int) -> None:
    services.block_put(student=student, reason="Library fines.")
    answer = sent(student, planned(student, 1), mode="all", on_full="refuse")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Library fines." in text
    assert "Your plan is kept as it was." in text
    assert re.findall(r'value="(\w+)" checked', text) == ["all", "refuse"]
    assert in_plan(student) == [1]


def test_a_click_beside_one_that_is_still_accepted_waits_for_it(student: int) -> None:
    key = planned(student, 1)
    with factories.submission_in_progress(student, key):
        answer = sent(student, key)
        waiting = browser(student).get(answer["Location"])
    assert (waiting.status_code, waiting["Refresh"]) == (202, "1")
    sent(student, key)
    led = browser(student).get(answer["Location"])
    assert led["Location"] == f"/registrations/{Registration.objects.get().id}/"


def test_a_click_beside_one_that_is_refused_stops_waiting_and_leads_back(
    student: int,
) -> None:
    key = planned(student, 1)
    with factories.submission_in_progress(student, key):
        waiting = sent(student, key)["Location"]
    services.block_put(student=student, reason="Library fines.")
    assert sent(student, key).status_code == 409
    answer = browser(student).get(waiting)
    text = answer.content.decode()
    assert (answer.status_code, answer.headers.get("Refresh")) == (404, None)
    assert "Your request was not accepted" in text
    assert "Nothing is booked" in text
    assert '<a class="button" href="/plan/">' in text
    assert "Library fines." in page(student)


def test_a_submission_that_ends_between_the_two_reads_is_not_called_refused(
    student: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = planned(student, 1)

    def last_look(**_: object) -> bool:
        services.plan_submit(student=student, key=key, **CHOICES)
        return False

    monkeypatch.setattr("registration.views.plan.is_in_progress", last_look)
    answer = browser(student).get(f"/plan/sent/{key}/")
    assert answer["Location"] == f"/registrations/{Registration.objects.get().id}/"


@pytest.mark.parametrize("wrong", [{"key": "x"}, {"mode": "some"}, {"on_full": ""}])
def test_a_form_that_is_not_ours_is_nowhere(student: int, wrong: dict[str, str]) -> None:
    form = {"key": str(uuid4()), **CHOICES, **wrong}
    assert browser(student).post("/plan/submit/", form).status_code == 404


def test_a_strangers_key_is_nothing_to_me(student: int) -> None:
    key = planned(student, 1)
    sent(student, key)
    answer = sent(factories.student(), key)
    assert answer.status_code == 409


def test_a_user_who_is_no_student_gets_a_message() -> None:
    factories.section(1)
    user = User.objects.create_user("staff", full_name="S")
    assert "Only students have a plan." in page(user.id)
    browser(user.id).post("/plan/add/", {"section": 1})
    assert not Plan.objects.exists()


@pytest.mark.parametrize("address", ["/plan/", "/plan/sent/00000000-0000-0000-0000-000000000001/"])
def test_guests_sign_in_first(address: str) -> None:
    assert Client().get(address)["Location"] == f"/sign-in/?next={address}"


def test_the_page_takes_as_many_statements_however_much_is_in_it(
    student: int, django_assert_num_queries: Any
) -> None:
    visitor = browser(student)
    visitor.get("/plan/")
    for section in (1, 2, 3):
        planned(student, section)
        with django_assert_num_queries(6):  # person, plan, look, sections, held, others
            visitor.get("/plan/")


def test_the_page_keeps_to_the_policy(student: int) -> None:
    planned(student, 1, 2)
    text = page(student)
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", text)


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_make_one_registration(student: int) -> None:
    key = planned(student, 1)
    found = _at_once([lambda: services.plan_submit(student=student, key=key, **CHOICES)] * 20)
    (row,) = Registration.objects.all()
    assert {one for one in found if isinstance(one, UUID)} == {row.id}
    assert {one for one in found if isinstance(one, str)} <= {"still_processing"}


@pytest.mark.django_db(transaction=True)
def test_tabs_that_add_at_the_same_time_lose_nothing(student: int) -> None:
    def adding(section: int) -> Any:
        return lambda: services.plan_add(student=student, section=section)

    sections = many()
    _at_once([adding(section) for section in sections])
    assert set(in_plan(student)) == set(sections)


def _at_once(calls: list[Any]) -> list[object]:
    """What each returned, or the code of its refusal."""
    barrier, found = Barrier(len(calls)), []

    def run(call: Any) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            found.append(call())
        except Refusal as no:
            found.append(no.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
