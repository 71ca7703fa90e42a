"""Test data, and the events that other services would append."""

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
from project.bus.subscriptions import project_recorded
from project.events.base import Event
from project.events.modules import (
    Clause,
    Meeting,
    ModuleChanged,
    SeatDecision,
    SeatOffered,
    SeatsDecided,
    SectionChanged,
    TermChanged,
)
from project.events.payments import AuthorisationItem, Authorised, Captured, MoneyItem
from project.events.reasons import Reason
from project.events.vocabulary import Mode, OnFull, SeatOutcome
from project.testing import received_events
from registration import services
from registration.models import Item, Registration
from registration.rules.people import Category, Kind, passed
from registration.rules.request import RegistrationRequest

receive = received_events.receive

TERM = 1
URL = "/api/v1/registrations/"


def catalogue(*events: Event) -> None:
    """Store events of `modules` and project the catalogue at once."""
    ids = [receive(event) for event in events]
    with transaction.atomic():
        project_recorded(bus.subscriptions["registration.catalogue"], ids)


def section(
    number: int,
    *,
    module: str = "",
    credits: float = 4,
    credits_max: float | None = None,
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
        ModuleChanged(
            module=module_id,
            code=code,
            title=title,
            credit_quarters=int(credits * 4),
            requires=requires,
        ),
        SectionChanged(
            section=number,
            term=term,
            module=module_id,
            module_code=code,
            code="A01",
            seats=seats,
            credit_quarters=int(credits * 4),
            credit_quarters_max=int(credits_max * 4) if credits_max else None,
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


def programme(code: str) -> None:
    """A programme that students may be in."""
    services.categories_set([Category(kind=Kind.PROGRAMME, code=code, name=f"The {code}")])


def student(*, credit_limit: float = 20, transcript: tuple[str, ...] = (), name: str = "") -> int:
    """An admitted student; the user's id."""
    user = User.objects.create_user(name or f"user-{uuid4()}", full_name="A Student")
    programme("CS")
    services.student_change(
        services.Admission(
            student=user.id,
            programme="CS",
            year=2,
            credit_limit_quarters=int(credit_limit * 4),
            transcript=passed(*transcript),
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
    """Submit over HTTP, with a fresh key unless one is given; None sends none."""
    headers = {} if key is None else {"Idempotency-Key": key or str(uuid4())}
    return client(user).post(URL, body, format="json", headers=headers)


def body(*sections: int, mode: str = "any", on_full: str = "waitlist") -> dict[str, Any]:
    """A well-formed request body."""
    return {"sections": list(sections), "mode": mode, "on_full": on_full}


@dataclass(frozen=True, slots=True)
class Flow:
    """An accepted request, and the events of other services in its flow."""

    id: UUID
    student: int
    flow_id: int
    sections: tuple[int, ...]

    def seats_decided(self, outcomes: Sequence[str], codes: Sequence[str] = ()) -> "Flow":
        """Store the allocation: one outcome for each section."""
        codes = codes or [""] * len(outcomes)
        items = tuple(
            SeatDecision(
                section=one,
                outcome=SeatOutcome(outcome),
                fencing_token=self.flow_id * 10 + n,
                code=Reason(code) if code else None,
            )
            for n, (one, outcome, code) in enumerate(
                zip(self.sections, outcomes, codes, strict=True)
            )
        )
        event = SeatsDecided(registration=str(self.id), student=self.student, items=items)
        receive(event, flow_id=self.flow_id)
        return self

    def authorised(self, *charges: AuthorisationItem, flow_id: int | None = None) -> "Flow":
        """Store the authorisation of the payment."""
        event = Authorised(registration=str(self.id), student=self.student, items=charges)
        receive(event, flow_id=flow_id or self.flow_id)
        return self

    def paid(self, *sections: int, flow_id: int | None = None) -> "Flow":
        """Authorise the fee of these sections."""
        return self.authorised(
            *(AuthorisationItem(section=one, amount=40) for one in sections), flow_id=flow_id
        )

    def captured(self, *sections: int) -> "Flow":
        """Charge the fee of these sections."""
        receive(
            Captured(
                registration=str(self.id),
                student=self.student,
                items=tuple(MoneyItem(section=one, amount=40) for one in sections),
            ),
            flow_id=self.flow_id,
        )
        return self

    def decided(self) -> "Flow":
        """Run the step `decide`."""
        with transaction.atomic():
            assert services.registrations_decide(flow_ids=[self.flow_id]) == []
        return self

    def offered(self, section_: int) -> int:
        """Offer a seat; returns the id of the event."""
        return receive(
            SeatOffered(
                registration=str(self.id),
                student=self.student,
                section=section_,
                seat=1,
                fencing_token=99,
            )
        )

    def states(self) -> dict[int, tuple[str, str]]:
        """State and code of every item."""
        rows = Item.objects.filter(registration_id=self.id).order_by("ordinal")
        return {row.section_id: (row.state, row.code) for row in rows}

    @property
    def is_decided(self) -> bool:
        """Whether the registration is decided."""
        return Registration.objects.get(id=self.id).decided_at is not None


def flow(user: int, *sections: int, mode: str = "any", on_full: str = "waitlist") -> Flow:
    """An accepted request for these sections."""
    accepted = services.registration_submit(
        student=user,
        key=str(uuid4()),
        request=RegistrationRequest(sections=sections, mode=Mode(mode), on_full=OnFull(on_full)),
    )
    row = Registration.objects.get(id=accepted)
    return Flow(id=accepted, student=user, flow_id=row.event_id, sections=sections)


def stored(kind: str) -> list[Any]:
    """Data of the events of that kind, in order."""
    rows = fetch("SELECT data FROM bus_event WHERE type LIKE %s ORDER BY id", [f"%.{kind}.v1"])
    return [json.loads(data) for (data,) in rows]


@contextmanager
def submission_in_progress(student: int, key: UUID | str) -> Iterator[None]:
    """Hold the lock of a submission of this student with this key while the block runs."""
    other = connection.copy()
    this: list[str | int] = [str(key), student]
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, %s))", this)
        try:
            yield
        finally:
            # Explicitly: a closed connection keeps its locks until its server process ends.
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", this)
            other.close()


def put_in_line(event_id: int, position: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bus_position (position, event_id, batch_id, type)"
            " SELECT %s, id, 1, type FROM bus_event WHERE id = %s",
            [position, event_id],
        )
