"""Follow, list, search: what the student reads, and 404 for everyone else."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from project.bus.replay import replay_check
from project.events.modules import Clause
from registration import services
from registration.models import Item, Section
from registration.selectors.registration_detail import registration_progress
from registration.tests import factories
from registration.tests.factories import Flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    """A student with three sections to choose from."""
    for number in (1, 2, 3):
        factories.section(number, day=number)
    factories.window()
    return factories.student()


def follow(flow: Flow) -> dict[str, Any]:
    answer = factories.client(flow.student).get(f"{factories.URL}{flow.id}/")
    assert answer.status_code == 200
    return dict(answer.json())


def test_in_line(student: int) -> None:
    factories.flow(factories.student(), 1)
    flow = factories.flow(student, 1)
    answer = factories.client(student).get(f"{factories.URL}{flow.id}/")
    read = answer.json()
    assert answer["Retry-After"] == "1"
    assert (read["status"], read["decided_at"], read["submissions_ahead"]) == ("pending", None, 1)
    (item,) = read["items"]
    assert (item["section"], item["module"], item["code"], item["state"]) == (
        1,
        "MOD 1",
        "A01",
        "pending",
    )
    assert item["reason"]["code"] == "pending"
    (moment,) = read["timeline"]
    assert moment == {
        "at": read["submitted_at"],
        "what": "submitted",
        "sentence": "You asked for MOD 1 A01.",
    }


def test_outcomes_of_seats_and_payment_show_before_the_decision(student: int) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "waitlisted"])
    assert [item["state"] for item in follow(flow)["items"]] == ["seated", "waitlisted"]
    flow.paid(1)
    read = follow(flow)
    assert [item["state"] for item in read["items"]] == ["authorised", "waitlisted"]
    assert read["status"] == "pending"
    assert [moment["what"] for moment in read["timeline"]] == [
        "submitted",
        "seats_decided",
        "fee_decided",
    ]
    assert read["timeline"][1]["sentence"] == (
        "Your request was processed. Seated: MOD 1 A01; waitlisted: MOD 2 A01."
    )


def test_the_decision_explains_itself(student: int) -> None:
    ahead = factories.flow(factories.student(), 2).seats_decided(["waitlisted"]).decided()
    flow = factories.flow(student, 1, 2, 3).seats_decided(
        ["seated", "waitlisted", "refused"], ["", "", "full"]
    )
    flow.paid(1).decided()
    for position, one in enumerate((ahead, flow), start=1):
        factories.put_in_line(one.flow_id, position)
    read = follow(flow)
    assert (read["status"], read["submissions_ahead"]) == ("decided", None)
    first, second, third = read["items"]
    assert (first["state"], first["reason"]) == ("confirmed", None)
    assert (second["state"], second["waitlist_position"]) == ("waitlisted", 2)
    assert third["reason"] == {
        "code": "full",
        "stage": "seat",
        "sentence": "Every seat is taken.",
        "fix": "Ask to be waitlisted, or choose another section.",
        "next_actions": ["module", "plan"],
    }


@pytest.mark.parametrize("decided", [False, True])
def test_following_takes_at_most_three_statements(student: int, decided: bool) -> None:
    flow = (
        factories.flow(student, 1, 2, 3)
        .seats_decided(["seated", "seated", "waitlisted"])
        .paid(1, 2)
    )
    if decided:
        flow.decided()
    with CaptureQueriesContext(connection) as queries:
        assert registration_progress(registration=flow.id, student=student)
    # A statement is prepared once per connection.
    assert sum(not query["sql"].startswith("PREPARE") for query in queries) <= 3


def test_list_has_the_newest_first_and_pages(student: int) -> None:
    flows = [factories.flow(student, number) for number in (1, 2, 3)]
    factories.flow(factories.student(), 1)
    read = factories.client(student).get(factories.URL, {"size": 2}).json()
    assert [one["id"] for one in read["results"]] == [str(flows[2].id), str(flows[1].id)]
    assert [item["section"] for item in read["results"][0]["items"]] == [3]
    rest = factories.client(student).get(read["next"]).json()
    assert [one["id"] for one in rest["results"]] == [str(flows[0].id)]


def test_strangers_find_nothing(student: int) -> None:
    flow = factories.flow(student, 1)
    stranger = factories.client(factories.student())
    assert stranger.get(f"{factories.URL}{flow.id}/").status_code == 404
    assert stranger.get(factories.URL).json()["results"] == []
    assert stranger.get(f"{factories.URL}00000000-0000-0000-0000-000000000000/").status_code == 404
    assert stranger.get(f"{factories.URL}1/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_without_a_token_nothing_opens(student: int, method: str) -> None:
    flow = factories.flow(student, 1)
    urls = {
        "get": f"{factories.URL}{flow.id}/",
        "post": factories.URL,
        "delete": f"{factories.URL}{flow.id}/items/1/",
    }
    for header in ({}, {"Authorization": f"Bearer {factories.token(student, minutes=-1)}"}):
        answer = getattr(APIClient(), method)(urls[method], headers=header)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert flow.states() == {1: ("pending", "")}


def sections(student: int, **query: str) -> list[int]:
    answer = factories.client(student).get("/api/v1/sections/", query)
    assert answer.status_code == 200
    return [one["id"] for one in answer.json()["results"]]


def test_sections_are_found(student: int) -> None:
    factories.section(4, module="ART 1", seats=0)
    factories.section(5, module="ART 1", is_open=False)
    factories.section(6, module="ART 2", term=2, seats=None)
    assert sections(student) == [4, 5, 1, 2, 3]
    assert sections(student, term="*") == [4, 5, 6, 1, 2, 3]
    assert sections(student, term="T2") == [6]
    assert sections(student, module="ART 1") == [4, 5]
    assert sections(student, q="about art", term="*") == [4, 5, 6]
    assert sections(student, q="mod 2") == [2]
    assert sections(student, open="true", term="*") == [6, 1, 2, 3]
    assert sections(student, open="false", term="T1") == [4, 5]
    assert sections(student, q="%") == []


@pytest.mark.parametrize("credits", [0, 0.25, 2.5, 4, 12.75])
def test_credits_of_a_section_are_an_exact_number(student: int, credits: float) -> None:
    factories.section(4, credits=credits)
    found = factories.client(student).get("/api/v1/sections/", {"module": "MOD 4"}).json()
    assert [one["credits"] for one in found["results"]] == [credits]


@pytest.mark.parametrize("query", [{"open": "maybe"}, {"q": "\x00"}, {"q": "x" * 201}])
def test_search_that_cannot_be_meant_is_400(student: int, query: dict[str, str]) -> None:
    answer = factories.client(student).get("/api/v1/sections/", query)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_newest_of_several_events_on_one_row_wins() -> None:
    events = []
    for seats in (1, 2, 3):
        factories.section(7, seats=seats, requires=(Clause(any_of=(f"R {seats}",)),))
        events.append(seats)
    row = Section.objects.select_related("module").get(id=7)
    assert (row.seats, row.module.requires) == (3, [{"any_of": ["R 3"], "together": []}])


def test_dated_and_weekly_meetings_lie_on_one_axis() -> None:
    factories.section(8, day=6)
    assert Section.objects.get(id=8).intervals == [6 * 1440 + 540, 6 * 1440 + 600, 0, 99999]


def test_students_are_admitted_in_bulk_with_events_only_for_changes() -> None:
    users = [factories.student() for _ in range(3)]
    rows = [
        services.Admission(student=user, programme="CS", year=2, credit_limit_quarters=80)
        for user in users
    ]
    assert services.students_admit(rows) == 0
    factories.programme("LAW")
    changed = services.Admission(
        student=users[0], programme="LAW", year=2, credit_limit_quarters=80
    )
    assert services.students_admit([changed, *rows[1:]]) == 1
    with pytest.raises(LookupError, match="no user has the id 999999"):
        services.student_change(
            services.Admission(student=999_999, programme="CS", year=1, credit_limit_quarters=4)
        )


@pytest.mark.django_db(transaction=True)
def test_replay_gives_the_same_rows(student: int) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "waitlisted"]).paid(1).decided()
    services.item_drop(student=student, registration=flow.id, section=1)
    factories.flow(student, 1)
    turn = flow.offered(2)
    with transaction.atomic():
        services.waitlist_offers_evaluate(flow_ids=[turn])
    window = factories.window(programme="LAW")
    services.window_close(window=window)
    block = services.block_put(student=student, reason="Pay.")
    services.block_change(block=block, reason="Pay now.")
    services.block_lift(block=services.block_put(student=student, reason="Other."))
    assert Item.objects.count() == 3
    mine = [one for one in replay_check().differences if is_own(one.table)]
    assert mine == []


def is_own(table: str) -> bool:
    catalogue = ("registration_term", "registration_module", "registration_section")
    return table.startswith("registration_") and table not in catalogue
