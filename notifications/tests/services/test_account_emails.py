"""Account emails are created once per event and sent like all others."""

import re

import pytest
from django.conf import settings
from django.test import Client

from notifications import services
from notifications.invariants import INVARIANTS
from notifications.models import Email
from notifications.tests import factories
from notifications.tests.conftest import due_now
from project.accounts.models import User
from project.bus.store import load_events
from project.invariants.runner import broken_rows
from project.testing.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(re.escape(settings.SITE_URL) + r"(/password/reset/\S+)")


def write(*events: int) -> None:
    services.account_emails_write(load_events(events))


def broken() -> list[str]:
    return [one.name for one in INVARIANTS if broken_rows(one)]


def test_an_event_that_is_read_again_sends_no_second_email(sink: Sink) -> None:
    asked = factories.password_reset_requested(factories.student())
    for _ in range(2):
        write(asked, asked)
        services.emails_send()
    (email,) = sink.emails
    assert (email["To"], email["Subject"]) == ("ada@example.org", "Your new password")
    assert email["Message-ID"] == f"<{asked}.account@localhost>"
    assert "Your user name is ada." in email.get_content()
    assert broken() == []


def test_of_an_address_that_nobody_has_nothing_is_written() -> None:
    write(factories.password_reset_requested(None))
    assert not Email.objects.exists()


def test_an_email_that_is_refused_first_goes_later_with_a_link_that_works(sink: Sink) -> None:
    ada = factories.student()
    write(factories.password_reset_requested(ada))
    sink.refuse = {ada.email}
    assert services.emails_send() == 0
    assert "nobody of that name" in Email.objects.get().error
    sink.refuse = set()
    due_now()
    assert services.emails_send() == 1
    (path,) = LINK.findall(sink.emails[0].get_content())
    assert "new_password1" in Client().get(path, follow=True).content.decode()


def test_each_former_address_is_notified_whatever_became_of_the_next(sink: Sink) -> None:
    ada = factories.student(email="a@x.org")
    write(factories.email_replaced(ada, "b@x.org"), factories.email_replaced(ada, "c@x.org"))
    write(factories.email_replaced(ada, ""))
    services.emails_send()
    subjects = {email["To"]: email["Subject"] for email in sink.emails}
    assert subjects == dict.fromkeys(
        ("a@x.org", "b@x.org", "c@x.org"), "Your email address was changed"
    )
    assert broken() == []


def test_an_email_to_somebody_else_breaks_an_invariant(sink: Sink) -> None:
    write(factories.password_reset_requested(factories.student()))
    services.emails_send()
    Email.objects.update(student_id=User.objects.create_user("eve").pk)
    assert broken() == [INVARIANTS[1].name]
