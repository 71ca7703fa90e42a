"""Blocks on students, with their reasons."""

from collections.abc import Collection
from dataclasses import dataclass

from project.bus.sql import fetch

# The reasons of the blocks on the student `s`, each with the office to see.
REASONS = """ARRAY(
       SELECT coalesce(r.reason || coalesce(' (' || nullif(r.office, '') || ')', ''), '')
         FROM registration_block b LEFT JOIN registration_block_reason r ON r.block_id = b.id
        WHERE b.student_id = s.id ORDER BY b.id)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentBlock:
    """A block, why it was placed, and whom to see about it."""

    id: int
    student: int
    reason: str
    office: str = ""


_BLOCKS = """
SELECT b.id, b.student_id, coalesce(r.reason, ''), coalesce(r.office, '')
  FROM registration_block b LEFT JOIN registration_block_reason r ON r.block_id = b.id
"""


def get_block(block: int) -> StudentBlock | None:
    """The block, or None."""
    rows = fetch(f"{_BLOCKS} WHERE b.id = %s", [block])
    return _block(*rows[0]) if rows else None


def load_blocks(student: int) -> list[StudentBlock]:
    """The blocks on this student, the oldest first."""
    rows = fetch(f"{_BLOCKS} WHERE b.student_id = %s ORDER BY b.id", [student])
    return [_block(*row) for row in rows]


def load_blocks_of_offices(offices: Collection[str]) -> list[StudentBlock]:
    """The blocks that these offices can lift, the oldest first."""
    rows = fetch(f"{_BLOCKS} WHERE r.office = ANY(%s) ORDER BY b.id", [list(offices)])
    return [_block(*row) for row in rows]


def _block(block: int, student: int, reason: str, office: str) -> StudentBlock:
    return StudentBlock(id=block, student=student, reason=reason, office=office)
