"""The current seats: what the allocator reads, and what Redis should show."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from modules.rules.seat_snapshot import (
    Allocation,
    ReleaseEvent,
    SeatEvent,
    SeatLock,
    SeatSnapshot,
    SectionCounts,
    SectionSnapshot,
    WaitlistEntry,
)
from project.bus.sql import fetch
from project.events.modules import SectionChanged, TermChanged
from project.events.registration import PassedOver, StudentChanged, Submitted
from project.events.vocabulary import fill_words

# After a term's deadline no waitlist moves. It is `add_until` if staff set it; else when the last
# registration window closes, at the latest at the end of the term's last day. A term with none of
# these has no deadline.
_TERMS = """
    SELECT t.id, coalesce(
             coalesce(t.add_until, least(
               (SELECT max(w.closes_at) FROM modules_window w WHERE w.term_id = t.id),
               (t.ends_on + 1)::timestamp AT TIME ZONE %(zone)s)) <= statement_timestamp(),
             false) AS is_over, t.is_paused
      FROM modules_term t"""

# Taken seats are read only if one is free, and only as far as these events can fill them:
# without a gap below the highest, the free ones begin above it. Waitlists are read only if a seat
# is free or may be released; leavers may be among the first, hence twice the number of releases.
# LIMIT 1 although there can only be one: stale statistics would make it read the whole table.
_SNAPSHOT = fill_words("""
WITH term AS MATERIALIZED (<terms>),
passed AS MATERIALIZED (
    SELECT w.* FROM modules_waitlist_entry w
     WHERE w.state = <WaitlistState.PASSED_OVER> AND w.section_id = ANY(%(sections)s)
     UNION
    SELECT w.* FROM modules_waitlist_entry w
     WHERE w.state = <WaitlistState.PASSED_OVER> AND w.student_id = ANY(%(changed_students)s)
     UNION
    SELECT w.* FROM modules_allocation a JOIN modules_waitlist_entry w USING (student_id)
     WHERE a.section_id = ANY(%(changed_sections)s) AND a.state = <AllocationState.LIVE>
       AND w.state = <WaitlistState.PASSED_OVER>),
wanted AS (
    SELECT * FROM unnest(%(sections)s::bigint[], %(asked)s::int[], %(ended)s::int[])
                  AS w(id, asked, ended)
     UNION ALL
    SELECT DISTINCT section_id, 0, 0 FROM passed WHERE section_id <> ALL(%(sections)s)
     UNION
    SELECT s.id, 0, 0 FROM modules_section s
     WHERE s.term_id = ANY(%(changed_terms)s) AND s.id <> ALL(%(sections)s) AND s.waiting > 0
       AND coalesce(s.seats > s.taken, true)),
section AS MATERIALIZED (
    SELECT s.id, s.seats, s.is_open, s.taken, s.waiting, w.asked, w.ended, term.is_over,
           term.is_paused,
           CASE WHEN s.seats IS NULL THEN s.waiting ELSE s.seats - s.taken END AS spare,
           CASE WHEN s.seats > s.taken THEN
             (SELECT coalesce(max(a.seat), 0) FROM modules_allocation a
               WHERE a.section_id = s.id AND a.state = <AllocationState.LIVE>) END AS top
      FROM wanted w
      JOIN modules_section s ON s.id = w.id
      JOIN term ON term.id = s.term_id),
items AS MATERIALIZED (
    SELECT * FROM unnest(%(item_sections)s::bigint[], %(students)s::bigint[],
                         %(registrations)s::uuid[]) AS i(section_id, student_id, registration_id))
