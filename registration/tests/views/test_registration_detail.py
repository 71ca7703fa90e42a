"""The page of one registration: its steps, its fragment, and 404 for everyone else."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from project.events.reasons import ENDINGS, Reason, explain
from project.events.vocabulary import ItemState
from registration import services
from registration.rules.progress_steps import (
    ProgressStep,
    combined_steps,
    progress_steps,
)
from registration.tests import factories
from registration.tests.factories import Flow
from registration.tests.pages import browser, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    for number in (1, 2, 3):
        factories.section(number, day=number)
    factories.window()
    return factories.student()


def follow(flow: Flow, *, was: str = "", htmx: bool = False, who: int = 0) -> str:
    headers = {"HX-Request": "true"} if htmx else {}
    query = {"was": was} if was else {}
    answer = browser(who or flow.student).get(f"/registrations/{flow.id}/", query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def marks(state: str, code: str = "") -> list[tuple[str, str]]:
    stage = explain(Reason(code), *ENDINGS, translate=str).stage if code else None
    steps = progress_steps(state=ItemState(state), stage=stage)
    return [(step.name, step.mark) for step in steps]


@pytest.mark.parametrize(
    ("state", "at"), [("pending", 0), ("waitlisted", 1), ("seated", 2), ("offered", 2)]
)
def test_what_waits_is_at_one_step_with_the_rest_to_come(state: str, at: int) -> None:
    assert [mark for _, mark in marks(state)] == (["done"] * at + ["now"] + ["to_come"] * (3 - at))


def test_the_whole_way_is_done_when_confirmed() -> None:
    assert {mark for _, mark in marks("confirmed")} == {"done"}
    assert marks("authorised")[-1] == ("answer", "now")


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        ("refused", "full", [("line", "done"), ("seat", "stopped")]),
        ("refused", "blocked", [("line", "done"), ("seat", "stopped")]),
        ("refused", "no_rate", [("line", "done"), ("seat", "done"), ("fee", "stopped")]),
        ("refused", "all_or_nothing", [("line", "done"), ("answer", "stopped")]),
        ("dropped", "dropped_by_student", [("line", "done"), ("answer", "stopped")]),
        ("expired", "not_decided_in_time", [("line", "done"), ("answer", "stopped")]),
    ],
)
def test_a_way_that_ended_stops_where_it_ended(
    state: str, code: str, expected: list[tuple[str, str]]
) -> None:
    assert marks(state, code) == expected


@pytest.mark.parametrize(
    ("states", "now"),
    [
        (["authorised", "pending"], "line"),
        (["authorised", "seated", "waitlisted"], "fee"),
        (["waitlisted", "authorised", "refused"], "answer"),
    ],
)
def test_the_whole_is_as_far_as_its_last_item(states: list[str], now: str) -> None:
    reached = [ItemState(state) for state in states]
    steps = combined_steps(reached, is_decided=False)
    assert [step.name for step in steps if step.mark == "now"] == [now]
    done = combined_steps(reached, is_decided=True)
    assert done[-1] == ProgressStep(name="answer", mark="done")


def test_in_line_it_says_how_many_are_ahead(student: int) -> None:
    for _ in range(2):
        factories.flow(factories.student(), 1)
    flow = factories.flow(student, 1)
    page = follow(flow)
    assert "Ahead of you in line: 2" in plain(page)
    assert f'data-look="registration:{flow.id}"' in page
    assert f'hx-get="/registrations/{flow.id}/?was=pending"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert "Refresh" in page


def test_steps_are_shown_in_words(student: int) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "waitlisted"])
    assert "Seat locked" in follow(flow)
    assert "The fee is being reserved" in follow(flow)
    flow.paid(1)
    assert "Fee reserved" in follow(flow)
    flow.decided()
    factories.put_in_line(flow.flow_id, 1)
    page = plain(follow(flow))
    assert "Confirmed: 1 · On the waitlist: 1" in page
    assert "Waitlist position 1" in page
    assert "noscript" not in follow(flow)


@pytest.mark.parametrize(
    ("captured", "charged"), [((), 0), ((1,), 1), ((2,), 1), ((1, 2), 2), ((3,), 0)]
)
def test_a_captured_fee_reads_charged(
    student: int, captured: tuple[int, ...], charged: int
) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "seated"]).paid(1, 2).decided()
    page = plain(follow(flow.captured(*captured) if captured else flow))
    assert (page.count("Fee charged"), page.count("Fee reserved")) == (charged, 2 - charged)


def test_a_refusal_says_why_and_where_to_go(student: int) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(
        ["refused", "refused"], ["full", "unknown_section"]
    )
    page = follow(flow.decided())
    assert "Every seat is taken." in page
    assert "Sections of MOD 1" in page
    assert 'href="/plan/"' in page
    assert re.search(r'href="/catalogue/\d+/"', page)


def test_htmx_gets_the_fragment_and_the_outcome_once(student: int) -> None:
    flow = factories.flow(student, 1)
    part = follow(flow, htmx=True, was="pending")
    assert part.strip().startswith(f'<div id="progress" data-look="registration:{flow.id}"')
    assert "<html" not in part
    assert "hx-swap-oob" not in part
    flow.seats_decided(["seated"]).paid(1).decided()
    part = follow(flow, htmx=True, was="pending")
    assert '<div id="status" hx-swap-oob="innerHTML">' in part
    assert "?was=" not in part
    assert "hx-swap-oob" not in follow(flow, htmx=True)
    assert "hx-swap-oob" not in follow(flow, was="pending")


OUTCOMES = [
    (["seated"], [""], "good", ["Confirmed", "See your timetable"]),
    (["seated", "seated"], ["", ""], "good", ["Confirmed"]),
    (["seated", "waitlisted"], ["", ""], "wait", ["On the waitlist", "a free seat comes to you"]),
    (["waitlisted"], [""], "wait", ["Waitlist position 1"]),
    (["refused"], ["full"], "bad", ["Refused", "Choose another section of MOD 1"]),
    (["seated", "refused"], ["", "full"], "bad", ["Choose another section of MOD 2"]),
    (["waitlisted", "refused", "seated"], ["", "closed_section", ""], "bad", ["MOD 2"]),
    (["refused"], ["already_registered"], "bad", ["See what you have"]),
]


@pytest.mark.parametrize(("outcomes", "codes", "tone", "words"), OUTCOMES)
def test_an_outcome_has_the_tone_of_its_worst_part_and_a_line_for_each_module(
    student: int, outcomes: list[str], codes: list[str], tone: str, words: list[str]
) -> None:
    sections = range(1, len(outcomes) + 1)
    flow = factories.flow(student, *sections).seats_decided(outcomes, codes)
    flow.paid(*(n for n, one in zip(sections, outcomes, strict=True) if one == "seated")).decided()
    factories.put_in_line(flow.flow_id, 1)
    page = follow(flow)
    (block,) = re.findall(r'<div class="notice (\w*) outcome">(.*?)</ul>', page, re.DOTALL)
    assert block[0] == tone
    assert block[1].count("<li>") == len(outcomes)
    assert all(word in plain(block[1]) for word in words)
    (notice,) = re.findall(r'<p class="notice (\w*)">', follow(flow, htmx=True, was="pending"))
    assert notice == tone


def test_an_undecided_registration_has_no_tone_yet(student: int) -> None:
    page = follow(factories.flow(student, 1))
    assert "outcome" not in page.split("<h2>")[0].replace("following", "")


def test_a_drop_is_shown_without_a_tone(student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["seated"]).paid(1).decided()
    services.item_drop(student=student, registration=flow.id, section=1)
    assert '<div class="notice  outcome">' in follow(flow)


def test_who_was_passed_over_reads_why_and_what_to_do(student: int) -> None:
    factories.section(4, day=1)
    waits = factories.flow(student, 1).seats_decided(["waitlisted"]).decided()
    factories.flow(student, 4).seats_decided(["seated"]).paid(4).decided()
    with transaction.atomic():
        services.waitlist_offers_evaluate(flow_ids=[waits.offered(1)])
    factories.put_in_line(waits.flow_id, 1)
    page = plain(follow(waits))
    assert "You keep your place on the waitlist." in page
    assert "Drop the other one, and the next free seat can be yours. See what you have" in page


def test_the_timeline_has_times(student: int) -> None:
    page = follow(factories.flow(student, 1))
    assert re.search(r'<li><time datetime="[\dT:.+-]+">.+</time>You asked for MOD 1 A01', page)


def test_a_drop_request_is_shown(student: int) -> None:
    flow = factories.flow(student, 1)
    assert f'href="/registrations/{flow.id}/drop/1/"' in follow(flow)
    services.item_drop(student=student, registration=flow.id, section=1)
    page = follow(flow)
    assert "You dropped this section" in page
    assert f'href="/registrations/{flow.id}/drop/1/"' not in page


def test_strangers_find_nothing_and_guests_sign_in(student: int) -> None:
    flow = factories.flow(student, 1)
    address = f"/registrations/{flow.id}/"
    assert browser(factories.student()).get(address).status_code == 404
    nobody = "/registrations/00000000-0000-0000-0000-000000000000/"
    assert browser(student).get(nobody).status_code == 404
    assert Client().get(address)["Location"] == f"/sign-in/?next={address}"


def test_following_takes_three_statements_the_bars_and_the_user(
    student: int, django_assert_max_num_queries: Any
) -> None:
    flow = (
        factories.flow(student, 1, 2, 3)
        .seats_decided(["seated", "seated", "waitlisted"])
        .paid(1, 2)
    )
    client = browser(student)
    client.get(f"/registrations/{flow.id}/")
    with django_assert_max_num_queries(5):
        assert client.get(f"/registrations/{flow.id}/").status_code == 200
    with django_assert_max_num_queries(4):  # the polled fragment has no bar
        client.get(f"/registrations/{flow.id}/", headers={"HX-Request": "true"})


def test_the_page_keeps_to_the_policy(student: int) -> None:
    flow = (
        factories.flow(student, 1, 2)
        .seats_decided(["seated", "refused"], ["", "full"])
        .paid(1)
        .decided()
    )
    page = follow(flow)
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page)
    assert not re.search(r"(?:src|href)=\"https?://", page)
    assert len(page) < 20_000
