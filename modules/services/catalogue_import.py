"""Import a catalogue: everything in one transaction, or nothing, with every reason why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction

from modules.rules.catalogue import (
    MODULE_COLUMNS,
    MODULE_EXTRAS,
    SECTION_COLUMNS,
    SECTION_EXTRAS,
    ModuleDraft,
    SectionDraft,
    parse_modules,
    parse_sections,
)
from modules.rules.csv_table import File, RowError, parse_csv
from modules.rules.import_diff import ModulePlan, plan_modules, plan_sections
from modules.rules.terms import Days, term_event
from modules.selectors.catalogue import (
    get_term,
    load_modules,
    load_sections,
)
from modules.services.catalogue import (
    LOCK,
    MODULE_IDS,
    SECTION_IDS,
    TERM_IDS,
    changed_only,
    sections_too_small,
)
from project.bus import locks
from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.base import Event
from project.events.modules import SectionChanged, TermChanged

_CHUNK = 500
Progress = Callable[[int, int], None]
Terms = tuple[TermChanged | None, TermChanged]


class CatalogueInvalid(Exception):
    """The files are invalid and nothing was imported. `defects` are all errors, in file order."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(f"{len(errors)} defects")
        self.errors = list(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """The parsed files."""

    file: str
    sections: Sequence[SectionDraft]
    modules: Sequence[ModuleDraft]
    listed: Sequence[ModuleDraft] = ()


@dataclass(slots=True, kw_only=True)
class Imported:
    """The result of an import. `last` is the id of its last event, None if there was none."""

    sections: int = 0
    modules: int = 0
    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    last: int | None = None
    cycles: Sequence[tuple[str, ...]] = ()
    warnings: list[str] = field(default_factory=list)


def catalogue_import(
    *,
    term: str,
    catalogue: File,
    modules: File | None = None,
    days: Days | None = None,
    name: str | None = None,
    on_progress: Progress,
) -> Imported:
    """Bring term, modules and sections to the state of the files; unchanged rows get no event.
    The term keeps its days if `days` is None, and its name if `name` is None.

    `on_progress(done, all)` is called as events are written. Raises CatalogueInvalid.
    """
    drafts = _read(catalogue, modules)
    with transaction.atomic():
        locks.acquire_transaction_lock(LOCK)
        return _import(_term(term, name, days), drafts, on_progress)


def _read(catalogue: File, modules: File | None) -> Drafts:
    table = parse_csv(catalogue, required=SECTION_COLUMNS, optional=SECTION_EXTRAS)
    sections, mentioned = parse_sections(table)
    errors, listed = table.errors, list[ModuleDraft]()
    if modules is not None:
        module_table = parse_csv(modules, required=MODULE_COLUMNS, optional=MODULE_EXTRAS)
        listed = parse_modules(module_table)
        errors = errors + module_table.errors
    if errors:
        # A cell read for both a section and a module is reported once.
        unique = dict.fromkeys(errors)
        raise CatalogueInvalid(
            sorted(unique, key=lambda one: (one.file != catalogue.name, one.line))
        )
    return Drafts(file=catalogue.name, sections=sections, modules=mentioned, listed=listed)


def _import(terms: Terms, drafts: Drafts, on_progress: Progress) -> Imported:
    stored, wanted = terms
    term, term_events = wanted.term, changed_only(old=[stored] if stored else [], new=[wanted])
    known_modules, known_sections = load_modules(), load_sections(term=term)
    plan = plan_modules(
        from_sections=drafts.modules,
        from_list=drafts.listed,
        stored=known_modules,
        new_ids=_numbers(MODULE_IDS),
    )
    sections = plan_sections(
        drafts=drafts.sections,
        term=term,
        modules=plan.modules,
        stored=known_sections,
        new_ids=_numbers(SECTION_IDS),
    )
    module_events = changed_only(old=known_modules.values(), new=plan.modules.values())
    section_events = changed_only(old=known_sections.values(), new=sections.values())
    _refuse_too_small(drafts, section_events, {one.section for one in known_sections.values()})
    last = _say([*term_events, *module_events, *section_events], on_progress)
    result = _result(drafts, plan, last)
    _count(result, "terms", term_events, 0 if stored else 1)
    _count(result, "modules", module_events, len(plan.modules) - len(known_modules))
    _count(result, "sections", section_events, len(sections.keys() - known_sections.keys()))
    return result


def _numbers(sequence: str) -> Callable[[int], list[int]]:
    return lambda count: allocate_ids(sequence=sequence, count=count)


def _term(code: str, name: str | None, days: Days | None) -> Terms:
    """The stored term, if there is one, and the term as it will be."""
    stored = get_term(code=code)
    if stored is not None:
        dated = _with_days(stored, days)
        return stored, replace(dated, name=name or stored.name)
    number = allocate_ids(sequence=TERM_IDS, count=1)[0]
    return None, term_event(term=number, code=code, name=name or code, days=days or Days())


def _with_days(stored: TermChanged, days: Days | None) -> TermChanged:
    """The term on these days, if given; its deadlines stay unchanged."""
    if days is None or days.first is None or days.last is None:
        return stored
    return replace(stored, starts_on=days.first.isoformat(), ends_on=days.last.isoformat())


def _refuse_too_small(drafts: Drafts, events: Sequence[SectionChanged], existing: set[int]) -> None:
    changed = [one for one in events if one.section in existing]
    if not changed:
        return
    lines = {(one.module_code, one.code): one.line for one in drafts.sections}
    errors = [
        RowError(
            file=drafts.file,
            line=lines[one.section.module_code, one.section.code],
            column="capacity",
            reason=str(one),
        )
        for one in sections_too_small(changed)
    ]
    if errors:
        raise CatalogueInvalid(sorted(errors, key=lambda one: one.line))


def _say(events: Sequence[Event], on_progress: Progress) -> int | None:
    last = None
    for start in range(0, len(events), _CHUNK):
        last = append(events[start : start + _CHUNK])[-1]
        on_progress(min(start + _CHUNK, len(events)), len(events))
    return last


def _result(drafts: Drafts, plan: ModulePlan, last: int | None) -> Imported:
    return Imported(
        sections=len(drafts.sections),
        modules=len({one.code for one in (*drafts.modules, *drafts.listed)}),
        last=last,
        cycles=plan.cycles,
        warnings=_warnings(drafts, plan),
    )


def _warnings(drafts: Drafts, plan: ModulePlan) -> list[str]:
    blank = sum(one.has_blank_credits for one in drafts.sections)
    notes = []
    if plan.without_credits:
        notes.append(f"{len(plan.without_credits)} modules have no credits; they count as 0")
    if blank:
        notes.append(f"{blank} sections have no credits; they count as 0")
    return notes


def _count(result: Imported, what: str, events: Sequence[Event], new: int) -> None:
    result.new[what] = new
    result.changed[what] = len(events) - new
