"""The student lock: held while a student's schedule is checked, so that checks do not overlap."""

from collections.abc import Iterable

from project.bus.sql import fetch

_LOCK = "SELECT id FROM registration_student WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"


def students_lock(students: Iterable[int]) -> None:
    """Lock these students until the transaction ends, in id order to avoid deadlocks. `NO KEY`:
    rows that reference a student may still be inserted."""
    fetch(_LOCK, [sorted(set(students))])


def students_try_lock(students: Iterable[int]) -> set[int]:
    """Lock those of these students that are not locked at the moment; returns their ids."""
    return {row[0] for row in fetch(f"{_LOCK} SKIP LOCKED", [sorted(set(students))])}
