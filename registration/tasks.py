"""Celery tasks. A message is only a wake-up: the services read what is to be done."""

from collections.abc import Sequence

from project.bus.decorators import job_task, step, subscription_task
from registration import services

subscription_task("registration.catalogue")
subscription_task("registration.moves")


@step("registration.decide", queue="decide")
def decide(flow_ids: Sequence[int]) -> Sequence[int]:
    """Decide these flows."""
    return services.registrations_decide(flow_ids=flow_ids)


@step("registration.evaluate", queue="decide")
def evaluate(flow_ids: Sequence[int]) -> Sequence[int]:
    """Evaluate offers to waitlisted students."""
    return services.waitlist_offers_evaluate(flow_ids=flow_ids)


@step("registration.drop_all", queue="decide")
def drop_all(flow_ids: Sequence[int]) -> None:
    """Drop what students who have left still have."""
    services.left_students_drop(flow_ids=flow_ids)


@job_task("registration.expire", queue="decide")
def expire() -> None:
    """Expire items whose registration was not decided in time."""
    services.items_expire()


@job_task("registration.watch_waitlists", queue="decide")
def watch_waitlists() -> None:
    """Notify students still waitlisted after a deadline or for a section that was closed."""
    services.waitlists_watch()


@job_task("registration.purge_idempotency_keys", queue="decide")
def purge_idempotency_keys() -> None:
    """Delete idempotency keys older than a day."""
    services.idempotency_keys_purge()
