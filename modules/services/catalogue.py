"""Changes to terms, modules and sections: one event per changed row, none without a change."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import transaction

from modules.rules.import_diff import relax_module_cycles
from modules.rules.meeting_numbers import number_meetings
from modules.rules.periods import on_days_of_part
from modules.rules.terms import NO_PERIODS, Days, Deadlines, Periods, term_event
from modules.selectors.catalogue import (
    get_section,
    get_term,
    get_term_of_id,
    load_modules,
    load_parts,
    load_sections,
    load_taken,
)
from modules.services.seats import LOCK as SEATS
from project.bus import locks
from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.base import Event
from project.events.modules import ModuleChanged, SectionChanged, TermChanged
from project.events.reasons import Reason
from project.web.errors.base import Refusal

F = TypeVar("F", bound=Event)
LOCK = "catalogue"
NO_DAYS, NO_DEADLINES = Days(), Deadlines()
TERM_IDS, MODULE_IDS, SECTION_IDS = (
    "modules_term_number",
    "modules_module_number",
    "modules_section_number",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityBelowTaken:
    """A section whose new capacity is below the seats taken."""

    section: SectionChanged
    taken: int

    def __str__(self) -> str:
        return self.refusal().detail

    def refusal(self) -> Refusal:
        """The refusal of a change to it."""
        section = self.section
        name = f"{section.module_code} {section.code}"
        return Refusal(Reason.SEATS_TAKEN, taken=self.taken, section=name, seats=section.seats)


@transaction.atomic
def term_save(
    *,
    code: str,
    name: str,
    term: int | None = None,
    days: Days = NO_DAYS,
    deadlines: Deadlines = NO_DEADLINES,
    periods: Periods = NO_PERIODS,
    is_draft: bool = False,
) -> int:
    """Create or edit a term; returns its id. Appends no event if nothing changes. A term that is
    there stays a draft, or paused, as it is. Sections that follow a part of the term move with it.
    Refuses to remove a part that sections follow.
    """
    locks.acquire_transaction_lock(LOCK)
    if term is None and get_term(code=code) is not None:
        raise Refusal(Reason.TERM_EXISTS, code=code)
    old = get_term_of_id(term) if term else None
    number = term or allocate_ids(sequence=TERM_IDS, count=1)[0]
    event = term_event(
        term=number, code=code, name=name, days=days, deadlines=deadlines, periods=periods
    )
    state = old or replace(event, is_draft=is_draft)
    event = replace(event, is_draft=state.is_draft, is_paused=state.is_paused)
    _append_changed([old] if old else [], [event])
    _move_with_parts(event)
    return number


def _move_with_parts(term: TermChanged) -> None:
    following = [one for one in load_sections(term=term.term).values() if one.part]
    if lost := {one.part for one in following} - {one.name for one in term.parts}:
        raise Refusal(Reason.PART_IN_USE, part=min(lost))
    _append_changed(following, [on_days_of_part(one, term.parts) for one in following])


@transaction.atomic
def module_save(*, module: ModuleChanged) -> int:
    """Create (id 0) or edit a module; returns its id. Others of its cycles are updated."""
    locks.acquire_transaction_lock(LOCK)
    stored = load_modules()
    if not module.module and module.code in stored:
        raise Refusal(Reason.MODULE_EXISTS, code=module.code)
    if not module.module:
        module = replace(module, module=allocate_ids(sequence=MODULE_IDS, count=1)[0])
    others = {code: one for code, one in stored.items() if one.module != module.module}
    wanted, _ = relax_module_cycles({**others, module.code: module})
    _append_changed(stored.values(), wanted.values())
    return module.module


@transaction.atomic
def section_save(*, section: SectionChanged) -> int:
    """Create (id 0) or edit a section; returns its id.

    Refuses fewer seats than are taken. New seats are offered to the waitlist in position order.
    """
    locks.acquire_transaction_lock(LOCK)
    if not section.section:
        section = replace(section, section=allocate_ids(sequence=SECTION_IDS, count=1)[0])
    too_few = sections_too_small([section])
    if too_few:
        raise too_few[0].refusal()
    old = get_section(section=section.section)
    kept = number_meetings(old.meetings if old else (), section.meetings)
    section = _on_days_of_part(replace(section, meetings=kept))
    _append_changed([old] if old else [], [section])
    return section.section


def _on_days_of_part(section: SectionChanged) -> SectionChanged:
    parts = load_parts(term=section.term) if section.part else ()
    if section.part not in ("", *(one.name for one in parts)):
        raise Refusal(Reason.UNKNOWN_PART, part=section.part)
    return on_days_of_part(section, parts)


def sections_too_small(changed: Collection[SectionChanged]) -> list[CapacityBelowTaken]:
    """The sections whose new capacity is below the seats taken.

    Takes the seats' lock until the end of the transaction, so that no seat is allocated meanwhile.
    """
    locks.acquire_transaction_lock(SEATS)
    return find_too_small(changed)


def find_too_small(changed: Collection[SectionChanged]) -> list[CapacityBelowTaken]:
    """The same as of now: seats may be allocated meanwhile."""
    taken = load_taken(sections=[one.section for one in changed])
    return [
        CapacityBelowTaken(section=one, taken=taken[one.section])
        for one in changed
        if one.seats is not None and taken.get(one.section, 0) > one.seats
    ]


def changed_only(*, old: Iterable[F], new: Iterable[F]) -> list[F]:
    """The events that differ from the old ones."""
    known = set(old)
    return [event for event in new if event not in known]


def _append_changed(old: Iterable[Event], new: Iterable[Event]) -> None:
    append(changed_only(old=old, new=new))
