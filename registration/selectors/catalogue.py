"""Catalogue search: modules with the sections that match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.bus.sql import Record, fetch_records
from project.web.keyset import Cursor, Order, number, text
from registration.selectors.availability import Availability
from registration.selectors.catalogue_section import (
    CATALOGUE_SECTIONS,
    CatalogueSection,
    OfferedSection,
    seats_of,
)

PAGE = 20
# Only Redis knows which modules are full. So more rows are read than shown, in growing batches; a
# search with few matches stops after some batches, and the reader may continue from there.
_READ_AT_ONCE = (PAGE + 1, 60, 180)
_WEEK = 7 * 24 * 60

# An exact code comes first, then codes with that prefix, then other matches; CSE 8 before CSE 11.
_FOUND = """
WITH hit AS (
SELECT s.module_id, array_agg(s.id) AS sections
  FROM registration_section s JOIN registration_module m ON m.id = s.module_id
 WHERE s.term_id = %(term)s
   AND m.search || ' ' || s.search LIKE ALL (search_patterns(%(q)s))
   AND (%(department)s = '' OR m.department = %(department)s)
   AND (%(credit_quarters)s::int IS NULL OR %(credit_quarters)s BETWEEN s.credit_quarters
       AND coalesce(s.credit_quarters_max, s.credit_quarters))
   AND (NOT %(free)s OR (s.is_open AND s.seats IS DISTINCT FROM 0))
   AND (NOT %(weekly)s OR (
       SELECT bool_and(s.intervals[n] / 1440 = ANY (%(days)s)
                       AND s.intervals[n] %% 1440 >= %(since)s
                       AND s.intervals[n + 1] - s.intervals[n] / 1440 * 1440 <= %(until)s)
         FROM generate_series(1, cardinality(s.intervals), 4) n
        WHERE s.intervals[n] BETWEEN 0 AND %(week)s - 1))
   AND (%(busy)s::bigint[] = '{}' OR NOT EXISTS (
       SELECT FROM generate_series(1, cardinality(s.intervals), 4) n,
              unnest(%(busy)s::bigint[], %(begin)s::int[], %(end)s::int[], %(first)s::int[],
                     %(last)s::int[]) AS b(section, at, till, first, last)
        WHERE b.section <> s.id AND s.intervals[n] < b.till AND b.at < s.intervals[n + 1]
          AND (b.at >= %(week)s OR share_a_day(
               (s.intervals[n] + 1440) / 1440 - 1, s.intervals[n + 2], s.intervals[n + 3],
               (b.at + 1440) / 1440 - 1, b.first, b.last,
               (SELECT t.teaching FROM registration_term t WHERE t.id = %(term)s)))))
 GROUP BY s.module_id),
     placed AS (
SELECT CASE WHEN split_part(m.search, ' ', 1) = asked.code THEN 0
            WHEN starts_with(m.search, asked.code) THEN 1
            ELSE 2 END AS fit,
       substring(m.code FROM '^[^0-9]*') AS prefix,
       coalesce(substring(m.code FROM '[0-9]{1,9}')::int, -1) AS digits,
       m.code, module_id, sections
  FROM hit JOIN registration_module m ON m.id = hit.module_id,
       (SELECT replace(fold_search(%(q)s), ' ', '') AS code) asked),
     found AS (
SELECT * FROM placed <beyond>
 ORDER BY fit, prefix, digits, code, module_id LIMIT %(limit)s)
