"""The stored catalogue, as the events that created it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from modules.models import Module, Section, Term
from modules.rules.terms import Days, Deadlines, Periods, term_event
from project.events.modules import ModuleChanged, Period, SectionChanged, TermChanged


def get_term(*, code: str) -> TermChanged | None:
    """The term of that code."""
    return _term(Term.objects.filter(code=code).first())


def get_term_of_id(term: int) -> TermChanged | None:
    """The term of that id."""
    return _term(Term.objects.filter(id=term).first())


def _term(row: Term | None) -> TermChanged | None:
    if row is None:
        return None
    event = term_event(
        term=row.id,
        code=row.code,
        name=row.name,
        days=Days(row.starts_on, row.ends_on),
        deadlines=Deadlines(
            add_until=row.add_until, drop_until=row.drop_until, refund_until=row.refund_until
        ),
        periods=Periods(breaks=_periods(row.breaks), parts=_periods(row.parts)),
    )
    return replace(event, is_draft=row.is_draft, is_paused=row.is_paused)


def load_parts(*, term: int) -> tuple[Period, ...]:
    """The parts of the term."""
    stored = Term.objects.filter(id=term).values_list("parts", flat=True).first()
    return _periods(stored or ())


def _periods(stored: Sequence[Mapping[str, str]]) -> tuple[Period, ...]:
    return tuple(Period(**one) for one in stored)


def load_modules() -> dict[str, ModuleChanged]:
    """Every module by its code."""
    return {row["code"]: _module(row) for row in Module.objects.order_by("id").values()}


def _module(row: Mapping[str, Any]) -> ModuleChanged:
    return ModuleChanged.from_data({**row, "module": row["id"]})


def load_sections(*, term: int) -> dict[tuple[str, str], SectionChanged]:
    """Every section of the term, by module code and section code."""
    rows = Section.objects.filter(term_id=term).order_by("id").values(*_SECTION)
    return {(row["module__code"], row["code"]): _section(row) for row in rows}


def get_section(*, section: int) -> SectionChanged | None:
    """One section."""
    row = Section.objects.filter(id=section).values(*_SECTION).first()
    return _section(row) if row else None


_SECTION = (
    "id", "term_id", "module_id", "module__code", "code", "seats", "is_open", "credit_quarters",
    "credit_quarters_max", "meetings", "instructor", "starts_on", "ends_on", "part",
)  # fmt: skip


def _section(row: Mapping[str, Any]) -> SectionChanged:
    return SectionChanged.from_data(
        {
            **row,
            "section": row["id"],
            "term": row["term_id"],
            "module": row["module_id"],
            "module_code": row["module__code"],
            "starts_on": _iso(row["starts_on"]),
            "ends_on": _iso(row["ends_on"]),
        }
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def load_taken(*, sections: Sequence[int]) -> dict[int, int]:
    """How many seats of each are taken. Exact only under the seats' lock."""
    return dict(Section.objects.filter(id__in=sections).values_list("id", "taken"))
