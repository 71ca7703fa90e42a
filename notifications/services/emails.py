"""Send due emails. Each is sent at least once, always under the same Message-ID."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from notifications import selectors
from notifications.gateway import DeliveryError, SmtpSession
from notifications.models import Email
from notifications.rules.retry import wait_seconds
from project.ops.faultpoints import crash_point

_log = logging.getLogger(__name__)
BATCH_SIZE = 50


@dataclass(slots=True)
class Outcome:
    """The result of one batch. With `is_over` the run ends."""

    sent: list[int] = field(default_factory=list)
    failed: list[tuple[Email, str]] = field(default_factory=list)
    is_over: bool = False


def emails_send() -> int:
    """Send everything that is due, over one connection. Returns how many emails were sent.

    A refused email is kept with the reason and a later time. If the server is unreachable the run
    ends, and emails not tried stay due.
    """
    if not selectors.email_is_due():
        return 0
    try:
        with SmtpSession() as post:
            return _send_rounds(post)
    except DeliveryError as error:
        _log.warning("mail waits for the server: %s", error)
        return 0


def _send_rounds(post: SmtpSession) -> int:
    sent, is_over = 0, False
    while not is_over:
        outcome = _send_round(post)
        sent, is_over = sent + len(outcome.sent), outcome.is_over
    return sent


@transaction.atomic
def _send_round(post: SmtpSession) -> Outcome:
    """Send one batch. Row locks are the claim: if this process dies they are released."""
    due = _claim()
    outcome = _send_all(post, due)
    crash_point("notifications.send_email.sent")
    _record_sent(outcome.sent)
    _record_failed(outcome.failed)
    outcome.is_over |= len(due) < BATCH_SIZE
    return outcome


def _claim() -> list[Email]:
    """Due emails, oldest first, locked so that other processes skip them."""
    due = Email.objects.select_for_update(skip_locked=True).filter(sent_at__isnull=True)
    return list(due.filter(due_at__lte=Now()).order_by("due_at", "id")[:BATCH_SIZE])


def _send_all(post: SmtpSession, due: Sequence[Email]) -> Outcome:
    outgoing = selectors.load_emails({mail.event_id for mail in due})
    outcome = Outcome()
    for mail in due:
        addressed = outgoing.get(mail.event_id)
        try:
            if addressed and addressed.address:
                post.send(addressed.text, to=addressed.address, message_id=mail.message_id)
                outcome.sent.append(mail.id)
            else:
                outcome.failed.append((mail, "The student has no address now."))
        except DeliveryError as error:
            outcome.failed.append((mail, str(error)))
            outcome.is_over = error.is_away
        if outcome.is_over:
            break
    return outcome


def _record_sent(ids: Sequence[int]) -> None:
    if ids:
        Email.objects.filter(id__in=ids).update(sent_at=Now(), attempts=F("attempts") + 1, error="")


_FAILED = """
UPDATE notifications_email m
   SET attempts = m.attempts + 1, error = f.error,
       due_at = clock_timestamp() + make_interval(secs => f.wait)
  FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS f(id, wait, error)
 WHERE m.id = f.id"""


def _record_failed(failed: Sequence[tuple[Email, str]]) -> None:
    if not failed:
        return
    ids = [mail.id for mail, _ in failed]
    waits = [wait_seconds(mail.attempts + 1) for mail, _ in failed]
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [ids, waits, [reason for _, reason in failed]])
