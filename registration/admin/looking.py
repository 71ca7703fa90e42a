"""Rows that only facts write: to be looked at."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

BIGGEST_DIGITS = 18


class LookAdmin(admin.ModelAdmin[Any]):
    """Nobody adds, changes or deletes any of these."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Facts do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Facts do."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Facts do."""
        return False


def number_in(term: str) -> int | None:
    """The id that somebody searches for, if it is one that PostgreSQL can hold."""
    is_number = term.isascii() and term.isdigit() and len(term) <= BIGGEST_DIGITS
    return int(term) if is_number else None
