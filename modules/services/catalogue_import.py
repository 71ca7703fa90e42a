"""Import a catalogue: everything in one transaction, or nothing, with every reason why."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from modules.rules import import_fields
from modules.rules.catalogue import Drafts, ModuleDraft, parse_modules, parse_sections
from modules.rules.catalogue_columns import (
    CAPACITY,
    MODULE_COLUMNS,
    SECTION_COLUMNS,
)
from modules.rules.conflicts import CatalogueWarning
from modules.rules.days import Dialect
from modules.rules.import_codes import StrangeCode, strange_modules, strange_sections
from modules.rules.import_diff import ModulePlan, SectionKey, plan_modules, plan_sections
from modules.rules.import_notes import catalogue_notes, closed_notes, warning_notes
from modules.rules.terms import Days, WrongDays, term_event
from modules.selectors.catalogue import get_term, load_modules, load_sections, load_taken
from modules.selectors.conflicts import find_new_warnings, load_capacities
from modules.services.catalogue import (
    LOCK,
    MODULE_IDS,
    SECTION_IDS,
    TERM_IDS,
    CapacityBelowTaken,
    changed_only,
    find_too_small,
    sections_too_small,
)
from project.bus import locks
from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.base import Event
from project.events.modules import ModuleChanged, SectionChanged, TermChanged
from project.imports.defects import Defect, FileInvalid, Message, message
from project.imports.differences import Difference, Missing, compare
from project.imports.formats import Comparison, Progress, Upload
from project.imports.tables import Table, read_table

_CHUNK = 500
Ids = Callable[[str, int], list[int]]
FindTooSmall = Callable[[Collection[SectionChanged]], list[CapacityBelowTaken]]


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The files, read without a defect."""

    sections: Table
    drafts: Drafts
    modules: Table | None
    listed: Sequence[ModuleDraft] = ()

    @property
    def notes(self) -> list[Message]:
        """What was left aside in either."""
        return self.sections.notes + (self.modules.notes if self.modules else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is stored, and what there will be, by key."""

    terms: Mapping[str, TermChanged]
    modules: Mapping[str, ModuleChanged]
    sections: Mapping[SectionKey, SectionChanged]
    wanted_terms: Mapping[str, TermChanged]
    wanted_modules: ModulePlan
    wanted_sections: Mapping[SectionKey, SectionChanged]
    closed: Mapping[SectionKey, SectionChanged]

    @property
    def missing(self) -> list[SectionChanged]:
        """Open sections of the term that the file does not have."""
        return [one for one in self._absent if one.is_open]

    @property
    def _absent(self) -> Iterator[SectionChanged]:
        return (one for key, one in self.sections.items() if key not in self.wanted_sections)

    @property
    def warnings(self) -> list[CatalogueWarning]:
        """Sections that would newly be in each other's way."""
        wanted = {**self.wanted_sections, **self.closed}
        changed = changed_only(old=self.sections.values(), new=wanted.values())
        return find_new_warnings(
            self.sections.values(), instead=changed, capacities=load_capacities()
        )

    @property
    def notes(self) -> Iterator[Message]:
        """On closed sections."""
        already = [one for one in self._absent if not one.is_open]
        return closed_notes(self.wanted_sections, already)

    @property
    def events(self) -> list[Event]:
        """One per changed row."""
        sections = {**self.wanted_sections, **self.closed}
        return [
            *changed_only(old=self.terms.values(), new=self.wanted_terms.values()),
            *changed_only(old=self.modules.values(), new=self.wanted_modules.modules.values()),
            *changed_only(old=self.sections.values(), new=sections.values()),
        ]


def catalogue_compare(upload: Upload) -> Comparison:
    """What the files would change. Raises FileInvalid."""
    files = _read(upload)
    plan = _plan(upload, files, ids=_placeholders)
    _refuse_too_small(files, plan, find_too_small)
    return _compared(upload, files, plan)


def catalogue_apply(upload: Upload, is_confirmed: bool, on_progress: Progress) -> Comparison:
    """Bring term, modules and sections to the state of the files; unchanged rows get no event.
    Raises FileInvalid. There is nothing to confirm: what is missing is closed on request only."""
    files = _read(upload)
    with transaction.atomic():
        locks.acquire_transaction_lock(LOCK)
        plan = _plan(upload, files, ids=_allocated)
        _refuse_too_small(files, plan, sections_too_small)
        done = _compared(upload, files, plan)
        return replace(done, last_event=_append(plan.events, on_progress))


def _read(upload: Upload) -> _Files:
    sections = read_table(upload.file, SECTION_COLUMNS)
    drafts = parse_sections(sections, Dialect(upload.text("days")))
    defects, modules, listed = sections.defects, None, list[ModuleDraft]()
    if "modules" in upload.files:
        modules = read_table(upload.files["modules"], MODULE_COLUMNS)
        listed = parse_modules(modules)
        defects = defects + modules.defects
    if defects:
        raise FileInvalid(defects)
    return _Files(sections=sections, drafts=drafts, modules=modules, listed=listed)


def _placeholders(_sequence: str, count: int) -> list[int]:
    return list(range(-count, 0))


def _allocated(sequence: str, count: int) -> list[int]:
    return allocate_ids(sequence=sequence, count=count)


def _plan(upload: Upload, files: _Files, *, ids: Ids) -> _Plan:
    stored, wanted = _terms(upload, ids)
    modules, sections = load_modules(), load_sections(term=wanted.term)
    if not upload.has("as_new"):
        _check_codes(files, modules, sections)
    wanted_modules = plan_modules(
        from_sections=files.drafts.modules,
        from_list=files.listed,
        stored=modules,
        new_ids=lambda count: ids(MODULE_IDS, count),
    )
    wanted_sections = plan_sections(
        drafts=files.drafts.sections,
        term=wanted.term,
        modules=wanted_modules.modules,
        stored=sections,
        new_ids=lambda count: ids(SECTION_IDS, count),
    )
    plan = _Plan(
        terms={stored.code: stored} if stored else {},
        modules=modules,
        sections=sections,
        wanted_terms={wanted.code: wanted},
        wanted_modules=wanted_modules,
        wanted_sections=wanted_sections,
        closed={},
    )
    return _closing_missing(plan) if upload.has("close_missing") else plan


def _closing_missing(plan: _Plan) -> _Plan:
    closed = {(one.module_code, one.code): replace(one, is_open=False) for one in plan.missing}
    return replace(plan, closed=closed)


def _terms(upload: Upload, ids: Ids) -> tuple[TermChanged | None, TermChanged]:
    """The stored term, if there is one, and the term as it will be. It keeps its days and its name
    where none are given, and always its deadlines."""
    code, name = upload.text("term"), upload.text("name")
    days = _days(upload)
    stored = get_term(code=code)
    if stored is None:
        number = ids(TERM_IDS, 1)[0]
        return None, term_event(term=number, code=code, name=name or code, days=days)
    wanted = replace(stored, name=name or stored.name)
    if days.first and days.last:
        starts, ends = days.first.isoformat(), days.last.isoformat()
        wanted = replace(wanted, starts_on=starts, ends_on=ends)
    return stored, wanted


def _days(upload: Upload) -> Days:
    try:
        return Days(upload.day("starts"), upload.day("ends"))
    except WrongDays as wrong:
        raise FileInvalid([Defect(file=upload.file.name, reason=message(str(wrong)))]) from None


def _check_codes(files: _Files, modules: Iterable[str], sections: Iterable[SectionKey]) -> None:
    """Refuse codes that look like stored ones; name those that look like others of the files."""
    listed = {draft.code for draft in files.listed}
    for one in strange_modules([*files.listed, *files.drafts.modules], set(modules)):
        _blame(files.modules if files.modules and one.code in listed else files.sections, one)
    for one in strange_sections(files.drafts.sections, sections):
        _blame(files.sections, one)
    found = files.sections.defects + (files.modules.defects if files.modules else [])
    if found:
        raise FileInvalid(found)


def _blame(table: Table, one: StrangeCode) -> None:
    if one.is_stored:
        table.add_defect(one.line, one.reason, one.fix, column=one.column, value=one.code)
    else:
        table.notes.append(one.reason)


def _refuse_too_small(files: _Files, plan: _Plan, find: FindTooSmall) -> None:
    known = {one.section for one in plan.sections.values()}
    changed = [
        one
        for one in changed_only(old=plan.sections.values(), new=plan.wanted_sections.values())
        if one.section in known
    ]
    if not changed:
        return
    lines = {(one.module_code, one.code): one.line for one in files.drafts.sections}
    defects = [
        Defect(
            file=files.sections.file,
            line=lines[one.section.module_code, one.section.code],
            column=CAPACITY.name,
            value=str(one.section.seats),
            reason=message(
                _("{taken} seats of {section} are taken, so it cannot have only {seats}."),
                taken=one.taken,
                section=f"{one.section.module_code} {one.section.code}",
                seats=one.section.seats,
            ),
            fix=message(_("Keep at least the seats taken.")),
        )
        for one in find(changed)
    ]
    if defects:
        raise FileInvalid(defects)


def _compared(upload: Upload, files: _Files, plan: _Plan) -> Comparison:
    missing = plan.missing
    taken = load_taken(sections=[one.section for one in missing])
    notes = catalogue_notes(files.drafts, plan.wanted_modules, term=upload.text("term"))
    return Comparison(
        differences=(
            compare(
                kind=import_fields.TERMS, stored=plan.terms, wanted=plan.wanted_terms, name=str,
                show=import_fields.term_fields,
            ),
            _modules_compared(files, plan),
            compare(
                kind=import_fields.SECTIONS,
                stored=plan.sections,
                wanted={**plan.wanted_sections, **plan.closed},
                name=" ".join,
                show=import_fields.section_fields,
                missing=[
                    Missing(name=f"{one.module_code} {one.code}", taken=taken.get(one.section, 0))
                    for one in missing
                ],
            ),
        ),
        notes=(*files.notes, *notes, *plan.notes, *warning_notes(plan.warnings)),
    )  # fmt: skip


def _modules_compared(files: _Files, plan: _Plan) -> Difference:
    """Of the modules of the files, and of others of their cycles where they change."""
    drafted = {draft.code for draft in (*files.drafts.modules, *files.listed)}
    wanted = {
        code: module
        for code, module in plan.wanted_modules.modules.items()
        if code in drafted or module != plan.modules.get(code)
    }
    return compare(
        kind=import_fields.MODULES, stored=plan.modules, wanted=wanted, name=str,
        show=import_fields.module_fields,
    )  # fmt: skip


def _append(events: Sequence[Event], on_progress: Progress) -> int | None:
    last = None
    for start in range(0, len(events), _CHUNK):
        last = append(events[start : start + _CHUNK])[-1]
        on_progress(min(start + _CHUNK, len(events)), len(events))
    return last
