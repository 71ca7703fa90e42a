"""Blocks that stop a student from registering: place, reword, lift."""

from dataclasses import replace

from django.db import transaction

from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.registration import BlockChanged
from registration.selectors.my_registrations import is_student
from registration.selectors.students import get_block

BLOCK_IDS = "registration_block_id_seq"


def block_put(*, student: int, reason: str) -> int:
    """Block a student from registering; returns the block's id. Raises LookupError for a user who
    is not a student."""
    with transaction.atomic():
        if not is_student(student):
            raise LookupError(f"{student} is no student")
        (block,) = allocate_ids(sequence=BLOCK_IDS, count=1)
        append([BlockChanged(block=block, student=student, reason=reason)])
    return block


def block_change(*, block: int, reason: str) -> bool:
    """Reword a block; False if nothing changed. Raises LookupError for an unknown block."""
    with transaction.atomic():
        known = _known(block)
        if known.reason == reason:
            return False
        append([replace(known, reason=reason)])
    return True


def block_lift(*, block: int) -> None:
    """Lift a block. Raises LookupError for an unknown block."""
    with transaction.atomic():
        append([replace(_known(block), lifted=True)])


def _known(block: int) -> BlockChanged:
    known = get_block(block)
    if known is None:
        raise LookupError(f"there is no block {block}")
    return known
