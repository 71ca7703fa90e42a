"""Registrations with their items and their timeline, read-only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from project.accounts.person_lists import PersonList, people_in, with_people
from project.admin import ReadOnlyAdmin
from project.events.credits import format_credits
from project.events.vocabulary import STORED_STATES
from registration.admin.search import number_in
from registration.models import Item, Registration
from registration.selectors import progress, students

Rows = QuerySet[Registration]


class ItemStateFilter(admin.SimpleListFilter):
    """Registrations with an item in a state."""

    title = "state of an item"
    parameter_name = "item"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Registration]"
    ) -> list[tuple[str, str]]:
        """Every state."""
        return [(state, state) for state in STORED_STATES]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """Return the registrations with such an item."""
        if not self.value():
            return queryset
        having = Item.objects.filter(state=self.value()).values("registration_id")
        return queryset.filter(id__in=having)


class TermFilter(admin.SimpleListFilter):
    """Registrations of a term."""

    title = "term"
    parameter_name = "term"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Registration]"
    ) -> list[tuple[str, str]]:
        """Every term of the catalogue."""
        return [(str(term), code) for term, code in students.load_term_codes().items()]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """Return the registrations of the term."""
        number = number_in(self.value() or "")
        return queryset if number is None else queryset.filter(term_id=number)


@admin.register(Registration)
class RegistrationAdmin(PersonList, ReadOnlyAdmin):
    """The request, the state of every item, and the timeline."""

    list_display = ("person", "states", "mode", "on_full", "submitted_at", "decided_at")
    list_filter = (
        TermFilter,
        ItemStateFilter,
        ("decided_at", admin.EmptyFieldListFilter),
        "mode",
        "on_full",
    )
    search_fields = ("id",)
    search_help_text = "A student's name, number or email address, a module's code, or an id."
    date_hierarchy = "submitted_at"
    readonly_fields = ("items_in_order", "timeline")

    def get_queryset(self, request: HttpRequest) -> Rows:
        """Return registrations with their items and students."""
        return with_people(progress.registrations_with_items(), "student_id")

    def get_search_results(
        self, request: HttpRequest, queryset: Rows, search_term: str
    ) -> tuple[Rows, bool]:
        """Find by exact id or module, or by person."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if _is_id(term):
            return queryset.filter(id=term), False
        having = Item.objects.filter(module_code=term).values("registration_id")
        return queryset.filter(people_in(term, "student_id") | Q(id__in=having)), False

    @admin.display(description="items")
    def states(self, registration: Registration) -> str:
        """The number of items in each state."""
        counts = Counter(item.state for item in registration.items.all())
        return ", ".join(f"{count} {state}" for state, count in counts.items())

    @admin.display(description="items")
    def items_in_order(self, registration: Registration) -> SafeString:
        """Every item."""
        rows = (
            (
                item.ordinal,
                str(item.section),
                format_credits(item.credit_quarters),
                item.state,
                item.code,
                item.changed_at,
            )
            for item in registration.items.all()
        )
        return _table(("", "section", "credits", "state", "code", "since"), rows)

    @admin.display(description="timeline")
    def timeline(self, registration: Registration) -> SafeString:
        """The timeline, from the event store."""
        moments = progress.registration_timeline(registration.id)
        return _table(
            ("at", "what", ""), ((moment.at, moment.what, moment.sentence) for moment in moments)
        )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> SafeString:
    return format_html(
        "<table><thead>{}</thead><tbody>{}</tbody></table>",
        format_html("<tr>{}</tr>", _cells("th", head)),
        format_html_join("", "<tr>{}</tr>", ((_cells("td", row),) for row in rows)),
    )


def _cells(tag: Literal["th", "td"], values: Sequence[object]) -> SafeString:
    cell = "<th scope=col>{}</th>" if tag == "th" else "<td>{}</td>"
    return format_html_join("", cell, ((value,) for value in values))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
