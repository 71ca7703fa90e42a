"""From drafts to events: what a catalogue would change, leaving out what is stored already."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from modules.rules.catalogue import ModuleDraft, SectionDraft, merge_drafts
from modules.rules.meeting_numbers import number_meetings
from modules.rules.requirements import Clauses, relax_cycles, required
from project.events.modules import Clause, ModuleChanged, SectionChanged

SectionKey = tuple[str, str]
Numbers = Callable[[int], list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModulePlan:
    """Every module as it will be, by code; the cycles that contain drafted ones; and which of
    them lack credits."""

    modules: Mapping[str, ModuleChanged]
    cycles: Sequence[tuple[str, ...]]
    without_credits: Collection[str]


def plan_modules(
    *,
    from_sections: Sequence[ModuleDraft],
    from_list: Sequence[ModuleDraft],
    stored: Mapping[str, ModuleChanged],
    new_ids: Numbers,
) -> ModulePlan:
    """Merge by precedence: the sections' file, then the module list, then what is stored."""
    drafts = _joined(from_sections, from_list)
    known = drafts.keys() | stored.keys()
    fresh = [code for code in drafts if code not in stored]
    ids = dict(zip(fresh, new_ids(len(fresh)), strict=True))
    wanted = {
        code: _module(draft, stored.get(code), ids.get(code, 0), known)
        for code, draft in drafts.items()
    }
    modules, cycles = relax_module_cycles({**stored, **wanted})
    lacking = [code for code, draft in drafts.items() if draft.credit_quarters is None]
    here = [cycle for cycle in cycles if not drafts.keys().isdisjoint(cycle)]
    return ModulePlan(modules=modules, cycles=here, without_credits=lacking)


def _joined(
    from_sections: Iterable[ModuleDraft], from_list: Iterable[ModuleDraft]
) -> dict[str, ModuleDraft]:
    listed = {draft.code: draft for draft in from_list}
    joined = {draft.code: merge_drafts(draft, listed.get(draft.code)) for draft in from_sections}
    return {**listed, **joined}


def _module(
    draft: ModuleDraft, old: ModuleChanged | None, new_id: int, known: Collection[str]
) -> ModuleChanged:
    """The draft as an event; fields it lacks keep their stored values."""
    base = old or ModuleChanged(module=new_id, code=draft.code, title=draft.code, credit_quarters=0)
    credits = base if draft.credit_quarters is None else draft
    merged = replace(
        base,
        title=draft.title or base.title,
        credit_quarters=credits.credit_quarters or 0,
        credit_quarters_max=credits.credit_quarters_max,
        department=draft.department or base.department,
    )
    if draft.stated is None:
        return merged
    needs = required(draft.stated, known=known)
    return replace(merged, requires=needs.clauses, requirement_note=needs.requirement_note)


def relax_module_cycles(
    modules: Mapping[str, ModuleChanged],
) -> tuple[dict[str, ModuleChanged], list[tuple[str, ...]]]:
    """The same modules, with cycles relaxed so that they may be taken together; and the cycles."""
    bare = {code: _bare(module.requires) for code, module in modules.items()}
    loose, cycles = relax_cycles(bare)
    return {code: replace(one, requires=loose[code]) for code, one in modules.items()}, cycles


def _bare(clauses: Clauses) -> Clauses:
    return tuple(Clause(any_of=clause.any_of) for clause in clauses)


def plan_sections(
    *,
    drafts: Sequence[SectionDraft],
    term: int,
    modules: Mapping[str, ModuleChanged],
    stored: Mapping[SectionKey, SectionChanged],
    new_ids: Numbers,
) -> dict[SectionKey, SectionChanged]:
    """Every drafted section as it will be."""
    fresh = [_key(draft) for draft in drafts if _key(draft) not in stored]
    ids = dict(zip(fresh, new_ids(len(fresh)), strict=True))
    return {
        _key(draft): _section(
            draft,
            term,
            modules[draft.module_code],
            stored.get(_key(draft)),
            ids.get(_key(draft), 0),
        )
        for draft in drafts
    }


def _key(draft: SectionDraft) -> SectionKey:
    return draft.module_code, draft.code


def _section(
    draft: SectionDraft,
    term: int,
    module: ModuleChanged,
    old: SectionChanged | None,
    new_id: int,
) -> SectionChanged:
    base = old or SectionChanged(
        section=new_id,
        term=term,
        module=module.module,
        module_code=module.code,
        code=draft.code,
        seats=draft.seats,
        credit_quarters=module.credit_quarters,
        credit_quarters_max=module.credit_quarters_max,
    )
    credits = base if draft.credit_quarters is None else draft
    held = (base.starts_on, base.ends_on) if draft.held is None else draft.held
    return replace(
        base,
        starts_on=held[0],
        ends_on=held[1],
        # Days of its own end that it follows a part of the term.
        part=base.part if held == (base.starts_on, base.ends_on) else "",
        seats=draft.seats,
        credit_quarters=credits.credit_quarters or 0,
        credit_quarters_max=credits.credit_quarters_max,
        meetings=base.meetings
        if draft.meetings is None
        else number_meetings(base.meetings, draft.meetings),
        instructor=base.instructor if draft.instructor is None else draft.instructor,
    )
