"""Allocations and waitlist entries, read-only: only the seats' writer changes them."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from modules.models import Allocation, WaitlistEntry
from project.admin import ReadOnlyAdmin


class SeatsAdmin(ReadOnlyAdmin):
    """Read-only rows, searched by the id of a student or a registration."""

    search_fields = ("student_id", "registration_id")
    search_help_text = "A student's number, or the id of a registration."
    list_filter = ("state", "section__term")
    list_select_related = ("section__module",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows of exactly that student or registration."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isascii() and term.isdigit() and len(term) < 19:
            return queryset.filter(student_id=int(term)), False
        return (queryset.filter(registration_id=term) if _is_id(term) else queryset.none()), False


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@admin.register(Allocation)
class AllocationAdmin(SeatsAdmin):
    """Seats that students have or had."""

    list_display = (
        "section",
        "seat",
        "student_id",
        "state",
        "taken_at",
        "released_at",
        "fencing_token",
    )


@admin.register(WaitlistEntry)
class WaitlistEntryAdmin(SeatsAdmin):
    """The waitlist of each section, in order."""

    list_display = ("section", "position", "student_id", "state", "registration_id")
