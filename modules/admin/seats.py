"""Allocations and places in queues: to be looked at. Only the seats' writer changes them."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from modules.models import Allocation, Place


class LookAdmin(admin.ModelAdmin[Any]):
    """Rows to look at, found by the number of a student or a registration."""

    search_fields = ("student_id", "registration_id")
    search_help_text = "A student's number, or the id of a registration."
    list_filter = ("state", "section__term")
    list_select_related = ("section__module",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds any."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes any."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes any."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows of exactly that student or registration."""
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
class AllocationAdmin(LookAdmin):
    """Who has, or had, which seat."""

    list_display = ("section", "seat", "student_id", "state", "taken_at", "released_at", "fence")


@admin.register(Place)
class PlaceAdmin(LookAdmin):
    """Who waits for which section, and in which order."""

    list_display = ("section", "position", "student_id", "state", "registration_id")
