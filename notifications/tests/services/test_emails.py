"""Emails reach a real SMTP server; what it does not accept waits."""

from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from notifications import services
from notifications.invariants import INVARIANTS
from notifications.models import Email, SectionName
from notifications.services import emails
from notifications.tests import factories
from notifications.tests.conftest import due_now
from project.accounts.models import User
from project.bus.idle import work_left
from project.invariants.runner import broken_rows
from project.testing.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def announced(*readers: User) -> list[Email]:
    with transaction.atomic():
        flow_ids = [factories.decided(reader, s1="confirmed")[0] for reader in readers]
        services.announcements_make(flow_ids=flow_ids)
    return list(Email.objects.order_by("id"))


def test_email_arrives_whole(sink: Sink) -> None:
    SectionName.objects.create(section_id=1, module_code="CS 1", code="A")
    [mail] = announced(factories.student("Ada Bähr"))
    assert services.emails_send() == 1
    [email] = sink.emails
    assert email["To"] == "ada@example.org"
    assert email["Subject"] == "Your registration: what you got"
    assert email["Message-ID"] == mail.message_id
    assert email.get_content().replace("\r\n", "\n") == (
        "Dear Ada Bähr,\n\n"
        "You have a seat in CS 1 (A). The fee of 1,234.50 is on your account.\n\n"
        f"Everything about your registrations is at {settings.SITE_URL}.\n\n"
        "The registry\n"
    )
    mail.refresh_from_db()
    assert (mail.attempts, mail.error, mail.sent_at is None) == (1, "", False)
    assert services.emails_send() == 0


def test_many_emails_go_over_one_connection(sink: Sink) -> None:
    announced(*[factories.student(f"S{n} Test") for n in range(emails.BATCH_SIZE + 5)])
    assert services.emails_send() == emails.BATCH_SIZE + 5
    assert (len(sink.emails), sink.connections) == (emails.BATCH_SIZE + 5, 1)


def test_email_goes_to_the_address_of_now(sink: Sink) -> None:
    ada = factories.student()
    announced(ada)
    User.objects.filter(pk=ada.pk).update(email="countess@example.org")
    services.emails_send()
    assert sink.emails[0]["To"] == "countess@example.org"


def test_server_that_is_away_costs_nothing_but_time(port: int) -> None:
    [mail] = announced(factories.student())
    assert services.emails_send() == 0
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts, mail.error) == (None, 0, "")


def test_refused_email_waits_with_its_reason_and_the_others_go(sink: Sink) -> None:
    ada, bob = factories.student("Ada X"), factories.student("Bob X")
    sink.refuse = {"ada@example.org"}
    refused, _ = announced(ada, bob)
    assert services.emails_send() == 1
    refused.refresh_from_db()
    assert refused.attempts == 1
    assert "nobody of that name" in refused.error
    assert not Email.objects.filter(sent_at__isnull=True, due_at__lte=Now()).exists()
    sink.refuse = set()
    due_now()
    assert services.emails_send() == 1
    assert [email["Message-ID"] for email in sink.emails].count(refused.message_id) == 1


def test_address_that_no_header_may_hold_stops_nobody(sink: Sink) -> None:
    bad, good = factories.student("Ada X"), factories.student("Bob X")
    User.objects.filter(pk=bad.pk).update(email="ada@example.org\nBcc: all@example.org")
    announced(bad, good)
    assert services.emails_send() == 1
    assert [email["To"] for email in sink.emails] == ["bob@example.org"]


def test_student_whose_address_is_gone_keeps_the_email_waiting(sink: Sink) -> None:
    ada = factories.student()
    [mail] = announced(ada)
    User.objects.filter(pk=ada.pk).update(email="")
    assert services.emails_send() == 0
    mail.refresh_from_db()
    assert mail.error == "The student has no address now."


def test_email_whose_sending_was_not_noted_comes_again_under_the_same_id(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: str) -> None:
        raise KeyboardInterrupt

    [mail] = announced(factories.student())
    monkeypatch.setattr(emails, "crash_point", die)
    with pytest.raises(KeyboardInterrupt):
        services.emails_send()
    monkeypatch.setattr(emails, "crash_point", lambda point: None)
    assert services.emails_send() == 1
    assert [email["Message-ID"] for email in sink.emails] == [mail.message_id] * 2


def test_two_pools_send_each_email_once(sink: Sink) -> None:
    announced(*[factories.student(f"S{n} Test") for n in range(120)])
    meet = Barrier(3)

    def send() -> None:
        try:
            meet.wait()
            services.emails_send()
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.emails) == 120
    assert len({email["Message-ID"] for email in sink.emails}) == 120


def test_invariants_hold_once_all_is_sent(sink: Sink) -> None:
    announced(factories.student())
    services.emails_send()
    assert [one.name for one in INVARIANTS if broken_rows(one)] == []


def test_an_email_that_is_not_sent_is_work_that_is_left(sink: Sink) -> None:
    announced(factories.student("Ada"), factories.student("Alan"))
    assert "2 emails unsent" in work_left()
    services.emails_send()
    assert "emails" not in work_left()
