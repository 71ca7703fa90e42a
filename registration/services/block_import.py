"""Blocks from an office's file: all of it in one transaction, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from project.accounts.people import StoredPerson, load_people
from project.bus import locks
from project.imports.defects import FileInvalid, message
from project.imports.differences import Missing, compare
from project.imports.formats import Comparison, FileFormat, Option, OptionKind, Progress, Upload
from project.imports.tables import Table, read_table
from registration.rules.block_file import COLUMNS, NUMBER, Key, parse_blocks
from registration.selectors.blocks import StudentBlock, load_blocks_of_offices
from registration.selectors.students import load_student_ids
from registration.services.blocks import block_change, block_lift, block_put

_LOCK = "registration.block_import"


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPlan:
    """The reasons in the file, and the stored blocks of the offices that it names."""

    table: Table
    people: Mapping[str, StoredPerson]
    wanted: Mapping[Key, str]
    stored: Mapping[Key, StudentBlock]


def blocks_compare(upload: Upload) -> Comparison:
    """What the file would change. Raises FileInvalid."""
    return _comparison(_plan(upload))


def blocks_apply(upload: Upload, _is_confirmed: bool, on_progress: Progress) -> Comparison:
    """Place and reword the blocks of the file; with `lift_missing` lift the others of its offices.
    Raises FileInvalid."""
    with transaction.atomic():
        locks.acquire_transaction_lock(_LOCK)
        plan = _plan(upload)
        for done, (key, reason) in enumerate(plan.wanted.items(), start=1):
            _place(plan, key, reason)
            on_progress(done, len(plan.wanted))
        if upload.has("lift_missing"):
            for key, block in plan.stored.items():
                if key not in plan.wanted:
                    block_lift(block=block.id)
    return _comparison(plan)


def _place(plan: BlockPlan, key: Key, reason: str) -> None:
    known, office = plan.stored.get(key), key[1]
    if known is None:
        block_put(student=plan.people[key[0]].id, reason=reason, office=office)
    elif known.reason != reason:
        block_change(block=known.id, reason=reason, office=office)


def _plan(upload: Upload) -> BlockPlan:
    table, people = read_table(upload.file, COLUMNS), load_people()
    found = parse_blocks(table)
    students = load_student_ids([one.id for one in people.values()])
    for (number, _office), (_reason, row) in found.items():
        if number and (number not in people or people[number].id not in students):
            row.add_defect(NUMBER, message(_("No student has this number.")))
    if table.defects:
        raise FileInvalid(table.defects)
    numbers = {one.id: number for number, one in people.items()}
    stored = load_blocks_of_offices({office for _number, office in found})
    return BlockPlan(
        table=table,
        people=people,
        wanted={key: reason for key, (reason, _row) in found.items()},
        stored={(numbers.get(one.student, ""), one.office): one for one in stored},
    )


def _comparison(plan: BlockPlan) -> Comparison:
    difference = compare(
        kind=_("Blocks"),
        stored={key: one.reason for key, one in plan.stored.items()},
        wanted=plan.wanted,
        name=lambda key: f"{key[0]} {key[1]}",
        show=lambda reason: {_("reason"): reason},
        missing=[
            Missing(name=f"{number} {office}")
            for number, office in plan.stored
            if (number, office) not in plan.wanted
        ],
    )
    return Comparison(differences=(difference,), notes=tuple(plan.table.notes))


BLOCKS = FileFormat(
    name="blocks",
    title=_("Blocks on students"),
    columns=COLUMNS,
    compare=blocks_compare,
    apply=blocks_apply,
    options=(
        Option(
            name="lift_missing",
            kind=OptionKind.FLAG,
            meaning=_("Lift the blocks of the file's offices that are missing from it."),
        ),
    ),
)
