"""Prepare a run: a term, its catalogue, students with tokens, an open window.

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

from benchmarks.errors import BenchmarkFailed
from benchmarks.sign_in import sign_tokens
from benchmarks.site import Site, require_alive, require_our_site
from benchmarks.surge import queries
from benchmarks.surge.demand import read_demand, weigh_sections
from benchmarks.surge.scenario import MEAN_SECTIONS, StudentScript, write_scripts
from benchmarks.surge.section_pool import SEATS_PER_REQUEST, PooledSection, limit_supply
from benchmarks.terminal import log
from project.accounts.models import User
from project.bus.idle import wait_until_idle
from project.events.credits import QUARTERS

CREDIT_LIMIT = 24
PROGRAMME = "surge"
PER_CREDIT, LIMIT = 10_000, 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """The configuration of a run."""

    students: int
    over: float
    seed: int
    name: str = "SURGE"
    catalogue: Path | None = None
    demand: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A run that is ready to start. `tokens` are the students' in the order of the scripts."""

    term: int
    pool: tuple[PooledSection, ...]
    scripts: tuple[StudentScript, ...]
    tokens: list[str]


def prepare_run(config: RunConfig, site: Site) -> PreparedRun:
    """Make a term, its catalogue, and the students that the scripts need. Raises `BenchmarkFailed`
    if the site does not answer, or does not know them."""
    require_alive(site)
    run = f"{time.strftime('%y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    code = f"{config.name}-{run}"
    term = _catalogue(config, code)
    demand = read_demand(config.demand) if config.demand else None
    wanted = weigh_sections(queries.section_pool(term), demand)
    per_request = SEATS_PER_REQUEST["size" if demand is None else "demand"]
    seats = config.students * MEAN_SECTIONS * per_request
    pool = limit_supply(wanted, seats=seats, seed=config.seed)
    if not pool:
        raise BenchmarkFailed("The demand file asks for no section of the catalogue.")
    scripts = write_scripts(
        pool,
        students=config.students,
        over=config.over,
        seed=config.seed,
        credit_limit_quarters=CREDIT_LIMIT * QUARTERS,
        max_sections=settings.MAX_SECTIONS,
    )
    users = _students(scripts, run=run, term=code)
    wait_until_idle(log=log)
    tokens = sign_tokens(users)
    require_our_site(site, token=tokens[0])
    return PreparedRun(term=term, pool=pool, scripts=scripts, tokens=tokens)


def _catalogue(config: RunConfig, code: str) -> int:
    words = _days_and_name(config.name, date.today())
    if config.catalogue is not None:
        call_command("import_catalogue", str(config.catalogue), term=code, **words)
        return queries.term_id(code)
    with TemporaryDirectory() as folder:
        sections, modules = f"{folder}/sections.csv", f"{folder}/modules.csv"
        call_command("generate_catalogue", sections, modules_file=modules)
        call_command("import_catalogue", sections, term=code, modules=modules, **words)
    return queries.term_id(code)


def _days_and_name(name: str, today: date) -> dict[str, Any]:
    """A term of fifteen weeks from the Monday after next: calendars need its days."""
    starts = today + timedelta(days=14 - today.weekday())
    ends = starts + timedelta(days=15 * 7 - 3)
    return {
        "starts": str(starts),
        "ends": str(ends),
        "name": f"{name.title()} term, {starts:%B %Y}",
    }


def _students(scripts: Sequence[StudentScript], *, run: str, term: str) -> list[int]:
    """Users in the order of their scripts, each with the transcript that it needs."""
    call_command("set_rate", PROGRAMME, PER_CREDIT, LIMIT)
    with TemporaryDirectory() as folder:
        transcripts = Path(folder, "transcripts.json")
        transcripts.write_text(json.dumps([script.transcript for script in scripts]))
        call_command(
            "prepare_students",
            term=term,
            count=len(scripts),
            prefix=f"{run}-",
            programme=PROGRAMME,
            credit_limit=CREDIT_LIMIT,
            transcripts_from=transcripts,
        )
    names = [f"{run}-{number}" for number in range(1, len(scripts) + 1)]
    users = dict(User.objects.filter(username__in=names).values_list("username", "id"))
    return [users[name] for name in names]


def load_job(prepared: PreparedRun, site: Site, *, connections: int) -> dict[str, Any]:
    """The job of the load process."""
    return {
        "load": "open_loop",
        **site.job,
        "connections": connections,
        "scripts": [
            {
                "student": script.student,
                "at": script.at,
                "token": token,
                "key": secrets.token_hex(8),
                "sections": script.sections,
                "mode": script.mode,
                "on_full": script.on_full,
                "kind": script.kind,
                "followed": script.followed,
                "drop_after": script.drop_after,
            }
            for script, token in zip(prepared.scripts, prepared.tokens, strict=True)
        ],
    }
