"""The student lock: whoever judges a student's schedule holds it, so nobody else does meanwhile."""

from collections.abc import Iterable

from project.bus.sql import fetch

_LOCK = "SELECT id FROM registration_student WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"


def students_lock(students: Iterable[int]) -> None:
    """Lock these students until the transaction ends, in id order, so that no two lockers wait
    for each other. `NO KEY`: rows that point at a student may still be written."""
    fetch(_LOCK, [sorted(set(students))])


def students_try_lock(students: Iterable[int]) -> set[int]:
    """The same for those whom nobody holds at the moment; who they are."""
    return {row[0] for row in fetch(f"{_LOCK} SKIP LOCKED", [sorted(set(students))])}
