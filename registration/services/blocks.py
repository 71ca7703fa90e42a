"""Blocks: a bar on a student, put, reworded and lifted."""

from dataclasses import replace

from django.db import transaction

from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.registration import BlockChanged
from registration.selectors.my_registrations import is_student
from registration.selectors.students import get_block

BLOCK_IDS = "registration_block_id_seq"


def block_put(*, student: int, reason: str) -> int:
    """Bar a student from registering; the new block's id. Raises LookupError for somebody who is no
    student."""
    with transaction.atomic():
        if not is_student(student):
            raise LookupError(f"{student} is no student")
        (block,) = allocate_ids(sequence=BLOCK_IDS, count=1)
        append([BlockChanged(block=block, student=student, reason=reason)])
    return block


def block_change(*, block: int, reason: str) -> bool:
    """Reword a block; False where nothing changed. Raises LookupError for a stranger."""
    with transaction.atomic():
        known = _known(block)
        if known.reason == reason:
            return False
        append([replace(known, reason=reason)])
    return True


def block_lift(*, block: int) -> None:
    """Lift a block. Raises LookupError for a stranger."""
    with transaction.atomic():
        append([replace(_known(block), lifted=True)])


def _known(block: int) -> BlockChanged:
    known = get_block(block)
    if known is None:
        raise LookupError(f"there is no block {block}")
    return known
