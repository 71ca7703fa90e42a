"""A student's week, on screen and in print."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View

from registration.rules.meeting_text import MeetingText, meeting_lines
from registration.selectors.my_registrations import StudentItemRow, is_student, load_items
from registration.views.labels import BADGES, Badge
from registration.views.timetable_layout import TimetableLayout, course_held, timetable_layout


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableRow:
    """A section, how certain it is, and when it meets."""

    held: StudentItemRow
    badge: Badge
    lines: tuple[MeetingText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermTimetable:
    """A student's sections in a term."""

    name: str
    picture: TimetableLayout
    rows: tuple[TimetableRow, ...]


class TimetableView(LoginRequiredMixin, View):
    """Confirmed and pending sections by term."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the timetable."""
        student = int(request.user.pk or 0)
        held = load_items(student)
        shown = {"terms": term_timetables(held), "is_student": bool(held) or is_student(student)}
        return render(request, "students/my_timetable.html", shown)


def term_timetables(held: Sequence[StudentItemRow]) -> list[TermTimetable]:
    """The week of each term; `held` are in the order of their terms."""
    by_term = groupby(held, key=lambda one: one.section.term)
    return [_term_shown(list(items)) for _term, items in by_term]


def _term_shown(held: Sequence[StudentItemRow]) -> TermTimetable:
    return TermTimetable(
        name=held[0].section.term_name,
        picture=timetable_layout((course_held(one) for one in held), held[0].teaching),
        rows=tuple(_row(one) for one in held),
    )


def _row(held: StudentItemRow) -> TimetableRow:
    lines = meeting_lines(held.section.meetings, gettext)
    return TimetableRow(held=held, badge=BADGES[held.state], lines=lines)
