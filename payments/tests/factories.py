"""Test data: events before a step runs."""

from dataclasses import dataclass

from django.db import transaction

from payments import services
from payments.invariants import INVARIANTS
from payments.models import Account, LedgerEntry, Payment
from project.bus.store import append
from project.events.base import Event
from project.events.modules import SeatDecision, SeatsDecided
from project.events.payments import AccountChanged
from project.events.reasons import Reason
from project.events.registration import (
    Decided,
    DecidedItem,
    Dropped,
    EndedItem,
    RequestedItem,
    Submitted,
)
from project.events.vocabulary import ItemState, Mode, OnFull, SeatOutcome
from project.invariants.runner import broken_rows
from project.ops.ids import uuid7
from project.testing import received_events

receive = received_events.receive

LIMIT = 100_000
PER_CREDIT = 1_000


def append_event(event: Event, *, flow_id: int | None = None) -> int:
    """An event of payments, with its projections."""
    with transaction.atomic():
        return append([event], flow_ids=[flow_id])[0]


def rate(programme: str = "CS", per_credit: int = PER_CREDIT, limit: int = LIMIT) -> None:
    services.rate_set(programme=programme, per_credit=per_credit, limit=limit)


def account(student: int, limit: int = LIMIT) -> None:
    append_event(AccountChanged(student=student, limit=limit))


@dataclass(frozen=True, slots=True)
class Flow:
    """A submission by a student for the sections of their own, one credit each."""

    flow_id: int
    registration: str
    student: int
    sections: tuple[int, ...]

    def seated(self) -> "Flow":
        items = tuple(
            SeatDecision(
                section=section,
                outcome=SeatOutcome.SEATED,
                seat=None,
                fencing_token=self.flow_id * 10 + n,
            )
            for n, section in enumerate(self.sections)
        )
        decided = SeatsDecided(registration=self.registration, student=self.student, items=items)
        receive(decided, flow_id=self.flow_id)
        return self

    def decided(self, state: str = "confirmed") -> "Flow":
        items = tuple(
            DecidedItem(section=section, state=ItemState(state)) for section in self.sections
        )
        decided = Decided(registration=self.registration, student=self.student, items=items)
        receive(decided, flow_id=self.flow_id)
        return self

    def dropped(self, was: str = "confirmed", code: str = "dropped_by_student") -> int:
        items = tuple(
            EndedItem(section=section, was=ItemState(was), code=Reason(code) if code else None)
            for section in self.sections
        )
        ended = Dropped(registration=self.registration, student=self.student, items=items)
        return receive(ended)

    def states(self) -> list[str]:
        mine = Payment.objects.filter(registration_id=self.registration)
        return list(mine.order_by("section_id").values_list("state", flat=True))


def submitted(
    student: int, *credits: float, mode: str = "any", programme: str = "CS", first: int = 0
) -> Flow:
    start = first or student * 100
    items = tuple(
        RequestedItem(section=start + n, module=f"M{start + n}", credit_quarters=int(c * 4))
        for n, c in enumerate(credits or (1,))
    )
    event = Submitted(
        registration=str(uuid7()),
        student=student,
        programme=programme,
        term=1,
        mode=Mode(mode),
        on_full=OnFull.WAITLIST,
        items=items,
    )
    return Flow(receive(event), event.registration, student, tuple(item.section for item in items))


def sums(student: int) -> tuple[int, int]:
    found = Account.objects.get(student_id=student)
    return found.authorised, found.captured


def ledger() -> list[tuple[str, int]]:
    rows = LedgerEntry.objects.order_by("event_id", "section_id", "account")
    return list(rows.values_list("account", "amount"))


def broken_invariants() -> list[str]:
    """Names of the invariants of payments that are violated now."""
    return [invariant.name for invariant in INVARIANTS if broken_rows(invariant)]
