"""All that the seats' writer must know of its next matters, read in one statement."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from modules.rules.allocation import Hall, Holding, Matter, Queued, Returning, Section, Waiting
from project.bus.sql import fetch
from project.messages.modules import SectionChanged
from project.messages.registration import Submitted

# Taken seats are looked at only where one is free, and only as far as this line can fill them:
# without a gap below the highest, the free ones begin above it. Queue heads are read only where a
# seat is free or may come free; leavers may be among them, hence twice the number of returns.
# LIMIT 1, where there can only be one: else stale statistics make it read the whole table.
_HALL = """
WITH hall AS MATERIALIZED (
    SELECT s.id, s.seats, s.is_open, s.taken, s.waiting, w.asked, w.ended,
           CASE WHEN s.seats IS NULL THEN s.waiting ELSE s.seats - s.taken END AS spare,
           CASE WHEN s.seats > s.taken THEN
             (SELECT coalesce(max(a.seat), 0) FROM modules_allocation a
               WHERE a.section_id = s.id AND a.state = 'live') END AS top
      FROM unnest(%(sections)s::bigint[], %(asked)s::int[], %(ended)s::int[]) AS w(id, asked, ended)
      JOIN modules_section s ON s.id = w.id),
items AS MATERIALIZED (
    SELECT * FROM unnest(%(item_sections)s::bigint[], %(students)s::bigint[],
                         %(registrations)s::uuid[]) AS i(section_id, student_id, registration_id))
SELECT nextval('modules_fence'),
       (SELECT json_agg(json_build_object(
          'section', id, 'seats', seats, 'is_open', is_open, 'taken', taken, 'waiting', waiting,
          'free', CASE
             WHEN top = taken THEN ARRAY(
               SELECT generate_series(top + 1, top + least(spare, asked + waiting)))
             WHEN top IS NOT NULL THEN ARRAY(
               SELECT n FROM generate_series(1, top + least(spare, asked + waiting)) n
                WHERE NOT EXISTS (SELECT FROM modules_allocation a
                                   WHERE a.section_id = hall.id AND a.seat = n
                                     AND a.state = 'live')
                ORDER BY n LIMIT least(spare, asked + waiting)) END)) FROM hall),
       (SELECT json_agg(json_build_object('section', hall.id, 'place', json_build_object(
                 'position', p.position, 'registration', p.registration_id,
                 'student', p.student_id)))
          FROM hall, LATERAL (
            SELECT position, registration_id, student_id FROM modules_place
             WHERE section_id = hall.id AND state = 'waiting'
             ORDER BY position LIMIT hall.spare + 2 * hall.ended) p
         WHERE hall.waiting > 0 AND hall.spare + hall.ended > 0),
       (SELECT json_agg(json_build_object(
                 'section', a.section_id, 'student', a.student_id,
                 'registration', a.registration_id, 'seat', a.seat, 'fence', a.fence))
          FROM (SELECT DISTINCT section_id, student_id FROM items) i, LATERAL (
            SELECT * FROM modules_allocation
             WHERE section_id = i.section_id AND student_id = i.student_id AND state = 'live'
             LIMIT 1) a),
       (SELECT json_agg(json_build_object('section', p.section_id, 'place', json_build_object(
                 'position', p.position, 'registration', p.registration_id,
                 'student', p.student_id)))
          FROM (SELECT DISTINCT section_id, student_id FROM items) i, LATERAL (
            SELECT * FROM modules_place
             WHERE section_id = i.section_id AND student_id = i.student_id AND state = 'waiting'
             LIMIT 1) p),
       (SELECT json_agg(json_build_array(p.registration_id, p.section_id))
          FROM items i, LATERAL (
            SELECT * FROM modules_place
             WHERE registration_id = i.registration_id AND section_id = i.section_id
               AND state = 'left' AND position IS NULL
             LIMIT 1) p)"""


def hall_for(*, matters: Sequence[Matter]) -> tuple[Hall, int]:
    """The hall that these matters are about, and the first of the fences drawn for them."""
    items = [item for matter in matters for item in _items(matter)]
    asked = Counter(section for section, _, _, is_asked in items if is_asked)
    ended = Counter(section for section, _, _, is_asked in items if not is_asked)
    sections = sorted({*asked, *ended, *_changed(matters)})
    params = {
        "sections": sections,
        "asked": [asked[section] for section in sections],
        "ended": [ended[section] for section in sections],
        "item_sections": [item[0] for item in items],
        "students": [item[1] for item in items],
        "registrations": [item[2] for item in items],
    }
    fence, *read = fetch(_HALL, params)[0]
    return _hall(*(rows or [] for rows in read)), fence


def _items(matter: Matter) -> list[tuple[int, int, str, bool]]:
    """(section, student, registration, whether it is asked for) of what the matter is about."""
    fact = matter.fact
    if isinstance(fact, Submitted):
        return [(item.section, fact.student, fact.registration, True) for item in fact.items]
    if isinstance(fact, Returning):
        return [(item.section, fact.student, fact.registration, False) for item in fact.items]
    return []


def _changed(matters: Iterable[Matter]) -> set[int]:
    return {one.fact.section for one in matters if isinstance(one.fact, SectionChanged)}


Rows = list[dict[str, Any]]


def _hall(sections: Rows, heads: Rows, holdings: Rows, queued: Rows, ended: list[Any]) -> Hall:
    queues: dict[int, list[Waiting]] = {}
    for row in heads:
        queues.setdefault(row["section"], []).append(Waiting(**row["place"]))
    return Hall(
        sections=tuple(_section(row, queues.get(row["section"], [])) for row in sections),
        holdings=tuple(Holding(**row) for row in holdings),
        queued=tuple(
            Queued(section=row["section"], place=Waiting(**row["place"])) for row in queued
        ),
        ended=frozenset((registration, section) for registration, section in ended),
    )


def _section(row: dict[str, Any], heads: Sequence[Waiting]) -> Section:
    return Section(**{**row, "free": tuple(row["free"] or ()), "heads": tuple(heads)})
