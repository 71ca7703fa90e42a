"""The saga as a table: what follows when an event has happened, step by step, and what undoes
it."""

from collections.abc import Iterable

from project.events.flow import Flow, Step, compensations
from project.events.modules import SeatOffered
from project.events.registration import (
    Dropped,
    Expired,
    PassedOver,
    Refused,
    SectionsMoved,
    StudentLeft,
    Submitted,
    WaitlistHalted,
)

RELEASE = Step(task="modules.release", queue="seats", compensation=None)
VOID_OR_REFUND = Step(task="payments.void_or_refund", queue="capture", compensation=None)

LOCK = Step(task="modules.lock", queue="seats", compensation=RELEASE)
# The seat of an offer was taken by the seats' writer when it made the offer, not by this step.
EVALUATE = Step(task="registration.evaluate", queue="decide", compensation=None)
AUTHORISE = Step(task="payments.authorise", queue="authorise", compensation=VOID_OR_REFUND)
DECIDE = Step(task="registration.decide", queue="decide", compensation=None)
DROP_ALL = Step(task="registration.drop_all", queue="decide", compensation=None)
CAPTURE = Step(task="payments.capture", queue="capture", compensation=VOID_OR_REFUND)
ANNOUNCE = Step(task="notifications.announce", queue="announce", compensation=None)

FORWARD = (
    Flow(name="submitted", event=Submitted, steps=(LOCK, AUTHORISE, DECIDE, CAPTURE, ANNOUNCE)),
    Flow(name="offered", event=SeatOffered, steps=(EVALUATE, AUTHORISE, DECIDE, CAPTURE, ANNOUNCE)),
)


def with_compensation(forward: Iterable[Flow]) -> tuple[Flow, ...]:
    """These flows, and those that undo them: the seat goes on first, then the money comes back."""
    forward = tuple(forward)
    compensating = (*compensations(forward), ANNOUNCE)
    return (
        *forward,
        Flow(name="refused", event=Refused, steps=compensating),
        Flow(name="dropped", event=Dropped, steps=compensating),
        Flow(name="expired", event=Expired, steps=compensating),
    )


# A queue's own matters. Whoever is passed over learns it in the flow of the offer.
WAITLIST = (
    Flow(name="passed_over", event=PassedOver, steps=(RELEASE,)),
    Flow(name="waitlist_halted", event=WaitlistHalted, steps=(ANNOUNCE,)),
)

CATALOGUE = (Flow(name="sections_moved", event=SectionsMoved, steps=(ANNOUNCE,)),)

# Each drop begins a flow of its own, which tells the student.
LEAVING = (Flow(name="student_left", event=StudentLeft, steps=(DROP_ALL,)),)

FLOWS = (*with_compensation(FORWARD), *WAITLIST, *CATALOGUE, *LEAVING)
