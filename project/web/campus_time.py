"""Times as the campus reads and types them: in its time zone (`CAMPUS_TIME_ZONE`), no seconds.

What somebody may miss names the zone. Instants themselves stay UTC by the database's clock.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()
DAY = timedelta(days=1)


def campus_zone() -> tzinfo:
    """The time zone of the campus."""
    return timezone.get_default_timezone()


def format_time(moment: datetime, *, is_deadline: bool = False) -> str:
    """Fri 25 Dec, 11:20 PST. A deadline at midnight is 24:00 of the day that it ends."""
    local = moment.astimezone(campus_zone())
    shown = date_format(local.replace(tzinfo=None), "SHORT_DATETIME_FORMAT")
    if is_deadline and local.time() == time():
        last_day = local.replace(tzinfo=None) - DAY
        shown = date_format(last_day, "SHORT_DATETIME_FORMAT").replace("00:00", "24:00")
    return f"{shown} {zone_name(local)}"


@register.filter
def campus_time(moment: datetime | None) -> str:
    """When something happens or opens, with the zone; empty for None."""
    return format_time(moment) if moment else ""


@register.filter
def campus_deadline(moment: datetime | None) -> str:
    """Until when something is possible, with the zone; empty for None."""
    return format_time(moment, is_deadline=True) if moment else ""


def zone_name(moment: datetime) -> str:
    """The zone's abbreviation at that moment; its offset where it has none: UTC+13:45."""
    local = moment.astimezone(campus_zone())
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = local.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"


def end_of_day(day: date) -> datetime:
    """The end of that day on the campus, as PostgreSQL finds it: where clocks change at midnight,
    the later of two."""
    midnight = datetime.combine(day + DAY, time(), tzinfo=campus_zone())
    return max(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


class NoSuchTime(ValueError):
    """Clocks change then, so the time does not exist, or exists twice; the message says which."""


def at_campus(local: datetime) -> datetime:
    """The moment at which clocks of the campus show this. Raises NoSuchTime if none or two do."""
    moment = local.replace(tzinfo=campus_zone())
    before, after = (moment.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    if before == after:
        return moment
    values = {"time": f"{local:%H:%M}", "day": date_format(local, "DATE_FORMAT")}
    if before < after:
        text = "On %(day)s clocks go forward: there is no %(time)s. Enter another time."
    else:
        text = "On %(day)s clocks go back: %(time)s comes twice. Enter another time."
    raise NoSuchTime(text % values)