SELECT <beside>,
       (SELECT json_agg(json_build_object(
          'section', id, 'seats', seats, 'is_open', is_open, 'is_over', is_over,
          'is_paused', is_paused, 'taken', taken, 'waiting', waiting,
          'free', CASE
             WHEN top = taken THEN ARRAY(
               SELECT generate_series(top + 1, top + least(spare, asked + waiting)))
             WHEN top IS NOT NULL THEN ARRAY(
               SELECT n FROM generate_series(1, top + least(spare, asked + waiting)) n
                WHERE NOT EXISTS (SELECT FROM modules_allocation a
                                   WHERE a.section_id = section.id AND a.seat = n
                                     AND a.state = <AllocationState.LIVE>)
                ORDER BY n LIMIT least(spare, asked + waiting)) END)) FROM section),
       (SELECT json_agg(json_build_object(
                 'section', section.id, 'position', w.position,
                 'registration', w.registration_id, 'student', w.student_id))
          FROM section, LATERAL (
            SELECT position, registration_id, student_id FROM modules_waitlist_entry
             WHERE section_id = section.id AND state = <WaitlistState.WAITING>
             ORDER BY position LIMIT section.spare + 2 * section.ended) w
         WHERE section.waiting > 0 AND section.spare + section.ended > 0),
       (SELECT json_agg(json_build_object(
                 'section', a.section_id, 'student', a.student_id,
                 'registration', a.registration_id, 'seat', a.seat,
                 'fencing_token', a.fencing_token))
          FROM (SELECT DISTINCT section_id, student_id FROM items) i, LATERAL (
            SELECT * FROM modules_allocation
             WHERE section_id = i.section_id AND student_id = i.student_id
               AND state = <AllocationState.LIVE>
             LIMIT 1) a),
       (SELECT json_agg(json_build_object(
                 'section', w.section_id, 'position', w.position,
                 'registration', w.registration_id, 'student', w.student_id))
          FROM (SELECT DISTINCT section_id, student_id FROM items) i, LATERAL (
            SELECT * FROM modules_waitlist_entry
             WHERE section_id = i.section_id AND student_id = i.student_id
               AND state = <WaitlistState.WAITING>
             LIMIT 1) w),
       (SELECT json_agg(json_build_object(
                 'section', w.section_id, 'position', w.position,
                 'registration', w.registration_id, 'student', w.student_id))
          FROM items i, LATERAL (
            SELECT * FROM modules_waitlist_entry
             WHERE registration_id = i.registration_id AND section_id = i.section_id
               AND state = <WaitlistState.OFFERED>
             LIMIT 1) w),
       (SELECT json_agg(json_build_object(
                 'section', section_id, 'position', position,
                 'registration', registration_id, 'student', student_id)
               ORDER BY position) FROM passed),
       (SELECT json_agg(json_build_array(a.section_id, a.student_id))
          FROM modules_allocation a
         WHERE a.section_id = ANY(%(changed_sections)s) AND a.state = <AllocationState.LIVE>
           AND a.student_id IN (SELECT student_id FROM passed)),
       (SELECT json_agg(json_build_array(w.registration_id, w.section_id))
          FROM items i, LATERAL (
            SELECT * FROM modules_waitlist_entry
             WHERE registration_id = i.registration_id AND section_id = i.section_id
               AND state = <WaitlistState.LEFT> AND position IS NULL
             LIMIT 1) w)""").replace("<terms>", _TERMS)

_COLUMNS = (
    *("sections", "heads", "allocations", "waitlisted"),
    *("offered", "passed_over", "moved", "ended"),
)


def load_seat_snapshot(*, events: Sequence[SeatEvent], beside: str) -> tuple[Any, SeatSnapshot]:
    """The value of the SQL expression `beside`, and the seats that these events are about.

    `beside` lets the caller fetch a value of its own in the same round trip.
    """
    value, *columns = fetch(_SNAPSHOT.replace("<beside>", beside), _params(events))[0]
    return value, _snapshot(**{n: rows or [] for n, rows in zip(_COLUMNS, columns, strict=True)})


def _params(events: Sequence[SeatEvent]) -> dict[str, Any]:
    items = [item for event in events for item in _items(event)]
    asked = Counter(section for section, _, _, is_asked in items if is_asked)
    ended = Counter(section for section, _, _, is_asked in items if not is_asked)
    changed = sorted({e.event.section for e in events if isinstance(e.event, SectionChanged)})
    sections = sorted({*asked, *ended, *changed})
    return {
        "sections": sections,
        "asked": [asked[section] for section in sections],
        "ended": [ended[section] for section in sections],
        "item_sections": [item[0] for item in items],
        "students": [item[1] for item in items],
        "registrations": [item[2] for item in items],
        "changed_sections": changed,
        "changed_terms": sorted({e.event.term for e in events if isinstance(e.event, TermChanged)}),
        "changed_students": sorted(_students_changed(events)),
        "zone": settings.TIME_ZONE,
    }


def _items(event: SeatEvent) -> list[tuple[int, int, str, bool]]:
    """(section, student, registration, whether it is requested) of each item of the event."""
    about = event.event
    if isinstance(about, Submitted):
        return [(item.section, about.student, about.registration, True) for item in about.items]
    if isinstance(about, PassedOver):
        return [(about.section, about.student, about.registration, False)]
    if isinstance(about, ReleaseEvent):
        return [(item.section, about.student, about.registration, False) for item in about.items]
    return []


def _students_changed(events: Iterable[SeatEvent]) -> set[int]:
    return {e.event.student for e in events if isinstance(e.event, ReleaseEvent | StudentChanged)}


Rows = list[dict[str, Any]]


def _snapshot(
    *,
    sections: Rows,
    heads: Rows,
    allocations: Rows,
    waitlisted: Rows,
    offered: Rows,
    passed_over: Rows,
    moved: list[Any],
    ended: list[Any],
) -> SeatSnapshot:
    waitlists, passed = _by_section(heads), _by_section(passed_over)
    return SeatSnapshot(
        sections=tuple(
            _section(row, waitlists.get(row["section"], ()), passed.get(row["section"], ()))
            for row in sections
        ),
        allocations=tuple(Allocation(**row) for row in allocations),
        waitlisted=tuple(WaitlistEntry(**row) for row in waitlisted),
        offered=tuple(WaitlistEntry(**row) for row in offered),
        ended=frozenset((registration, section) for registration, section in ended),
        moved=frozenset((section, student) for section, student in moved),
    )


def _by_section(rows: Rows) -> dict[int, list[WaitlistEntry]]:
    found: dict[int, list[WaitlistEntry]] = {}
    for row in rows:
        found.setdefault(row["section"], []).append(WaitlistEntry(**row))
    return found


def _section(
    row: dict[str, Any], head: Sequence[WaitlistEntry], passed_over: Sequence[WaitlistEntry]
) -> SectionSnapshot:
    free = tuple(row["free"] or ())
    return SectionSnapshot(
        **{**row, "free": free, "waitlist_head": tuple(head), "passed_over": tuple(passed_over)}
    )


def load_last_fencing_token() -> int:
    """The highest fencing token in use; the next one drawn is higher."""
    return int(fetch("SELECT coalesce(max(fencing_token), 0) FROM modules_allocation")[0][0])


def load_section_counts() -> dict[int, SectionCounts]:
    """The counts of every section."""
    rows = fetch("SELECT id, taken, waiting FROM modules_section")
    return {section: SectionCounts(taken, waiting) for section, taken, waiting in rows}


_LOCKS = fill_words("""
SELECT json_build_object('section', section_id, 'student', student_id,
                         'registration', registration_id, 'seat', seat,
                         'fencing_token', fencing_token),
       ceil(extract(epoch FROM taken_at + make_interval(secs => %(seconds)s)
                               - statement_timestamp()))::int
  FROM modules_allocation
 WHERE state = <AllocationState.LIVE> AND seat IS NOT NULL
   AND taken_at > statement_timestamp() - make_interval(secs => %(seconds)s + %(over)s)""")


def load_seat_locks(*, seconds: int, over: int) -> list[SeatLock]:
    """The lock of every live allocation younger than `seconds` by the database's clock, including
    those whose countdown ended at most `over` seconds ago."""
    rows = fetch(_LOCKS, {"seconds": seconds, "over": over})
    return [SeatLock(allocation=Allocation(**row), seconds=left) for row, left in rows]
