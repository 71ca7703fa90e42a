"""Accounts are opened by events about students; limits and rates are set by services."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payments import services
from payments.models import Account, Rate
from payments.tests import factories
from project.bus.store import load_events
from project.events.registration import StudentChanged
from project.web.errors.base import Refusal

pytestmark = pytest.mark.django_db


def admit(*students: int, programme: str = "CS") -> None:
    events = [
        StudentChanged(student=student, programme=programme, year=1, credit_limit_quarters=120)
        for student in students
    ]
    services.accounts_admit(load_events([factories.receive(event) for event in events]))


def events_stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bus_event WHERE type LIKE 'payments.%%'")
        return int(cursor.fetchone()[0])


def test_admitted_student_has_an_account_with_the_limit_of_the_programme() -> None:
    factories.rate("CS", limit=500)
    admit(7)
    assert list(Account.objects.values_list()) == [(7, 500, 0, 0)]


def test_edited_student_keeps_the_account() -> None:
    factories.rate("CS", limit=500)
    factories.rate("Arts", limit=900)
    admit(7)
    services.account_limit_set(student=7, limit=700)
    admit(7, programme="Arts")
    assert Account.objects.get().limit == 700


def test_student_of_a_programme_without_a_rate_has_no_account_yet() -> None:
    admit(7, programme="Arts")
    assert not Account.objects.exists()


def test_thousand_accounts_are_opened_by_four_statements() -> None:
    factories.rate()
    recorded = load_events(
        [
            factories.receive(
                StudentChanged(student=s, programme="CS", year=1, credit_limit_quarters=120)
            )
            for s in range(1, 1_001)
        ]
    )
    services.accounts_admit(recorded[:1])
    with CaptureQueriesContext(connection) as queries:
        services.accounts_admit(recorded)
    assert len(queries) == 4
    assert Account.objects.count() == 1_000


def test_limit_that_is_set_again_appends_nothing() -> None:
    factories.account(7, limit=500)
    assert services.account_limit_set(student=7, limit=600)
    before = events_stored()
    assert not services.account_limit_set(student=7, limit=600)
    assert events_stored() == before


def test_limit_of_a_stranger_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        services.account_limit_set(student=7, limit=600)
    assert refused.value.code == "no_account"


def test_command_sets_a_rate_once() -> None:
    out = io.StringIO()
    for _ in range(2):
        call_command("set_rate", "CS", "1500", "90000", stdout=out)
    assert list(Rate.objects.values_list()) == [("CS", 1500, 90000)]
    assert out.getvalue().splitlines() == [
        "CS: set 1500 per credit, limit 90000.",
        "CS: already 1500 per credit, limit 90000.",
    ]
    assert events_stored() == 1


def test_command_refuses_what_is_below_zero() -> None:
    with pytest.raises(CommandError, match="below zero"):
        call_command("set_rate", "CS", "--", "-1", "0")
