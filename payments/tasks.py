"""Tasks of the payments pools."""

from collections.abc import Sequence

from payments import services
from project.bus.decorators import step, subscription_task


@step("payments.authorise", queue="authorise")
def authorise(flow_ids: Sequence[int]) -> None:
    """Authorise fees."""
    services.payments_authorise(flow_ids=flow_ids)


@step("payments.capture", queue="capture")
def capture(flow_ids: Sequence[int]) -> None:
    """Capture the fees of confirmed items."""
    services.payments_capture(flow_ids=flow_ids)


@step("payments.void_or_refund", queue="capture")
def void_or_refund(flow_ids: Sequence[int]) -> None:
    """Void or refund the payments of ended items."""
    services.payments_void_or_refund(flow_ids=flow_ids)


subscription_task("payments.accounts")
subscription_task("payments.sections")
