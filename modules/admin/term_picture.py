"""A term's calendar for its page in the admin."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from modules.models import Term, Window
from modules.rules.term_picture import Span, term_svg
from project.web.campus_time import campus_deadline, campus_zone, end_of_day


def term_picture(term: Term) -> SafeString | None:
    """The picture; None for a term without any date."""
    svg = term_svg(list(_spans(term)), now=timezone.now(), show=campus_deadline)
    # The rule escapes every text that it writes.
    return mark_safe(svg) if svg else None  # noqa: S308


def _spans(term: Term) -> Iterator[Span]:
    windows = list(Window.objects.filter(term_id=term.pk))
    if windows:
        opens = min(one.opens_at for one in windows)
        closes = max(one.closes_at for one in windows)
        yield Span(label="registration", start=opens, end=closes)
    until = {"add": term.add_until, "drop": term.drop_until, "refund": term.refund_until}
    for name, moment in until.items():
        if moment:
            yield Span(label=f"{name} until", start=moment, end=moment)
    if term.starts_on and term.ends_on:
        yield _days("term", term.starts_on, term.ends_on)
    for period in (*(term.parts or ()), *(term.breaks or ())):
        days = (date.fromisoformat(period[name]) for name in ("starts_on", "ends_on"))
        yield _days(period["name"], *days)


def _days(label: str, first: date, last: date) -> Span:
    begins = datetime.combine(first, time(), tzinfo=campus_zone()).astimezone(UTC)
    return Span(label=label, start=begins, end=end_of_day(last))