SELECT m.id, m.code, m.title, m.credit_quarters, m.credit_quarters_max, (
       SELECT json_agg(section ORDER BY section.code, section.id)
         FROM (<sections> WHERE c.id = ANY (found.sections)) section) AS sections,
       fit, prefix, digits, module_id
  FROM found JOIN registration_module m ON m.id = found.module_id
 ORDER BY fit, prefix, digits, found.code, module_id""".replace("<sections>", CATALOGUE_SECTIONS)
_BEYOND = "WHERE (fit, prefix, digits, code, module_id) > %(beyond)s"
_ORDER = Order(
    keys=("fit", "prefix", "digits", "code", "module_id"),
    reads=(number, text, number, text, number),
)

_OFFERED = """
SELECT array(SELECT DISTINCT m.department FROM registration_module m
              WHERE m.department <> '' AND EXISTS (SELECT FROM registration_section s
                    WHERE s.module_id = m.id AND s.term_id = %(term)s) ORDER BY 1)
       AS departments,
       array(SELECT DISTINCT quarters FROM registration_section,
                    unnest(ARRAY[credit_quarters, credit_quarters_max]) quarters
              WHERE term_id = %(term)s AND quarters IS NOT NULL ORDER BY 1)
       AS credit_quarters"""
_ANY_END = 2 * 1440  # on the next day, at the latest


@dataclass(frozen=True, slots=True)
class BusyInterval:
    """A busy time, as in `registration_section.intervals`, and the section that occupies it."""

    section: int
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSearch:
    """Search criteria. Empty strings and None do not filter; `cursor` is where to continue.

    `days`, `since` and `until` apply to every weekly meeting; a section without any does not match.
    """

    term: int
    q: str = ""
    free_only: bool = False
    days: tuple[int, ...] = ()
    since: int | None = None
    until: int | None = None
    credit_quarters: int | None = None
    department: str = ""
    busy: tuple[BusyInterval, ...] = ()
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRow:
    """A module and some of its sections."""

    id: int
    code: str
    title: str
    credit_quarters: int
    credit_quarters_max: int | None
    sections: tuple[OfferedSection, ...]

    @property
    def with_seats(self) -> int:
        """How many of the sections likely have a free seat."""
        return sum(section.seats.may_be_free for section in self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePage:
    """A page of modules. `next` is the cursor of the next page, None at the end."""

    modules: tuple[ModuleRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueChoices:
    """The choices of the search form for a term."""

    departments: tuple[str, ...]
    credit_quarters: tuple[int, ...]


def load_catalogue_choices(term: int) -> CatalogueChoices:
    """Departments and credits of the term's sections."""
    (record,) = fetch_records(_OFFERED, {"term": term})
    return CatalogueChoices(**{name: tuple(values) for name, values in record.items()})


def load_catalogue(search: CatalogueSearch) -> CataloguePage:
    """One page of the search. `free_only` keeps modules that may have a free seat. Raises Refusal
    for an invalid cursor."""
    kept: list[ModuleRow] = []
    at = _ORDER.cursor(search.cursor)
    for limit in _READ_AT_ONCE if search.free_only else _READ_AT_ONCE[:1]:
        batch = _read(search, beyond=at, limit=limit)
        for here, module in batch:
            if len(kept) == PAGE:
                return CataloguePage(modules=tuple(kept), next=str(at))
            at = here
            if module.with_seats or not search.free_only:
                kept.append(module)
        if len(batch) < limit:
            return CataloguePage(modules=tuple(kept), next=None)
    return CataloguePage(modules=tuple(kept), next=str(at))


def _read(search: CatalogueSearch, *, beyond: Cursor, limit: int) -> list[tuple[Cursor, ModuleRow]]:
    sql = _FOUND.replace("<beyond>", _BEYOND if beyond.keys else "")
    records = fetch_records(sql, {**_params(search), "beyond": beyond.keys, "limit": limit})
    found = [[CatalogueSection(**one) for one in record.pop("sections")] for record in records]
    seats = seats_of([section for sections in found for section in sections])
    pairs = zip(records, found, strict=True)
    return [
        (_cursor(record), _module(record, sections, seats, free_only=search.free_only))
        for record, sections in pairs
    ]


def _cursor(record: Record) -> Cursor:
    return Cursor(tuple(record[key] for key in _ORDER.keys))


def _params(search: CatalogueSearch) -> dict[str, Any]:
    return {
        "term": search.term,
        "q": search.q,
        "department": search.department,
        "credit_quarters": search.credit_quarters,
        "free": search.free_only,
        "weekly": bool(search.days or search.since is not None or search.until is not None),
        "days": list(search.days or range(7)),
        "since": search.since or 0,
        "until": _ANY_END if search.until is None else search.until,
        "week": _WEEK,
        "busy": [one.section for one in search.busy],
        "begin": [one.start for one in search.busy],
        "end": [one.end for one in search.busy],
        "first": [one.first for one in search.busy],
        "last": [one.last for one in search.busy],
    }


def _module(
    record: Record,
    sections: Sequence[CatalogueSection],
    seats: Mapping[int, Availability],
    *,
    free_only: bool,
) -> ModuleRow:
    offered = (OfferedSection(section=one, seats=seats[one.id]) for one in sections)
    return ModuleRow(
        id=record["id"],
        code=record["code"],
        title=record["title"],
        credit_quarters=record["credit_quarters"],
        credit_quarters_max=record["credit_quarters_max"],
        sections=tuple(one for one in offered if not free_only or one.seats.may_be_free),
    )
