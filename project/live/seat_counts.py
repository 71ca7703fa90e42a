"""Seats taken and students waiting, in Redis, for display only: no decision reads them. The app
that writes them registers a `Rebuild` of this name.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from redis import RedisError

from project.bus import rebuilding
from project.ops.redis import client

NAME = "live counts"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many seats of a section are taken, and how many students wait for one."""

    taken: int
    waiting: int


def count_key(section: int | str) -> str:
    """The Redis key of a section's counts; with `*`, a pattern for those of all sections."""
    return f"counts:{section}"


def read(section_ids: Sequence[int]) -> dict[int, Counts]:
    """The live counts of these sections. A section without counts is left out, and a rebuild is
    requested that adds it within seconds.
    """
    try:
        found = _read(section_ids)
    except RedisError as error:
        _log.warning("no live counts error=%s", error)
        return {}
    if len(found) < len(set(section_ids)):
        rebuilding.request(NAME)
    return found


def _read(section_ids: Sequence[int]) -> dict[int, Counts]:
    pipe = client().pipeline(transaction=False)
    for section in section_ids:
        pipe.hmget(count_key(section), "taken", "waiting")
    rows = zip(section_ids, pipe.execute(), strict=True)
    return {
        section: Counts(taken=int(taken), waiting=int(waiting))
        for section, (taken, waiting) in rows
        if taken is not None and waiting is not None
    }
