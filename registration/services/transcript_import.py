"""Transcripts from the student system's file: all of it in one transaction, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from project.accounts.people import load_people
from project.bus import locks
from project.imports.defects import FileInvalid, Message, message
from project.imports.differences import compare
from project.imports.formats import Comparison, FileFormat, Progress, Upload
from project.imports.tables import Table, read_table
from registration.rules.people import Admission, TranscriptLine
from registration.rules.transcript_file import COLUMNS, NUMBER, Transcripts, parse_transcripts
from registration.selectors.students import load_admissions
from registration.services.student_import import LOCK
from registration.services.students import CHUNK, students_admit


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPlan:
    """The transcripts of a file and the stored records of their students, by number."""

    table: Table
    wanted: Transcripts
    stored: Mapping[str, Admission]
    names: Mapping[str, str]


def transcripts_compare(upload: Upload) -> Comparison:
    """What the file would change. Raises FileInvalid."""
    return _comparison(_plan(upload))


def transcripts_apply(upload: Upload, _is_confirmed: bool, on_progress: Progress) -> Comparison:
    """Replace the transcripts of the students in the file. Raises FileInvalid."""
    with transaction.atomic():
        locks.acquire_transaction_lock(LOCK)
        plan = _plan(upload)
        rows = [
            replace(plan.stored[number], transcript=lines)
            for number, lines in plan.wanted.items()
            if plan.stored[number].transcript != lines
        ]
        for start in range(0, len(rows), CHUNK):
            students_admit(rows[start : start + CHUNK])
            on_progress(min(start + CHUNK, len(rows)), len(rows))
    return _comparison(plan)


def _plan(upload: Upload) -> TranscriptPlan:
    table = read_table(upload.file, COLUMNS)
    wanted, first = parse_transcripts(table)
    people = load_people()
    ids = [people[number].id for number in wanted if number in people]
    admissions = {user: one for user, one in load_admissions(ids).items() if one}
    for number in wanted:
        if number not in people or people[number].id not in admissions:
            first[number].add_defect(NUMBER, message(_("No student has this number.")))
    if table.defects:
        raise FileInvalid(table.defects)
    return TranscriptPlan(
        table=table,
        wanted=wanted,
        stored={number: admissions[people[number].id] for number in wanted},
        names={number: people[number].person.number for number in wanted},
    )


def _comparison(plan: TranscriptPlan) -> Comparison:
    stored = {number: one.transcript or () for number, one in plan.stored.items()}
    difference = compare(
        kind=_("Transcripts"),
        stored=stored,
        wanted=plan.wanted,
        name=plan.names.__getitem__,
        show=lambda lines: {_("modules"): "; ".join(_line(line) for line in lines)},
    )
    notes: tuple[Message, ...] = tuple(plan.table.notes)
    return Comparison(differences=(difference,), notes=notes)


def _line(line: TranscriptLine) -> str:
    return " ".join(filter(None, (line.module, line.term, line.grade, line.status)))


TRANSCRIPTS = FileFormat(
    name="transcripts",
    title=_("Transcripts"),
    columns=COLUMNS,
    compare=transcripts_compare,
    apply=transcripts_apply,
)
