"""Send what waits. A letter is sent at least once, and always under the same Message-ID."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from notifications import selectors
from notifications.gateway import Post, Unsent
from notifications.models import Mail
from notifications.rules.post import wait_seconds
from project.crash import reach

_log = logging.getLogger(__name__)
ROUND = 50


@dataclass(slots=True)
class Outcome:
    """What came of some letters. With `is_over` there is nothing more to do in this run."""

    sent: list[int] = field(default_factory=list)
    failed: list[tuple[Mail, str]] = field(default_factory=list)
    is_over: bool = False


def mail_send() -> int:
    """Send everything that is due, over one connection. Returns how many letters went.

    What the server does not take stays, with its reason and a later time. If the server is away
    the run ends, and what was not tried stays due.
    """
    if not selectors.mail_is_due():
        return 0
    try:
        with Post() as post:
            return _send_rounds(post)
    except Unsent as error:
        _log.warning("mail waits for the server: %s", error)
        return 0


def _send_rounds(post: Post) -> int:
    sent, is_over = 0, False
    while not is_over:
        outcome = _send_round(post)
        sent, is_over = sent + len(outcome.sent), outcome.is_over
    return sent


@transaction.atomic
def _send_round(post: Post) -> Outcome:
    """Send some letters. Row locks are the claim: if this process dies they are free again."""
    due = _claim()
    outcome = _send_all(post, due)
    reach("notifications.mail.sent")
    _note_sent(outcome.sent)
    _note_failed(outcome.failed)
    outcome.is_over |= len(due) < ROUND
    return outcome


def _claim() -> list[Mail]:
    """Letters that are due, oldest first, locked and passed over by everybody else."""
    due = Mail.objects.select_for_update(skip_locked=True).filter(sent_at__isnull=True)
    return list(due.filter(due_at__lte=Now()).order_by("due_at", "id")[:ROUND])


def _send_all(post: Post, due: Sequence[Mail]) -> Outcome:
    letters = selectors.letters({mail.event_id for mail in due})
    outcome = Outcome()
    for mail in due:
        addressed = letters.get(mail.event_id)
        try:
            if addressed and addressed.address:
                post.send(addressed.letter, to=addressed.address, message_id=mail.message_id)
                outcome.sent.append(mail.id)
            else:
                outcome.failed.append((mail, "The student has no address now."))
        except Unsent as error:
            outcome.failed.append((mail, str(error)))
            outcome.is_over = error.is_away
        if outcome.is_over:
            break
    return outcome


def _note_sent(ids: Sequence[int]) -> None:
    if ids:
        Mail.objects.filter(id__in=ids).update(sent_at=Now(), attempts=F("attempts") + 1, error="")


_FAILED = """
UPDATE notifications_mail m
   SET attempts = m.attempts + 1, error = f.error,
       due_at = clock_timestamp() + make_interval(secs => f.wait)
  FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS f(id, wait, error)
 WHERE m.id = f.id"""


def _note_failed(failed: Sequence[tuple[Mail, str]]) -> None:
    if not failed:
        return
    ids = [mail.id for mail, _ in failed]
    waits = [wait_seconds(mail.attempts + 1) for mail, _ in failed]
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [ids, waits, [reason for _, reason in failed]])
