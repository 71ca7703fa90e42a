"""What there is to know of a catalogue that could be read: what was assumed or left aside."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from modules.rules.catalogue import Drafts
from modules.rules.conflicts import CatalogueWarning, Shared, format_when, section_name
from modules.rules.import_diff import ModulePlan
from project.events.modules import SectionChanged
from project.imports.defects import Message, message

_EARLY = 6 * 60
_EXAMPLES = 3


def _(text: str) -> str:
    return text


def catalogue_notes(drafts: Drafts, plan: ModulePlan, *, term: str) -> Iterator[Message]:
    """Notes on the file and on the modules as they will be."""
    yield from _about_term(drafts, term)
    yield from _about_meetings(drafts)
    yield from _about_credits(drafts, plan)
    if drafts.contradicted:
        text = _(
            "{count} modules have rows that say different things; the first one counts: {names}."
        )
        yield _listed(text, sorted(drafts.contradicted))
    shown_only = {one.code for one in drafts.modules if one.stated and not one.stated.is_enforced}
    if shown_only:
        text = _("{count} modules have requirements that are shown to students, not enforced.")
        yield message(text, count=len(shown_only))
    for cycle in plan.cycles:
        text = _("Cycle: {names} require each other; taking them together will do.")
        yield message(text, names=", ".join(cycle))


def _about_term(drafts: Drafts, term: str) -> Iterator[Message]:
    for other in drafts.terms - {term}:
        yield message(
            _("The file names the term {other}; it goes to {term}."), other=other, term=term
        )


def _about_meetings(drafts: Drafts) -> Iterator[Message]:
    arranged = [text for one in drafts.sections for text in one.to_arrange]
    if arranged:
        text = _("{count} meetings have no day or no time and are to be arranged: {names}.")
        yield _listed(text, arranged)
    against = [f"{one.module_code} {one.code}" for one in drafts.sections if one.contradicts]
    if against:
        text = _("{count} sections have other meetings than their columns days, start and end say; "
                 "the meetings count: {names}.")  # fmt: skip
        yield _listed(text, against)
    early = [
        f"{section.module_code} {section.code}"
        for section in drafts.sections
        if any(one.start < _EARLY for one in section.meetings or ())
    ]
    if early:
        text = _("{count} sections begin before 06:00: {names}. Times without AM or PM are on the "
                 "24-hour clock.")  # fmt: skip
        yield _listed(text, early)


def _about_credits(drafts: Drafts, plan: ModulePlan) -> Iterator[Message]:
    if plan.without_credits:
        text = _("{count} modules have no credits; they count as 0.")
        yield message(text, count=len(plan.without_credits))
    blank = sum(one.has_blank_credits for one in drafts.sections)
    if blank:
        yield message(_("{count} sections have no credits; they count as 0."), count=blank)


def _listed(text: str, names: Sequence[str]) -> Message:
    """With the first few of the different names."""
    different = list(dict.fromkeys(names))
    shown = ", ".join(different[:_EXAMPLES]) + (" …" if len(different) > _EXAMPLES else "")
    return message(text, count=len(names), names=shown)


def closed_notes(
    wanted: Mapping[tuple[str, str], SectionChanged], missing_closed: Collection[object]
) -> Iterator[Message]:
    """Notes on closed sections: an import does not open them, nor list them as missing."""
    closed = [f"{one.module_code} {one.code}" for one in wanted.values() if not one.is_open]
    if closed:
        text = _("{count} sections of the file are closed here and stay closed: {names}.")
        yield _listed(text, closed)
    if missing_closed:
        text = _("{count} more sections are missing from the file and closed already.")
        yield message(text, count=len(missing_closed))


def warning_notes(warnings: Sequence[CatalogueWarning]) -> Iterator[Message]:
    """Notes on sections that would be in each other's way: how many, and the first of them."""
    texts = {
        Shared.ROOM: _("{count} pairs of sections are in one room at one time: {names}."),
        Shared.INSTRUCTOR: _("{count} pairs of sections have one instructor at one time: {names}."),
        Shared.CAPACITY: _("{count} sections have more seats than their room: {names}."),
    }
    for kind, text in texts.items():
        names = [_warning_name(one) for one in warnings if one.kind == kind]
        if names:
            yield _listed(text, names)


def _warning_name(one: CatalogueWarning) -> str:
    sections = " + ".join(section_name(section) for section in one.sections)
    return f"{sections} ({one.name}, {format_when(one.meeting)})"
