"""Blocks that stop a student from registering: place, reword, lift."""

from dataclasses import replace

from django.db import transaction

from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.registration import BlockChanged
from project.ops.digests import keyed_digest
from registration.models import BlockReason
from registration.selectors.blocks import StudentBlock, get_block
from registration.selectors.my_registrations import is_student

BLOCK_IDS = "registration_block_id_seq"


def block_put(*, student: int, reason: str, office: str = "") -> int:
    """Block a student from registering; returns the block's id. Raises LookupError for a user who
    is not a student."""
    with transaction.atomic():
        if not is_student(student):
            raise LookupError(f"{student} is no student")
        (block,) = allocate_ids(sequence=BLOCK_IDS, count=1)
        _keep(StudentBlock(id=block, student=student, reason=reason, office=office))
    return block


def block_change(*, block: int, reason: str, office: str = "") -> bool:
    """Reword a block; False if nothing changed. Raises LookupError for an unknown block."""
    with transaction.atomic():
        known = _known(block)
        changed = replace(known, reason=reason, office=office)
        if known == changed:
            return False
        _keep(changed)
    return True


def block_lift(*, block: int) -> None:
    """Lift a block. Raises LookupError for an unknown block."""
    with transaction.atomic():
        append([_event(_known(block), lifted=True)])


def _keep(block: StudentBlock) -> None:
    """Store the reason, which no event carries, and append that the block changed."""
    values = {"reason": block.reason, "office": block.office}
    BlockReason.objects.update_or_create(block_id=block.id, defaults=values)
    append([_event(block)])


def _event(block: StudentBlock, *, lifted: bool = False) -> BlockChanged:
    digest = keyed_digest(block.student, block.reason, block.office)
    return BlockChanged(block=block.id, student=block.student, digest=digest, lifted=lifted)


def _known(block: int) -> StudentBlock:
    known = get_block(block)
    if known is None:
        raise LookupError(f"there is no block {block}")
    return known
