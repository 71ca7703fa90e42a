"""Titles of the admin site, the base class of read-only lists, and credits in forms and lists."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from project.events.credits import WrongCredits, format_credits, parse_credits

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


class CreditsField(forms.Field):
    """Credits as people write them, such as 3.5; their whole quarters in Python."""

    widget = forms.NumberInput(attrs={"min": 0, "step": 0.25})

    def prepare_value(self, value: Any) -> Any:
        """The stored quarters as credits; what was typed stays as it is."""
        return format_credits(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """The quarters in the text; None for an empty one."""
        text = str(value or "").strip()
        try:
            return parse_credits(text) if text else None
        except WrongCredits as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text stands for other credits: 4 and 4.0 are the same."""
        try:
            return bool(initial != self.to_python(data))
        except forms.ValidationError:
            return True


class CreditsFilter(admin.SimpleListFilter):
    """Filters a list by credits."""

    title = "credits"
    parameter_name = "credits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All credits that a row of the list has."""
        rows = model_admin.get_queryset(request).order_by("credit_quarters")
        found = rows.values_list("credit_quarters", flat=True).distinct()
        return [(text, text) for text in map(format_credits, found)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the chosen credits."""
        chosen = self.value()
        return queryset.filter(credit_quarters=parse_credits(chosen)) if chosen else queryset


@admin.display(description="credits", ordering="credit_quarters")
def credits_column(row: Any) -> str:
    """The credits of a row, as a column of a list."""
    return format_credits(row.credit_quarters)
