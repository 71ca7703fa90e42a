"""Terms, modules and sections as people read them in a difference."""

from modules.rules.meetings import format_meetings
from modules.rules.requirements import format_clauses
from project.events.credits import format_credits
from project.events.modules import ModuleChanged, SectionChanged, TermChanged


def _(text: str) -> str:
    return text


TERMS, MODULES, SECTIONS = _("terms"), _("modules"), _("sections")


def term_fields(term: TermChanged) -> dict[str, str]:
    """What an import changes of a term."""
    return {
        _("name"): term.name,
        _("first day"): term.starts_on or "",
        _("last day"): term.ends_on or "",
    }


def module_fields(module: ModuleChanged) -> dict[str, str]:
    """What an import changes of a module."""
    return {
        _("title"): module.title,
        _("credits"): _credits(module.credit_quarters, module.credit_quarters_max),
        _("department"): module.department,
        _("requires"): format_clauses(module.requires),
        _("requirement in words"): module.requirement_note,
        _("may be taken together"): ";".join("|".join(one.together) for one in module.requires),
    }


def section_fields(section: SectionChanged) -> dict[str, str]:
    """What an import changes of a section."""
    return {
        _("seats"): _("unlimited") if section.seats is None else str(section.seats),
        _("credits"): _credits(section.credit_quarters, section.credit_quarters_max),
        _("meetings"): format_meetings(section.meetings),
        _("instructor"): section.instructor,
        _("first day"): section.starts_on or "",
        _("last day"): section.ends_on or "",
        _("open"): _("yes") if section.is_open else _("no"),
    }


def _credits(least: int, most: int | None) -> str:
    """4, or 1-4 where a student chooses."""
    return format_credits(least) + (f"-{format_credits(most)}" if most is not None else "")
