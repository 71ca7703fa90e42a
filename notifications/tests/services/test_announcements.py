"""Given these events, the inbox and the email contain this text."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import selectors, services
from notifications.models import Email, Inbox
from notifications.tests import factories
from project.bus.store import load_flows

pytestmark = pytest.mark.django_db


def test_decision_is_in_the_inbox_and_in_an_email() -> None:
    ada = factories.student()
    flow_id, registration = factories.decided(ada, s1="confirmed", s2="refused full")
    assert services.announcements_make(flow_ids=[flow_id]) == 1
    row, mail = Inbox.objects.get(), Email.objects.get()
    assert (row.student_id, str(row.registration_id), row.kind) == (
        ada.pk,
        registration,
        "decided",
    )
    assert selectors.inbox_text(row).splitlines() == [
        "You have a seat in section 1. The fee of 1,234.50 is on your account.",
        "You did not get section 2. Every seat is taken. Ask to be waitlisted, or choose another"
        " section.",
    ]
    assert (mail.event_id, mail.student_id, mail.sent_at) == (row.event_id, ada.pk, None)
    assert mail.message_id == f"<{row.event_id}.{registration}@localhost>"


def test_it_is_announced_once_however_often_the_step_runs() -> None:
    flow_id, _ = factories.decided(factories.student(), s1="confirmed")
    assert [services.announcements_make(flow_ids=[flow_id]) for _ in range(3)] == [1, 0, 0]
    assert [type(event).__name__ for event in load_flows([flow_id])[flow_id].events].count(
        "Announced"
    ) == 1


def test_student_without_an_address_has_the_inbox_alone() -> None:
    flow_id, _ = factories.decided(factories.student(email=""), s1="confirmed")
    assert services.announcements_make(flow_ids=[flow_id]) == 0
    assert (Inbox.objects.count(), Email.objects.count()) == (1, 0)


def test_student_who_wants_no_emails_has_the_inbox_alone() -> None:
    ada = factories.student()
    ada.wants_email = False
    ada.save()
    flow_id, _ = factories.decided(ada, s1="confirmed")
    assert services.announcements_make(flow_ids=[flow_id]) == 0
    assert (Inbox.objects.count(), Email.objects.count()) == (1, 0)


def test_batch_of_200_takes_as_few_statements_as_one() -> None:
    flow_ids = [
        factories.decided(factories.student(f"S{n} Test"), s1="confirmed")[0] for n in range(201)
    ]
    services.announcements_make(flow_ids=flow_ids[:1])
    with CaptureQueriesContext(connection) as queries:
        assert services.announcements_make(flow_ids=flow_ids[1:]) == 200
    assert len(queries) == 3
