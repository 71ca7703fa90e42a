"""Whether a change of a section is one of which its students are notified."""

from project.events.modules import Meeting, SectionChanged
from project.events.registration import SectionDescription


def describe_section(section: SectionChanged) -> SectionDescription:
    """What students know the section by."""
    return SectionDescription(
        name=f"{section.module_code} {section.code}", meetings=section.meetings
    )


def is_move(was: SectionDescription, now: SectionDescription) -> bool:
    """Whether it has another name, meets at other times, or in other rooms."""
    return was.name != now.name or _meetings(was) != _meetings(now)


def _meetings(section: SectionDescription) -> set[tuple[object, ...]]:
    return {_place_and_time(one) for one in section.meetings}


def _place_and_time(one: Meeting) -> tuple[object, ...]:
    return (one.day, one.date, one.start, one.end, one.room)
