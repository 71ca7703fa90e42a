"""What is there before a test begins, and what the other services would have said."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from project.accounts.models import User
from project.bus.registry import bus
from project.bus.sql import fetch
from project.bus.subscribing import project_recorded
from project.messages.fact import Fact, to_json
from project.messages.modules import (
    Clause,
    Meeting,
    ModuleChanged,
    SeatDecision,
    SeatOffered,
    SeatsDecided,
    SectionChanged,
    TermChanged,
)
from project.messages.payments import Authorised, Charge
from registration import services
from registration.models import Item, Registration
from registration.rules.asking import Asking

TERM = 1
URL = "/api/v1/registrations/"
_STORE = """
INSERT INTO bus_event (stream, version, type, cause, data)
SELECT %(stream)s, count(*) + 1, %(type)s, %(cause)s, %(data)s
  FROM bus_event WHERE stream = %(stream)s
RETURNING id"""


def heard(fact: Fact, *, cause: int | None = None) -> int:
    """A fact of another service: stored, without what that service projects from it."""
    stored = {"stream": fact.stream, "type": fact.type, "cause": cause, "data": to_json(fact)}
    return int(fetch(_STORE, stored)[0][0])


def catalogue(*facts: Fact) -> None:
    """Facts of `modules`, and the catalogue brought up to date with them at once."""
    ids = [heard(fact) for fact in facts]
    with transaction.atomic():
        project_recorded(bus.subscriptions["registration.catalogue"], ids)


def section(
    number: int,
    *,
    module: str = "",
    credits: int = 4,
    seats: int | None = 10,
    is_open: bool = True,
    day: int | None = None,
    requires: tuple[Clause, ...] = (),
    term: int = TERM,
    title: str = "",
    instructor: str = "",
) -> int:
    """A section of a module of its own (or of `module`), on a `day` from 9 to 10 where given."""
    code = module or f"MOD {number}"
    meetings = () if day is None else (Meeting(kind="LE", day=day, start=540, end=600),)
    module_id = sum(map(ord, code)) * 1000 + int(code.split()[-1])
    title = title or f"About {code}"
    catalogue(
        TermChanged(term=term, code=f"T{term}", name=f"Term {term}"),
        ModuleChanged(module=module_id, code=code, title=title, credits=credits, requires=requires),
        SectionChanged(
            section=number,
            term=term,
            module=module_id,
            module_code=code,
            code="A01",
            seats=seats,
            credits=credits,
            is_open=is_open,
            meetings=meetings,
            instructor=instructor,
        ),
    )
    return number


def window(
    *,
    opens: int = -1,
    closes: int = 1,
    programme: str = "",
    year: int | None = None,
    term: int = TERM,
) -> int:
    """A window from `opens` to `closes` hours from now; its id."""
    now = datetime.now(UTC)
    (number,) = services.windows_open(
        [
            services.Opening(
                term=term,
                opens_at=now + timedelta(hours=opens),
                closes_at=now + timedelta(hours=closes),
                programme=programme,
                year=year,
            )
        ]
    )
    return number


def student(*, credit_limit: int = 20, transcript: tuple[str, ...] = (), name: str = "") -> int:
    """An admitted student; the user's id."""
    user = User.objects.create_user(name or f"user-{uuid4()}", full_name="A Student")
    services.student_change(
        services.Admission(
            student=user.id,
            programme="CS",
            year=2,
            credit_limit=credit_limit,
            transcript=transcript,
        )
    )
    return user.id


def token(user: int, *, minutes: int = 5) -> str:
    """A signed access token."""
    made = AccessToken()
    made["user_id"] = str(user)
    made.set_exp(lifetime=timedelta(minutes=minutes))
    return str(made)


def client(user: int) -> APIClient:
    """A client that is signed in."""
    made = APIClient()
    made.credentials(HTTP_AUTHORIZATION=f"Bearer {token(user)}")
    return made


def post(user: int, body: Any, *, key: str | None = "") -> Any:
    """Ask over HTTP, with a fresh key unless one is given; None sends none."""
    headers = {} if key is None else {"Idempotency-Key": key or str(uuid4())}
    return client(user).post(URL, body, format="json", headers=headers)


def body(*sections: int, mode: str = "any", on_full: str = "queue") -> dict[str, Any]:
    """A request of the right shape."""
    return {"sections": list(sections), "mode": mode, "on_full": on_full}


@dataclass(frozen=True, slots=True)
class Flow:
    """An accepted request, and what the others say of it."""

    id: UUID
    student: int
    cause: int
    sections: tuple[int, ...]

    def decided(self, outcomes: Sequence[str], codes: Sequence[str] = ()) -> "Flow":
        """The seats' writer has spoken, one outcome for each section."""
        codes = codes or [""] * len(outcomes)
        items = tuple(
            SeatDecision(section=one, outcome=outcome, fence=self.cause * 10 + n, code=code)
            for n, (one, outcome, code) in enumerate(
                zip(self.sections, outcomes, codes, strict=True)
            )
        )
        fact = SeatsDecided(registration=str(self.id), student=self.student, items=items)
        heard(fact, cause=self.cause)
        return self

    def authorised(self, *charges: Charge, cause: int | None = None) -> "Flow":
        """Payments has spoken."""
        fact = Authorised(registration=str(self.id), student=self.student, items=charges)
        heard(fact, cause=cause or self.cause)
        return self

    def paid(self, *sections: int, cause: int | None = None) -> "Flow":
        """The fee of these sections is authorised."""
        return self.authorised(*(Charge(section=one, amount=40) for one in sections), cause=cause)

    def settled(self) -> "Flow":
        """The answer is given."""
        with transaction.atomic():
            assert services.registrations_settle(causes=[self.cause]) == []
        return self

    def offered(self, section_: int) -> int:
        """A seat came free; the event's id."""
        return heard(
            SeatOffered(
                registration=str(self.id), student=self.student, section=section_, seat=1, fence=99
            )
        )

    def states(self) -> dict[int, tuple[str, str]]:
        """State and code of every item."""
        rows = Item.objects.filter(registration_id=self.id).order_by("ordinal")
        return {row.section_id: (row.state, row.code) for row in rows}

    @property
    def is_answered(self) -> bool:
        """Whether the whole has its answer."""
        return Registration.objects.get(id=self.id).answered_at is not None


def flow(user: int, *sections: int, mode: str = "any", on_full: str = "queue") -> Flow:
    """An accepted request for these sections."""
    accepted = services.registration_submit(
        student=user,
        key=str(uuid4()),
        asking=Asking(sections=sections, mode=mode, on_full=on_full),
    )
    row = Registration.objects.get(id=accepted)
    return Flow(id=accepted, student=user, cause=row.event_id, sections=sections)


def said(kind: str) -> list[Any]:
    """Data of the facts of that kind, in order."""
    rows = fetch("SELECT data FROM bus_event WHERE type LIKE %s ORDER BY id", [f"%.{kind}.v1"])
    return [json.loads(data) for (data,) in rows]


@contextmanager
def somebody_at_the_door(student: int, key: UUID | str) -> Iterator[None]:
    """A request of this student with this key is being judged, for as long as the block lasts."""
    other = connection.copy()
    this: list[str | int] = [str(key), student]
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, %s))", this)
        try:
            yield
        finally:
            # By hand: a connection that is closed keeps its locks until its server process ends.
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", this)
            other.close()
