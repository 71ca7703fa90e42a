"""The student lock: whoever judges a student's schedule holds it, so nobody else does meanwhile."""

from collections.abc import Iterable

from project.bus.sql import fetch


def students_lock(students: Iterable[int]) -> None:
    """Lock these students until the transaction ends, in id order, so that no two lockers wait
    for each other. `NO KEY`: rows that point at a student may still be written."""
    fetch(
        "SELECT id FROM registration_student WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        [sorted(set(students))],
    )
