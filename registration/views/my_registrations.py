"""A student's live items, all their registrations, and their week."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from project.events.vocabulary import ItemState
from registration.selectors.my_registrations import (
    History,
    StudentItemRow,
    is_student,
    load_history,
    load_items,
)
from registration.selectors.progress import Progress
from registration.views.labels import BADGES, Badge, Text
from registration.views.timetable import term_timetables

# Items that need the student's attention come first.
_GROUPS: tuple[tuple[ItemState, Text], ...] = (
    (ItemState.OFFERED, _("Offered to you")),
    (ItemState.PENDING, _("In line")),
    (ItemState.WAITLISTED, _("On the waitlist")),
    (ItemState.CONFIRMED, _("Confirmed")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGroup:
    """The items in one state."""

    state: ItemState
    label: Text
    items: tuple[StudentItemRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationHistoryRow:
    """A registration in the list of all, with a badge for each item."""

    found: Progress
    items: tuple[tuple[str, Badge], ...]


class MyRegistrationsView(LoginRequiredMixin, View):
    """My registrations: live items, then all registrations, page by page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page; with a cursor, only older registrations."""
        student, cursor = int(request.user.pk or 0), request.GET.get("cursor", "")
        history = load_history(student, cursor=cursor)
        held = [] if cursor else load_items(student)
        shown = {
            "groups": _grouped(held),
            "terms": term_timetables(held),
            "credit_quarters": sum(
                one.credit_quarters for one in held if one.state == ItemState.CONFIRMED
            ),
            "past": [_past(one) for one in history.registrations],
            "older": history.older,
            "is_first": not cursor,
            "is_student": _knows(history) or is_student(student),
        }
        return render(request, "students/mine.html", shown)


def _confirmed_quarters(held: Sequence[StudentItemRow]) -> int:
    return sum(one.credit_quarters for one in held if one.state == ItemState.CONFIRMED)


def _knows(history: History) -> bool:
    return bool(history.registrations)


def _grouped(held: Sequence[StudentItemRow]) -> list[ItemGroup]:
    groups = (
        ItemGroup(state=state, label=label, items=tuple(one for one in held if one.state == state))
        for state, label in _GROUPS
    )
    return [group for group in groups if group.items]


def _past(found: Progress) -> RegistrationHistoryRow:
    items = [(f"{item.module} {item.code}", BADGES[item.state]) for item in found.items]
    return RegistrationHistoryRow(found=found, items=tuple(items))
