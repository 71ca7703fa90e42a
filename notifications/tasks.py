"""Tasks of the notifications pools."""

from collections.abc import Sequence

from celery import current_app
from django.db import transaction

from notifications import services
from project.bus.decorators import job_task, step, subscription_task


@step("notifications.announce", queue="announce")
def announce(flow_ids: Sequence[int]) -> None:
    """Announce outcomes, and wake the mail pool after the commit."""
    if services.announcements_make(flow_ids=flow_ids):
        transaction.on_commit(_wake_mail, robust=True)


def _wake_mail() -> None:
    # Only a hint: the scheduler wakes the pool too, so a missing broker delays emails by seconds
    # and loses none.
    current_app.send_task("notifications.send_email", queue="email", retry=False)


@job_task("notifications.send_email", queue="email")
def mail() -> None:
    """Send due emails."""
    services.emails_send()


subscription_task("notifications.sections")
subscription_task("notifications.accounts")
