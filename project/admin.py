"""The admin site's own words, and what its pages of the apps share."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

admin.site.site_header = "Student module registration"
admin.site.site_title = "Registration"
admin.site.index_title = "Administration"


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that only events write: to be looked at. Nobody adds, changes or deletes any."""

    # Counting millions of rows for a figure at the foot of the list is not worth its seconds.
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Events add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Events change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is ever deleted."""
        return False
