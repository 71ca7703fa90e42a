"""Changed sections as they were and are, and who has them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from project.bus.sql import fetch
from project.events.modules import SectionChanged
from project.events.registration import SectionDescription
from project.events.vocabulary import ItemState, fill_words
from registration.rules.section_moves import describe_section

# Several changes of one section that are read together count as one.
_CHANGES = """
SELECT was.data, now.data
  FROM (SELECT stream, min(version) AS first, max(version) AS last
          FROM bus_event WHERE id = ANY(%s) GROUP BY stream) changed
  JOIN bus_event was ON was.stream = changed.stream AND was.version = changed.first - 1
  JOIN bus_event now ON now.stream = changed.stream AND now.version = changed.last"""

# Nobody is notified of what is corrected after the end of the term.
_HOLDERS = fill_words("""
SELECT i.registration_id, i.student_id, i.section_id, i.state
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
 WHERE i.section_id = ANY(%(sections)s)
   AND i.state IN <LIVE_STATES>
   AND coalesce((t.ends_on + 1)::timestamp AT TIME ZONE %(zone)s, 'infinity')
       > statement_timestamp()
 ORDER BY i.registration_id, i.section_id""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """A section before and after its change."""

    section: int
    was: SectionDescription
    now: SectionDescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A live item of a section."""

    registration: str
    student: int
    section: int
    state: ItemState


def load_section_changes(event_ids: Sequence[int]) -> list[SectionChange]:
    """What these events changed; a new section changes nothing."""
    return [
        SectionChange(section=now.section, was=describe_section(was), now=describe_section(now))
        for was, now in (map(_section, row) for row in fetch(_CHANGES, [list(event_ids)]))
    ]


def _section(data: Any) -> SectionChanged:
    return SectionChanged.from_data(json.loads(data))


def load_holders(sections: Collection[int]) -> list[Holder]:
    """Who has these sections, or waits for them, in a term that is not over."""
    params = {"sections": list(sections), "zone": settings.TIME_ZONE}
    return [
        Holder(
            registration=str(registration), student=student, section=section, state=ItemState(state)
        )
        for registration, student, section, state in fetch(_HOLDERS, params)
    ]
