"""The next term made from the last one: everything moves by whole weeks, so weekdays stay."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from project.events.modules import Meeting, Period, SectionChanged, TermChanged


def shift_term(
    term: TermChanged, *, number: int, code: str, name: str, weeks: int, zone: tzinfo
) -> TermChanged:
    """The term so many weeks later, as a draft. A deadline keeps its time of day on the campus."""
    return replace(
        term,
        term=number,
        code=code,
        name=name,
        starts_on=shift_day(term.starts_on, weeks),
        ends_on=shift_day(term.ends_on, weeks),
        add_until=_shift_moment(term.add_until, weeks, zone),
        drop_until=_shift_moment(term.drop_until, weeks, zone),
        refund_until=_shift_moment(term.refund_until, weeks, zone),
        breaks=tuple(_shift_period(one, weeks) for one in term.breaks),
        parts=tuple(_shift_period(one, weeks) for one in term.parts),
        is_draft=True,
        is_paused=False,
    )


def shift_section(section: SectionChanged, *, number: int, term: int, weeks: int) -> SectionChanged:
    """The same section in the new term; what meets on a date meets so many weeks later."""
    meetings = tuple(_shift_meeting(one, weeks) for one in section.meetings)
    return replace(
        section,
        section=number,
        term=term,
        meetings=meetings,
        starts_on=shift_day(section.starts_on, weeks),
        ends_on=shift_day(section.ends_on, weeks),
    )


def _shift_meeting(meeting: Meeting, weeks: int) -> Meeting:
    return replace(meeting, date=shift_day(meeting.date, weeks))


def _shift_period(period: Period, weeks: int) -> Period:
    """A break that keeps its date instead, such as a public holiday, is for staff to correct."""
    days = timedelta(weeks=weeks)
    starts, ends = (date.fromisoformat(one) + days for one in (period.starts_on, period.ends_on))
    return replace(period, starts_on=starts.isoformat(), ends_on=ends.isoformat())


def shift_day(day: str | None, weeks: int) -> str | None:
    """The day of the week so many weeks later."""
    return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat() if day else None


def _shift_moment(moment: str | None, weeks: int, zone: tzinfo) -> str | None:
    if moment is None:
        return None
    local = datetime.fromisoformat(moment).astimezone(zone).replace(tzinfo=None)
    return (local + timedelta(weeks=weeks)).replace(tzinfo=zone).astimezone(UTC).isoformat()
