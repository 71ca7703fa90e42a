"""Whether a change of a section is one of which its students are notified."""

from project.events.modules import Meeting, SectionChanged
from project.events.registration import SectionFacts


def facts_of(section: SectionChanged) -> SectionFacts:
    """What students know the section by."""
    return SectionFacts(name=f"{section.module_code} {section.code}", meetings=section.meetings)


def is_move(was: SectionFacts, now: SectionFacts) -> bool:
    """Whether it has another name, meets at other times, or in other rooms."""
    return was.name != now.name or _meetings(was) != _meetings(now)


def _meetings(facts: SectionFacts) -> set[tuple[object, ...]]:
    return {_place_and_time(one) for one in facts.meetings}


def _place_and_time(one: Meeting) -> tuple[object, ...]:
    return (one.day, one.date, one.start, one.end, one.room)
