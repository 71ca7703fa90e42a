"""Seats taken and students waiting, as `modules` keeps them in Redis for whoever shows them.

For showing only: nothing that decides reads them.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError
from redis import RedisError

from project.bus.registry import bus
from project.redis import client

_log = logging.getLogger(__name__)
_ASKED = "counts-asked-for"
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many seats of a section are taken, and how many students wait for one."""

    taken: int
    waiting: int


def read(section_ids: Sequence[int]) -> dict[int, Counts]:
    """The live counts of these sections. One that is not known now is left out: say so, or show
    what you know yourself.

    On the first miss the counts are made again from PostgreSQL; until that is done, and at most
    every ten seconds, further misses just miss.
    """
    try:
        found = _read(section_ids)
        if len(found) < len(set(section_ids)) and _may_rebuild():
            bus.rebuilds["modules"]()
            found = _read(section_ids)
    except (RedisError, DatabaseError) as error:
        _log.warning("no live counts error=%s", error)
        return {}
    return found


def _read(section_ids: Sequence[int]) -> dict[int, Counts]:
    pipe = client().pipeline(transaction=False)
    for section in section_ids:
        pipe.hmget(f"counts:{section}", "taken", "waiting")
    rows = zip(section_ids, pipe.execute(), strict=True)
    return {
        section: Counts(taken=int(taken), waiting=int(waiting))
        for section, (taken, waiting) in rows
        if taken is not None and waiting is not None
    }


def _may_rebuild() -> bool:
    return bool(client().set(_ASKED, b"", nx=True, ex=_PATIENCE_SECONDS))
