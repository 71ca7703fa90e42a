"""The calendar of a term as a picture: rows of bars and dots on one axis of days, as SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

WIDTH, LABELS, ROW, PAD = 860, 150, 26, 8
_RIGHT = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One row: from `start` to `end`, or one moment if they are the same."""

    label: str
    start: datetime
    end: datetime


def term_svg(spans: Sequence[Span], *, now: datetime, show: Callable[[datetime], str]) -> str:
    """The picture; "" without rows. `show` writes a moment as people read it."""
    if not spans:
        return ""
    first = min(one.start for one in spans)
    last = max(one.end for one in spans)
    axis = _Axis(first=first, seconds=max((last - first).total_seconds(), 1))
    height = len(spans) * ROW + 2 * PAD
    rows = "".join(_row(n, one, axis, show) for n, one in enumerate(spans))
    today = _today(axis.x(now), height) if first <= now <= last else ""
    title = "; ".join(f"{one.label}: {_text(one, show)}" for one in spans)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" font-size="12" fill="currentColor">'
        f"<title>{escape(title)}</title>{rows}{today}</svg>"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    first: datetime
    seconds: float

    def x(self, moment: datetime) -> int:
        """Where the moment is."""
        share = (moment - self.first).total_seconds() / self.seconds
        return LABELS + round(share * (WIDTH - LABELS - _RIGHT))


def _row(n: int, span: Span, axis: _Axis, show: Callable[[datetime], str]) -> str:
    middle = PAD + n * ROW + ROW // 2
    begin, end = axis.x(span.start), axis.x(span.end)
    mark = (
        f'<circle cx="{begin}" cy="{middle}" r="5" fill="#b45309"/>'
        if begin == end
        else f'<rect x="{begin}" y="{middle - 6}" width="{end - begin}" height="12" rx="3" '
        f'fill="#2563eb"/>'
    )
    return (
        f'<text x="0" y="{middle + 4}">{escape(span.label)}</text>{mark}'
        f'<text x="{end + 10}" y="{middle + 4}">{escape(_text(span, show))}</text>'
    )


def _text(span: Span, show: Callable[[datetime], str]) -> str:
    if span.start == span.end:
        return show(span.end)
    return f"{show(span.start)} – {show(span.end)}"  # noqa: RUF001  an en dash between two times


def _today(x: int, height: int) -> str:
    return f'<path d="M{x} 0V{height}" stroke="#dc2626" stroke-dasharray="3 3"/>'
