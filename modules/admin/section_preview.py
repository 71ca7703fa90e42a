"""What saving a section would mean, for staff who are about to save it."""

from collections.abc import Iterator

from modules.models import Section
from modules.rules.conflicts import section_name
from modules.rules.seat_texts import seats_now, waitlist_moves, who_moves
from modules.selectors.catalogue import get_section
from modules.selectors.conflicts import load_student_conflicts, load_warnings
from project.events.modules import SectionChanged
from project.web.previews import Preview, PreviewPart


def section_preview(row: Section, now: SectionChanged) -> Preview | None:
    """What would follow; None if nothing does that has to be known before."""
    was = get_section(section=now.section)
    parts = list(_about_students(row, was, now)) if was else []
    warnings = load_warnings(term=now.term, instead=[now])
    if warnings:
        lines = tuple(map(str, warnings))
        parts.append(PreviewPart(heading="Rooms and instructors", lines=lines))
    if not parts:
        return None
    return Preview(title=f"Save {section_name(now)}?", confirm="Save", parts=parts)


def _about_students(
    row: Section, was: SectionChanged, now: SectionChanged
) -> Iterator[PreviewPart]:
    if was.meetings != now.meetings and row.taken:
        conflicts = load_student_conflicts(was=was, now=now)
        count = len({one.student for one in conflicts})
        yield PreviewPart(
            heading=f"{count} of {row.taken} students would have a time conflict",
            lines=tuple(map(str, conflicts)),
        )
    if was.meetings != now.meetings and row.taken + row.waiting:
        who = f"{row.taken} students have this section and {row.waiting} wait for it"
        yield PreviewPart(heading=f"{who}: all are notified of the change")
    moves = _moves(row, now)
    if moves and not _moves(row, was):
        yield PreviewPart(heading=_seats_sentence(row, was, now, moves))


def _moves(row: Section, section: SectionChanged) -> int:
    return waitlist_moves(
        seats=section.seats, is_open=section.is_open, taken=row.taken, waiting=row.waiting
    )


def _seats_sentence(row: Section, was: SectionChanged, now: SectionChanged, moves: int) -> str:
    before = seats_now(seats=was.seats, taken=row.taken, waiting=row.waiting)
    if was.seats == now.seats:
        act = "Opening it"
    else:
        act = "Removing the limit" if now.seats is None else f"Raising to {now.seats}"
    return f"{before} {act} {who_moves(moves, row.waiting)}"
