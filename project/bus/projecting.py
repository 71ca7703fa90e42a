"""Projections: the only SQL that writes a state table, live and in replay alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from project.messages.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """One statement that brings `table` up to date with facts of one type.

    It reads the relation fact(id, stream, version, cause, data, recorded_at), in which a stream
    occurs once, and its own state tables; it knows no clock, no sequence and no chance.
    """

    fact: type[Fact]
    table: str
    sql: str


def with_projections(*, fact: str, projections: Sequence[Projection], beside: str = "") -> str:
    """One statement: the relation `fact`, what is written `beside`, then every projection."""
    parts = [f"fact AS ({fact})"]
    if beside:
        parts.append(f"beside AS ({beside})")
    parts += [f"projected_{n} AS ({one.sql})" for n, one in enumerate(projections)]
    return f"WITH {', '.join(parts)} SELECT id FROM fact ORDER BY id"
