"""Conversations: given what happened, the inbox and the mail say this."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import selectors, services
from notifications.models import Inbox, Mail
from notifications.tests import given
from project.bus.store import stories

pytestmark = pytest.mark.django_db


def test_answer_is_in_the_inbox_and_in_a_letter() -> None:
    ada = given.student()
    cause, registration = given.answered(ada, s1="confirmed", s2="refused full")
    assert services.announcements_make(causes=[cause]) == 1
    told, mail = Inbox.objects.get(), Mail.objects.get()
    assert (told.student_id, str(told.registration_id), told.kind) == (
        ada.pk,
        registration,
        "answered",
    )
    assert selectors.inbox_text(told).splitlines() == [
        "You have a seat in section 1. The fee of 1,234.50 is on your account.",
        "You did not get section 2. Every seat is taken. Choose another section, or ask to be"
        " queued.",
    ]
    assert (mail.event_id, mail.student_id, mail.sent_at) == (told.event_id, ada.pk, None)
    assert mail.message_id == f"<{told.event_id}.{registration}@localhost>"


def test_it_is_announced_once_however_often_the_step_runs() -> None:
    cause, _ = given.answered(given.student(), s1="confirmed")
    assert [services.announcements_make(causes=[cause]) for _ in range(3)] == [1, 0, 0]
    assert [type(fact).__name__ for fact in stories([cause])[cause].facts].count("Announced") == 1


def test_student_without_an_address_is_told_in_the_inbox_alone() -> None:
    cause, _ = given.answered(given.student(email=""), s1="confirmed")
    assert services.announcements_make(causes=[cause]) == 0
    assert (Inbox.objects.count(), Mail.objects.count()) == (1, 0)


def test_batch_of_200_takes_as_few_statements_as_one() -> None:
    causes = [given.answered(given.student(f"S{n} Test"), s1="confirmed")[0] for n in range(201)]
    services.announcements_make(causes=causes[:1])
    with CaptureQueriesContext(connection) as queries:
        assert services.announcements_make(causes=causes[1:]) == 200
    assert len(queries) == 3
