"""Set the stage of a run: a term, its catalogue, students with tokens, an open window.

The apps' own commands do all of it; a term and students of its own keep runs apart.
"""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command

from project.accounts.models import User
from project.surge import log
from project.surge.demand import demand_read, weighted
from project.surge.offers import SEATS_PER_WISH, Offer, pressed
from project.surge.plan import MEAN_WISHES, Wish, drawn
from project.surge.resting import wait_for_rest
from project.surge.tokens import tokens_signed

CREDIT_LIMIT = 24
PROGRAMME = "surge"
PER_CREDIT, LIMIT = 10_000, 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a run."""

    students: int
    over: float
    seed: int
    name: str = "SURGE"
    catalogue: Path | None = None
    demand: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A run that is ready to begin. `tokens` are the students' in the order of the wishes."""

    term: int
    term_code: str
    offers: tuple[Offer, ...]
    wishes: tuple[Wish, ...]
    tokens: list[str]


def set_up(order: Order) -> Stage:
    """Make a term, its catalogue, and the students that the plan needs."""
    run = f"{time.strftime('%y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    code = f"{order.name}-{run}"
    term = _catalogue(order, code)
    demand = demand_read(order.demand) if order.demand else None
    wanted = weighted(log.offers(term), demand)
    per_wish = SEATS_PER_WISH["size" if demand is None else "demand"]
    seats = order.students * MEAN_WISHES * per_wish
    offers = pressed(wanted, seats=seats, seed=order.seed)
    if not offers:
        raise LookupError("no section of the catalogue is asked for by the demand file")
    wishes = drawn(
        offers,
        students=order.students,
        over=order.over,
        seed=order.seed,
        credit_limit=CREDIT_LIMIT,
        max_sections=settings.MAX_SECTIONS,
    )
    users = _students(wishes, run=run, term=code)
    wait_for_rest()
    return Stage(
        term=term, term_code=code, offers=offers, wishes=wishes, tokens=tokens_signed(users)
    )


def _catalogue(order: Order, code: str) -> int:
    words = _days_and_name(order.name, date.today())
    if order.catalogue is not None:
        call_command("import_catalogue", str(order.catalogue), term=code, **words)
        return log.term_id(code)
    with TemporaryDirectory() as folder:
        sections, modules = f"{folder}/sections.csv", f"{folder}/modules.csv"
        call_command("generate_catalogue", sections, modules_file=modules)
        call_command("import_catalogue", sections, term=code, modules=modules, **words)
    return log.term_id(code)


def _days_and_name(name: str, today: date) -> dict[str, Any]:
    """A term of fifteen weeks from the Monday after next: students' calendars need to know."""
    starts = today + timedelta(days=14 - today.weekday())
    ends = starts + timedelta(days=15 * 7 - 3)
    return {"starts": starts, "ends": ends, "name": f"{name.title()} term, {starts:%B %Y}"}


def _students(wishes: Sequence[Wish], *, run: str, term: str) -> list[int]:
    """Users in the order of their wishes, each with the transcript that it needs."""
    call_command("set_rate", PROGRAMME, PER_CREDIT, LIMIT)
    with TemporaryDirectory() as folder:
        transcripts = Path(folder, "transcripts.json")
        transcripts.write_text(json.dumps([wish.transcript for wish in wishes]))
        call_command(
            "prepare_students",
            term=term,
            count=len(wishes),
            prefix=f"{run}-",
            programme=PROGRAMME,
            credit_limit=CREDIT_LIMIT,
            transcripts_from=transcripts,
        )
    names = [f"{run}-{number}" for number in range(1, len(wishes) + 1)]
    users = dict(User.objects.filter(username__in=names).values_list("username", "id"))
    return [users[name] for name in names]


def crowd_job(stage: Stage, *, host: str, port: int, connections: int) -> dict[str, Any]:
    """What the generator is told of a run."""
    return {
        "play": "crowd",
        "host": host,
        "port": port,
        "connections": connections,
        "wishes": [
            {
                "student": wish.student,
                "at": wish.at,
                "token": token,
                "key": secrets.token_hex(8),
                "sections": wish.sections,
                "mode": wish.mode,
                "on_full": wish.on_full,
                "kind": wish.kind,
                "followed": wish.followed,
                "drop_after": wish.drop_after,
            }
            for wish, token in zip(stage.wishes, stage.tokens, strict=True)
        ],
    }
