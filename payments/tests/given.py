"""What happened before."""

from dataclasses import dataclass

from django.db import transaction

from payments import services
from payments.invariants import INVARIANTS
from payments.models import Account, Entry, Payment
from project.bus.sql import fetch
from project.bus.store import append
from project.ids import uuid7
from project.invariants.runner import broken_rows
from project.messages.fact import Fact, to_json
from project.messages.modules import SeatDecision, SeatsDecided
from project.messages.payments import AccountChanged
from project.messages.registration import Asked, Dropped, Ended, Settled, Submitted, Verdict

LIMIT = 100_000
PER_CREDIT = 1_000


_STORE = """
INSERT INTO bus_event (stream, version, type, cause, data)
SELECT %(stream)s, count(*) + 1, %(type)s, %(cause)s, %(data)s
  FROM bus_event WHERE stream = %(stream)s
RETURNING id"""


def heard(fact: Fact, *, cause: int | None = None) -> int:
    """A fact of another service: stored, without what that service projects from it."""
    stored = {"stream": fact.stream, "type": fact.type, "cause": cause, "data": to_json(fact)}
    return int(fetch(_STORE, stored)[0][0])


def said(fact: Fact, *, cause: int | None = None) -> int:
    """A fact of payments, with its projections."""
    with transaction.atomic():
        return append([fact], causes=[cause])[0]


def rate(programme: str = "CS", per_credit: int = PER_CREDIT, limit: int = LIMIT) -> None:
    services.rate_set(programme=programme, per_credit=per_credit, limit=limit)


def account(student: int, limit: int = LIMIT) -> None:
    said(AccountChanged(student=student, limit=limit))


@dataclass(frozen=True, slots=True)
class Flow:
    """A submission by a student for the sections of their own, one credit each."""

    cause: int
    registration: str
    student: int
    sections: tuple[int, ...]

    def seated(self) -> "Flow":
        items = tuple(
            SeatDecision(section=section, outcome="seated", seat=None, fence=self.cause * 10 + n)
            for n, section in enumerate(self.sections)
        )
        decided = SeatsDecided(registration=self.registration, student=self.student, items=items)
        heard(decided, cause=self.cause)
        return self

    def settled(self, state: str = "confirmed") -> "Flow":
        items = tuple(Verdict(section=section, state=state) for section in self.sections)
        settled = Settled(registration=self.registration, student=self.student, items=items)
        heard(settled, cause=self.cause)
        return self

    def dropped(self, was: str = "confirmed", code: str = "given_up") -> int:
        items = tuple(Ended(section=section, was=was, code=code) for section in self.sections)
        ended = Dropped(registration=self.registration, student=self.student, items=items)
        return heard(ended)

    def states(self) -> list[str]:
        mine = Payment.objects.filter(registration_id=self.registration)
        return list(mine.order_by("section_id").values_list("state", flat=True))


def submitted(
    student: int, *credits: int, mode: str = "any", programme: str = "CS", first: int = 0
) -> Flow:
    start = first or student * 100
    items = tuple(
        Asked(section=start + n, module=f"M{start + n}", credits=c)
        for n, c in enumerate(credits or (1,))
    )
    fact = Submitted(
        registration=str(uuid7()),
        student=student,
        programme=programme,
        term=1,
        mode=mode,
        on_full="queue",
        items=items,
    )
    return Flow(heard(fact), fact.registration, student, tuple(item.section for item in items))


def sums(student: int) -> tuple[int, int]:
    found = Account.objects.get(student_id=student)
    return found.authorised, found.captured


def ledger() -> list[tuple[str, int]]:
    rows = Entry.objects.order_by("event_id", "section_id", "account")
    return list(rows.values_list("account", "amount"))


def broken_invariants() -> list[str]:
    """Names of the invariants of payments that do not hold now."""
    return [invariant.name for invariant in INVARIANTS if broken_rows(invariant)]
