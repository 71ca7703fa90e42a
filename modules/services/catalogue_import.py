"""Import a catalogue: everything in one transaction, or nothing, with every reason why."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from django.db import transaction

from modules.rules import import_fields
from modules.rules.catalogue import ModuleDraft, parse_modules, parse_sections
from modules.rules.catalogue_columns import (
    CAPACITY,
    MODULE_COLUMNS,
    SECTION_COLUMNS,
)
from modules.rules.days import Dialect
from modules.rules.import_notes import catalogue_notes, warning_notes
from modules.selectors.catalogue import load_taken
from modules.services.catalogue import (
    LOCK,
    CapacityBelowTaken,
    changed_only,
    find_too_small,
    sections_too_small,
)
from modules.services.catalogue_plan import CatalogueFiles, CataloguePlan, plan_catalogue
from project.bus import locks
from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.base import Event
from project.events.modules import SectionChanged
from project.imports.defects import Defect, FileInvalid, message
from project.imports.differences import Difference, Missing, compare
from project.imports.formats import Comparison, Progress, Upload
from project.imports.tables import read_table

_CHUNK = 500
FindTooSmall = Callable[[Collection[SectionChanged]], list[CapacityBelowTaken]]


def _(text: str) -> str:
    return text


def catalogue_compare(upload: Upload) -> Comparison:
    """What the files would change. Raises FileInvalid."""
    files = _read(upload)
    plan = plan_catalogue(upload, files, ids=_placeholders)
    _refuse_too_small(files, plan, find_too_small)
    return _compared(upload, files, plan)


def catalogue_apply(upload: Upload, is_confirmed: bool, on_progress: Progress) -> Comparison:
    """Bring term, modules and sections to the state of the files; unchanged rows get no event.
    Raises FileInvalid. There is nothing to confirm: what is missing is closed on request only."""
    files = _read(upload)
    with transaction.atomic():
        locks.acquire_transaction_lock(LOCK)
        plan = plan_catalogue(upload, files, ids=_allocated)
        _refuse_too_small(files, plan, sections_too_small)
        done = _compared(upload, files, plan)
        return replace(done, last_event=_append(plan.events, on_progress))


def _read(upload: Upload) -> CatalogueFiles:
    sections = read_table(upload.file, SECTION_COLUMNS)
    drafts = parse_sections(sections, Dialect(upload.text("days")))
    defects, modules, listed = sections.defects, None, list[ModuleDraft]()
    if "modules" in upload.files:
        modules = read_table(upload.files["modules"], MODULE_COLUMNS)
        listed = parse_modules(modules)
        defects = defects + modules.defects
    if defects:
        raise FileInvalid(defects)
    return CatalogueFiles(sections=sections, drafts=drafts, modules=modules, listed=listed)


def _placeholders(_sequence: str, count: int) -> list[int]:
    return list(range(-count, 0))


def _allocated(sequence: str, count: int) -> list[int]:
    return allocate_ids(sequence=sequence, count=count)


def _refuse_too_small(files: CatalogueFiles, plan: CataloguePlan, find: FindTooSmall) -> None:
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


def _compared(upload: Upload, files: CatalogueFiles, plan: CataloguePlan) -> Comparison:
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


def _modules_compared(files: CatalogueFiles, plan: CataloguePlan) -> Difference:
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
