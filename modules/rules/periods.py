"""Breaks and parts of a term as staff write them: one a line, first day, last day, name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from project.events.modules import Period, SectionChanged


class WrongPeriod(ValueError):
    """The text is not a valid period; the message says why."""


def parse_periods(text: str) -> tuple[Period, ...]:
    """Every line of `2026-10-19 2026-10-23 Reading week`, or of `2026-11-02 Founders' Day` for a
    single day. Raises WrongPeriod."""
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1)]
    return tuple(_period(number, words) for number, words in lines if words)


def format_periods(periods: Sequence[Period]) -> str:
    """The periods as staff write them."""
    return "\n".join(_line(one) for one in periods)


def check_periods(*, breaks: Sequence[Period], parts: Sequence[Period]) -> None:
    """Parts are distinguished by name, and no day is in two breaks. Raises WrongPeriod."""
    names = [one.name for one in parts]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise WrongPeriod(f"There are two parts of the name {double}.")
    ordered = sorted(breaks, key=lambda one: one.starts_on)
    for one, following in pairwise(ordered):
        if (day := following.starts_on) <= one.ends_on:
            raise WrongPeriod(f"{one.name} and {following.name} share the day {day}.")


def check_within(periods: Sequence[Period], *, first: date | None, last: date | None) -> None:
    """Breaks and parts lie within the term, which therefore has days. Raises WrongPeriod."""
    if periods and (first is None or last is None):
        raise WrongPeriod("A term with breaks or parts needs a first and a last day.")
    for one in periods:
        if one.starts_on < str(first) or one.ends_on > str(last):
            raise WrongPeriod(f"{one.name} is not within the term, {first} to {last}.")


def on_days_of_part(section: SectionChanged, parts: Sequence[Period]) -> SectionChanged:
    """The section on the days of its part, if it has one."""
    days = {one.name: one for one in parts}
    part = days[section.part] if section.part else section
    return replace(section, starts_on=part.starts_on, ends_on=part.ends_on)


def _period(number: int, words: list[str]) -> Period:
    first = _day(number, words[0])
    has_last = len(words) > 1 and words[1][:1].isdigit() and "-" in words[1]
    last = _day(number, words[1]) if has_last else first
    name = " ".join(words[1 + has_last :])
    if not name:
        raise WrongPeriod(f"Line {number} lacks a name, as in 2026-11-02 Founders' Day.")
    if last < first:
        raise WrongPeriod(f"Line {number}: {name} ends on {last}, before it starts.")
    return Period(name=name, starts_on=first, ends_on=last)


def _day(number: int, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise WrongPeriod(f'Line {number}: "{text}" is not a day like 2026-11-02.') from None


def _line(period: Period) -> str:
    days = (
        [period.starts_on]
        if period.starts_on == period.ends_on
        else [period.starts_on, period.ends_on]
    )
    return " ".join([*days, period.name])
