"""The saga as a table: what follows when a fact has happened, step by step, with the undo."""

from project.messages.flow import Flow, Step
from project.messages.modules import SeatOffered
from project.messages.registration import Dropped, Expired, Refused, Submitted

LOCK = Step(task="modules.lock", queue="seats", undo="modules.release")
CONSIDER = Step(task="registration.consider", queue="settle", undo="modules.release")
AUTHORISE = Step(task="payments.authorise", queue="authorise", undo="payments.give_back")
SETTLE = Step(task="registration.settle", queue="settle")
CAPTURE = Step(task="payments.capture", queue="capture", undo="payments.give_back")
ANNOUNCE = Step(task="notifications.announce", queue="announce")
RELEASE = Step(task="modules.release", queue="seats")
GIVE_BACK = Step(task="payments.give_back", queue="capture")

UNDOING = (RELEASE, GIVE_BACK, ANNOUNCE)

FLOWS = (
    Flow(name="submitted", fact=Submitted, steps=(LOCK, AUTHORISE, SETTLE, CAPTURE, ANNOUNCE)),
    Flow(name="offered", fact=SeatOffered, steps=(CONSIDER, AUTHORISE, SETTLE, CAPTURE, ANNOUNCE)),
    Flow(name="refused", fact=Refused, steps=UNDOING),
    Flow(name="dropped", fact=Dropped, steps=UNDOING),
    Flow(name="expired", fact=Expired, steps=UNDOING),
)
