"""Titles of the admin site, and the base class of read-only lists."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

admin.site.site_header = "Student module registration"
admin.site.site_title = "Registration"
admin.site.index_title = "Administration"


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that only events write: nobody adds, changes or deletes any."""

    # Counting millions of rows for a figure at the foot of the list is not worth its seconds.
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only events add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only events change rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows are never deleted."""
        return False
