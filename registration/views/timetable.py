"""A student's week, to look at and to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View

from registration.rules.meeting_words import Line, meeting_lines
from registration.selectors.mine import Held, is_student, items_held
from registration.views.pictures import Picture, course_held, picture_of
from registration.views.words import CHIPS, Chip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A section, how certain it is, and when it meets."""

    held: Held
    chip: Chip
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermShown:
    """What a student has in a term."""

    name: str
    picture: Picture
    rows: tuple[Row, ...]


class TimetableView(LoginRequiredMixin, View):
    """What is confirmed, and what may yet be, by term."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        student = int(request.user.pk or 0)
        held = items_held(student)
        shown = {"terms": terms_shown(held), "is_student": bool(held) or is_student(student)}
        return render(request, "students/my_timetable.html", shown)


def terms_shown(held: Sequence[Held]) -> list[TermShown]:
    """The week of each term; `held` are in the order of their terms."""
    by_term = groupby(held, key=lambda one: one.term)
    return [_term_shown(list(items)) for _term, items in by_term]


def _term_shown(held: Sequence[Held]) -> TermShown:
    return TermShown(
        name=held[0].term_name,
        picture=picture_of(course_held(one) for one in held),
        rows=tuple(_row(one) for one in held),
    )


def _row(held: Held) -> Row:
    lines = meeting_lines(held.meetings, gettext)
    return Row(held=held, chip=CHIPS[held.state], lines=lines)
