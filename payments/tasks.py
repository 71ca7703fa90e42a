"""What the payments pools do when woken."""

from collections.abc import Sequence

from payments import services
from project.bus.steps import step, subscription_task


@step("payments.authorise", queue="authorise")
def authorise(causes: Sequence[int]) -> None:
    """Put fees aside."""
    services.payments_authorise(causes=causes)


@step("payments.capture", queue="capture")
def capture(causes: Sequence[int]) -> None:
    """Charge what was confirmed."""
    services.payments_capture(causes=causes)


@step("payments.give_back", queue="capture")
def give_back(causes: Sequence[int]) -> None:
    """Void or refund what is over."""
    services.payments_give_back(causes=causes)


subscription_task("payments.accounts")
subscription_task("payments.sections")
