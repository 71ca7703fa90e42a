"""What has moved, in words: where and when a section met, and where and when it meets now.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

from collections.abc import Callable, Iterable, Sequence

from project.events.modules import Meeting
from project.events.registration import MovedItem

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
BETWEEN = _("%(days)s, %(day)s")
WHEN = _("%(days)s %(hours)s")
NO_TIMES = _("no times yet")
RENAMED = _("%(was)s is now called %(now)s.")
MOVED = _("%(section)s has moved: %(was)s → %(now)s.")
HINT = _("If it no longer suits you, you can drop it under My registrations.")


def move_sentences(items: Iterable[MovedItem], translate: Translate) -> list[str]:
    """One line for each section."""
    return [_sentence(item, translate) for item in items]


def _sentence(item: MovedItem, translate: Translate) -> str:
    was, now = item.was, item.now
    sentences = []
    if was.name != now.name:
        sentences.append(translate(RENAMED) % {"was": was.name, "now": now.name})
    before, after = (format_meetings(one.meetings, translate) for one in (was, now))
    if before != after:
        values = {"section": now.name, "was": before, "now": after}
        sentences.append(translate(MOVED) % values)
    return " ".join([*sentences, translate(HINT)])


def format_meetings(meetings: Sequence[Meeting], translate: Translate) -> str:
    """Mon, Wed 09:00–09:50 HALL 2; 2026-12-14 09:00–11:00."""  # noqa: RUF002
    days: dict[tuple[str, int, int, str], list[int]] = {}
    for one in meetings:
        key = (one.date or "", one.start, one.end, one.room)
        days.setdefault(key, []).extend([] if one.day is None else [one.day])
    lines = [_line(*key, days=some, translate=translate) for key, some in days.items()]
    return "; ".join(lines) or translate(NO_TIMES)


def _line(
    date: str, start: int, end: int, room: str, *, days: Sequence[int], translate: Translate
) -> str:
    hours = f"{_clock(start)}–{_clock(end)}"  # noqa: RUF001  an en dash belongs between hours
    shown = date or _days(days, translate)
    when = translate(WHEN) % {"days": shown, "hours": hours} if shown else hours
    return f"{when} {room}".strip()


def _days(days: Sequence[int], translate: Translate) -> str:
    text = ""
    for day in sorted(set(days)):
        name = translate(DAYS[day])
        text = translate(BETWEEN) % {"days": text, "day": name} if text else name
    return text


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
