"""Codes of a file that are probably other spellings of codes that are there already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from modules.rules.catalogue import ModuleDraft, SectionDraft
from modules.rules.catalogue_columns import MODULE_CODE, SECTION
from modules.rules.import_diff import SectionKey
from project.imports.defects import Message, message
from project.imports.lookalikes import find_lookalikes


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangeCode:
    """A new code with its row, and what it looks like: `other`, which `is_stored` or in the same
    file."""

    line: int
    column: str
    code: str
    other: str
    is_stored: bool

    @property
    def reason(self) -> Message:
        """Both spellings."""
        text = _("“{code}” looks like “{other}”, spelled differently.")
        return message(text, code=self.code, other=self.other)

    @property
    def fix(self) -> Message:
        """What to do."""
        return message(_("Spell it as there. If it is another one, import with “as new”."))


def strange_modules(
    drafts: Sequence[ModuleDraft], stored: Collection[str]
) -> Iterator[StrangeCode]:
    """New codes of modules that look like another one."""
    lines: dict[str, int] = {}
    for draft in drafts:
        lines.setdefault(draft.code, draft.line)
    new = [code for code in lines if code not in stored]
    for one in find_lookalikes(new=new, known=stored):
        yield StrangeCode(
            line=lines[one.code],
            column=MODULE_CODE.name,
            code=one.code,
            other=one.other,
            is_stored=one.other in stored,
        )


def strange_sections(
    drafts: Sequence[SectionDraft], stored: Iterable[SectionKey]
) -> Iterator[StrangeCode]:
    """New codes of sections that look like another one of their module."""
    known: dict[str, set[str]] = defaultdict(set)
    for module, code in stored:
        known[module].add(code)
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for draft in drafts:
        if draft.code not in known[draft.module_code]:
            lines[draft.module_code][draft.code] = draft.line
    for module, new in lines.items():
        for one in find_lookalikes(new=new, known=known[module]):
            yield StrangeCode(
                line=new[one.code],
                column=SECTION.name,
                code=f"{module} {one.code}",
                other=f"{module} {one.other}",
                is_stored=one.other in known[module],
            )
