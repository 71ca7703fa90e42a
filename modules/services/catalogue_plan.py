"""What a catalogue's files change, before anything is changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from modules.rules.catalogue import Drafts, ModuleDraft
from modules.rules.conflicts import CatalogueWarning
from modules.rules.import_codes import StrangeCode, strange_modules, strange_sections
from modules.rules.import_diff import ModulePlan, SectionKey, plan_modules, plan_sections
from modules.rules.import_notes import closed_notes
from modules.rules.terms import Days, WrongDays, term_event
from modules.selectors.catalogue import get_term, load_modules, load_sections
from modules.selectors.conflicts import find_new_warnings, load_capacities
from modules.services.catalogue import MODULE_IDS, SECTION_IDS, TERM_IDS, changed_only
from project.events.base import Event
from project.events.modules import ModuleChanged, SectionChanged, TermChanged
from project.imports.defects import Defect, FileInvalid, Message, message
from project.imports.formats import Upload
from project.imports.tables import Table

Ids = Callable[[str, int], list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFiles:
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
class CataloguePlan:
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


def plan_catalogue(upload: Upload, files: CatalogueFiles, *, ids: Ids) -> CataloguePlan:
    """The plan, with ids for what is new. Raises FileInvalid for codes that look like others."""
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
    plan = CataloguePlan(
        terms={stored.code: stored} if stored else {},
        modules=modules,
        sections=sections,
        wanted_terms={wanted.code: wanted},
        wanted_modules=wanted_modules,
        wanted_sections=wanted_sections,
        closed={},
    )
    return _closing_missing(plan) if upload.has("close_missing") else plan


def _closing_missing(plan: CataloguePlan) -> CataloguePlan:
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


def _check_codes(
    files: CatalogueFiles, modules: Iterable[str], sections: Iterable[SectionKey]
) -> None:
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
