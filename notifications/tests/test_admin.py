"""The admin shows announcements and the state of each email, and changes nothing."""

import pytest
from django.test import Client
from django.utils import timezone

from notifications import services
from notifications.models import Email
from notifications.tests import factories

pytestmark = pytest.mark.django_db


def announce() -> Email:
    flow_id, _ = factories.decided(factories.student(), s1="confirmed")
    services.announcements_make(flow_ids=[flow_id])
    return Email.objects.get()


def test_inbox_shows_the_text_as_the_student_reads_it(admin_client: Client) -> None:
    mail = announce()
    page = admin_client.get(f"/admin/notifications/inbox/{mail.event_id}/change/")
    assert b"You have a seat in section 1." in page.content


@pytest.mark.parametrize(
    ("error", "sent", "state", "shown"),
    [
        ("", False, "waiting", b"waiting"),
        ("no such box", False, "failing", b"failing: no such box"),
        ("", True, "sent", b">sent<"),
    ],
)
def test_mail_shows_its_state(
    admin_client: Client, error: str, sent: bool, state: str, shown: bytes
) -> None:
    mail = announce()
    Email.objects.update(error=error, sent_at=timezone.now() if sent else None)
    for other in ("sent", "waiting", "failing"):
        page = admin_client.get(f"/admin/notifications/email/?state={other}").content
        assert (f"&lt;{mail.event_id}.".encode() in page) == (other == state)
    assert shown in admin_client.get(f"/admin/notifications/email/?state={state}").content


@pytest.mark.parametrize("model", ["inbox", "email", "sectionname"])
def test_nothing_is_added_or_deleted_by_hand(admin_client: Client, model: str) -> None:
    announce()
    assert admin_client.get(f"/admin/notifications/{model}/").status_code == 200
    assert admin_client.get(f"/admin/notifications/{model}/add/").status_code == 403
