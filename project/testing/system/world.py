"""The data of a registration day, made through the apps' own services."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from modules.services.catalogue import module_save, section_save, term_save
from payments.services.rates import rate_set
from project.accounts.models import User
from project.bus.sql import fetch
from project.events.modules import Clause, Meeting, ModuleChanged, SectionChanged
from project.events.vocabulary import Mode, OnFull
from project.ops.ids import uuid7
from project.testing.system.running import System
from registration.rules.people import Category, Kind, passed
from registration.rules.request import RegistrationRequest
from registration.services import (
    Admission,
    Opening,
    categories_set,
    item_drop,
    registration_submit,
    students_admit,
    windows_open,
)

PROGRAMME = "arts"
PER_CREDIT = 100
LIMIT = 1_000_000
CREDIT_LIMIT = 120


@dataclass(slots=True, kw_only=True)
class World:
    """A term with an open window, and whatever is added to it."""

    system: System
    term: int = 0
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def begin(self) -> None:
        """Create a term that is open to everyone, and a rate."""
        rate_set(programme=PROGRAMME, per_credit=PER_CREDIT, limit=LIMIT)
        self.term = term_save(code="T1", name="Term 1")
        now = timezone.now()
        opening = Opening(
            term=self.term, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1)
        )
        windows_open([opening])

    def section(
        self,
        *,
        seats: int | None = 10,
        credits: float = 5,
        credits_max: float | None = None,
        module: str = "",
        code: str = "01",
        meetings: tuple[Meeting, ...] = (),
        requires: tuple[Clause, ...] = (),
        is_open: bool = True,
    ) -> int:
        """A section, of a module of its own unless `module` names one; its id."""
        module_code = module or f"M {next(self.numbers)}"
        return section_save(
            section=SectionChanged(
                section=0,
                term=self.term,
                module=self._module(module_code, credits, requires),
                module_code=module_code,
                code=code,
                seats=seats,
                credit_quarters=int(credits * 4),
                credit_quarters_max=int(credits_max * 4) if credits_max else None,
                is_open=is_open,
                meetings=meetings,
            )
        )

    def _module(self, code: str, credits: float, requires: tuple[Clause, ...]) -> int:
        rows = fetch("SELECT id FROM modules_module WHERE code = %s", [code])
        known = rows[0][0] if rows else 0
        module = ModuleChanged(
            module=known,
            code=code,
            title=f"About {code}",
            credit_quarters=int(credits * 4),
            requires=requires,
        )
        return module_save(module=module)

    def students(
        self,
        count: int,
        *,
        programme: str = PROGRAMME,
        year: int = 1,
        credit_limit: int = CREDIT_LIMIT,
        transcript: tuple[str, ...] = (),
    ) -> list[int]:
        """Admit that many students, each with an address; returns their ids."""
        names = [f"student-{next(self.numbers)}" for _ in range(count)]
        users = User.objects.bulk_create(
            User(username=name, full_name=name, email=f"{name}@example.org", password="!")
            for name in names
        )
        ids = [user.id for user in users]
        categories_set([Category(kind=Kind.PROGRAMME, code=programme, name=programme)])
        students_admit(
            [
                Admission(
                    student=student,
                    programme=programme,
                    year=year,
                    credit_limit_quarters=int(credit_limit * 4),
                    transcript=passed(*transcript),
                )
                for student in ids
            ]
        )
        return ids

    def ready(self) -> None:
        """Wait until every service knows what was created."""
        self.system.drain()

    def submit(
        self,
        student: int,
        *sections: int,
        mode: str = "any",
        on_full: str = "waitlist",
        key: str = "",
        credits: float | None = None,
    ) -> UUID:
        """Submit a registration through the service, choosing `credits` for each section; returns
        its id. Raises Refusal."""
        chosen = {} if credits is None else dict.fromkeys(sections, int(credits * 4))
        return registration_submit(
            student=student,
            key=key or str(uuid7()),
            request=RegistrationRequest(
                sections=sections,
                chosen_credits=chosen,
                mode=Mode(mode),
                on_full=OnFull(on_full),
            ),
        )

    def drop(self, student: int, registration: UUID, section: int) -> bool:
        """Drop an item; returns whether it is done already."""
        dropped = item_drop(student=student, registration=registration, section=section)
        assert dropped is not None
        return dropped.is_done

    def items(self, registration: UUID) -> dict[int, str]:
        """The state of each item by section."""
        rows = fetch(
            "SELECT section_id, state FROM registration_item WHERE registration_id = %s",
            [registration],
        )
        return dict(rows)

    def states(self, registrations: Sequence[UUID]) -> dict[str, int]:
        """How many items of these registrations have each state."""
        rows = fetch(
            "SELECT state, count(*) FROM registration_item"
            " WHERE registration_id = ANY(%s) GROUP BY state",
            [list(registrations)],
        )
        return dict(rows)

    def answered(self) -> set[UUID]:
        """Registrations that are decided."""
        rows = fetch("SELECT id FROM registration_registration WHERE decided_at IS NOT NULL")
        return {row[0] for row in rows}

    def undecided(self) -> int:
        """Accepted registrations that are undecided."""
        rows = fetch("SELECT count(*) FROM registration_registration WHERE decided_at IS NULL")
        return int(rows[0][0])

    def token(self, student: int) -> str:
        """A signed access token."""
        token = AccessToken()
        token["user_id"] = str(student)
        token.set_exp(from_time=datetime.now(UTC), lifetime=timedelta(hours=1))
        return str(token)
