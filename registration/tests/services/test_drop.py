"""Dropping in every state, and expiry."""

from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from project.bus.sql import run
from registration import services
from registration.models import Item
from registration.tests import factories
from registration.tests.factories import Flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    """A student with two sections to choose from."""
    factories.section(1, day=1)
    factories.section(2, day=2)
    factories.window()
    return factories.student()


def drop(flow: Flow, section: int = 1, *, who: int = 0) -> Any:
    return factories.client(who or flow.student).delete(
        f"{factories.URL}{flow.id}/items/{section}/"
    )


def confirmed(student: int) -> Flow:
    return factories.flow(student, 1).seats_decided(["seated"]).paid(1).decided()


def offered(student: int) -> Flow:
    flow = factories.flow(student, 1).seats_decided(["waitlisted"]).decided()
    with transaction.atomic():
        services.waitlist_offers_evaluate(flow_ids=[flow.offered(1)])
    return flow


def test_undecided_item_gets_one_drop_request(student: int) -> None:
    flow = factories.flow(student, 1)
    for _ in range(2):
        answer = drop(flow)
        assert (answer.status_code, answer.json()["state"]) == (202, "pending")
        assert answer.json()["drop_requested"] is True
    assert len(factories.stored("drop_requested")) == 1


def test_confirmed_item_is_dropped_at_once_and_once(student: int) -> None:
    flow = confirmed(student)
    for _ in range(2):
        answer = drop(flow)
        assert (answer.status_code, answer.json()["state"]) == (200, "dropped")
        assert answer.json()["reason"]["sentence"] == "You dropped it."
    (dropped,) = factories.stored("dropped")
    assert dropped["items"] == [{"section": 1, "was": "confirmed", "code": "dropped_by_student"}]


def test_waitlisted_item_is_dropped_at_once(student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["waitlisted"]).decided()
    assert drop(flow).status_code == 200
    assert factories.stored("dropped")[0]["items"][0]["was"] == "waitlisted"


def test_offered_item_gets_a_drop_request(student: int) -> None:
    flow = offered(student)
    answer = drop(flow)
    assert (answer.status_code, answer.json()["state"]) == (202, "offered")


def test_refused_item_cannot_be_dropped(student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["refused"], ["full"]).decided()
    answer = drop(flow)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_ended")
    assert answer.json()["detail"] == "This item is over already: it is refused."


def test_dropped_section_can_be_asked_for_again(student: int) -> None:
    drop(confirmed(student))
    assert factories.post(student, factories.body(1)).status_code == 202


def test_strangers_and_unknown_items_are_404(student: int) -> None:
    flow = factories.flow(student, 1)
    assert drop(flow, who=factories.student()).status_code == 404
    assert drop(flow, 2).status_code == 404
    assert drop(flow, 10**17).status_code == 404
    assert flow.states() == {1: ("pending", "")}
    assert factories.stored("drop_requested") == []


def age(seconds: int) -> None:
    """Make all rows and events older by this much; only a test may change events."""
    run("ALTER TABLE bus_event DISABLE TRIGGER USER")
    for table, column in (("bus_event", "recorded_at"), ("registration_item", "changed_at")):
        run(f"UPDATE {table} SET {column} = {column} - make_interval(secs => %s)", [seconds])
    run("ALTER TABLE bus_event ENABLE TRIGGER USER")


def test_undecided_seat_expires(student: int, settings: Settings) -> None:
    settings.DECISION_DEADLINE_SECONDS = 900
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "waitlisted"])
    age(899)
    assert services.items_expire() == 0
    age(2)
    assert services.items_expire() == 1
    assert services.items_expire() == 0
    assert flow.states() == {1: ("expired", "not_decided_in_time"), 2: ("pending", "")}
    assert not flow.is_decided
    (expired,) = factories.stored("expired")
    assert expired["items"] == [{"section": 1, "was": "seated", "code": "not_decided_in_time"}]
    flow.paid(1).decided()
    assert flow.states() == {1: ("expired", "not_decided_in_time"), 2: ("waitlisted", "")}
    assert flow.is_decided


def test_expiry_of_the_last_item_decides_the_registration(student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["seated"])
    age(1000)
    services.items_expire()
    assert flow.is_decided
    assert drop(flow).json()["code"] == "already_ended"


def test_late_seat_has_its_full_time(student: int) -> None:
    """An item that waited long to be allocated does not expire as soon as it gets a seat."""
    flow = factories.flow(student, 1)
    age(5000)
    flow.seats_decided(["seated"])
    assert services.items_expire() == 0
    assert flow.states() == {1: ("pending", "")}


def test_undecided_offer_expires(student: int) -> None:
    offered(student)
    age(1000)
    assert services.items_expire() == 1
    assert factories.stored("expired")[0]["items"] == [
        {"section": 1, "was": "offered", "code": "not_decided_in_time"}
    ]


def test_decided_items_never_expire(student: int) -> None:
    confirmed(student)
    age(10_000)
    assert services.items_expire() == 0
    assert Item.objects.get().state == "confirmed"
