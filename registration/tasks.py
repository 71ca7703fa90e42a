"""What registration's pools do. A message is only a wake-up: services read what is to be done."""

from collections.abc import Sequence

from project.bus.steps import job_task, step, subscription_task
from registration import services

subscription_task("registration.catalogue")


@step("registration.settle", queue="settle")
def settle(causes: Sequence[int]) -> Sequence[int]:
    """Answer these flows."""
    return services.registrations_settle(causes=causes)


@step("registration.consider", queue="settle")
def consider(causes: Sequence[int]) -> Sequence[int]:
    """Judge the turns of queued students."""
    return services.offers_consider(causes=causes)


@job_task("registration.expire", queue="settle")
def expire() -> None:
    """Let seats go that have had no answer for too long."""
    services.items_expire()


@job_task("registration.watch_waitlists", queue="settle")
def watch_waitlists() -> None:
    """Tell those who still wait after a term's deadline, or for a section that was closed."""
    services.waitlists_watch()


@job_task("registration.forget_keys", queue="settle")
def forget_keys() -> None:
    """Forget idempotency keys after a day."""
    services.keys_forget()
