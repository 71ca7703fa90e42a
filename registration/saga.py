"""The saga as a table: what follows when a fact has happened, step by step, and what undoes it."""

from collections.abc import Iterable

from project.messages.flow import Flow, Step, compensations
from project.messages.modules import SeatOffered
from project.messages.registration import (
    Dropped,
    Expired,
    PassedOver,
    QueueHalted,
    Refused,
    Submitted,
)

RELEASE = Step(task="modules.release", queue="seats", compensation=None)
GIVE_BACK = Step(task="payments.give_back", queue="capture", compensation=None)

LOCK = Step(task="modules.lock", queue="seats", compensation=RELEASE)
# The seat of an offer was taken by the seats' writer when it made the offer, not by this step.
CONSIDER = Step(task="registration.consider", queue="settle", compensation=None)
AUTHORISE = Step(task="payments.authorise", queue="authorise", compensation=GIVE_BACK)
SETTLE = Step(task="registration.settle", queue="settle", compensation=None)
CAPTURE = Step(task="payments.capture", queue="capture", compensation=GIVE_BACK)
ANNOUNCE = Step(task="notifications.announce", queue="announce", compensation=None)

FORWARD = (
    Flow(name="submitted", fact=Submitted, steps=(LOCK, AUTHORISE, SETTLE, CAPTURE, ANNOUNCE)),
    Flow(name="offered", fact=SeatOffered, steps=(CONSIDER, AUTHORISE, SETTLE, CAPTURE, ANNOUNCE)),
)


def with_compensation(forward: Iterable[Flow]) -> tuple[Flow, ...]:
    """These flows, and those that undo them: the seat goes on first, then the money comes back."""
    forward = tuple(forward)
    undoing = (*compensations(forward), ANNOUNCE)
    return (
        *forward,
        Flow(name="refused", fact=Refused, steps=undoing),
        Flow(name="dropped", fact=Dropped, steps=undoing),
        Flow(name="expired", fact=Expired, steps=undoing),
    )


# A queue's own matters. Whoever is passed over learns it in the flow of the offer.
QUEUE = (
    Flow(name="passed_over", fact=PassedOver, steps=(RELEASE,)),
    Flow(name="queue_halted", fact=QueueHalted, steps=(ANNOUNCE,)),
)

FLOWS = (*with_compensation(FORWARD), *QUEUE)
