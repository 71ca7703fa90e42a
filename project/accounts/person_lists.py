"""Admin lists whose rows name a person by id: shown and searched by name, number and address."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from project.accounts.models import User

_BIGGEST_DIGITS = 18


def with_people(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    """The rows with name and number of the person whose id is in this field."""
    person = User.objects.filter(pk=OuterRef(field))
    named: QuerySet[Any] = rows.annotate(
        person_name=Subquery(person.values("full_name")[:1]),
        person_number=Subquery(person.values("number")[:1]),
    )
    return named


def people_in(text: str, field: str) -> Q:
    """The condition that this field holds the id of a person whom the text finds."""
    term = text.strip()
    found = Q(**{f"{field}__in": User.objects.matching(term).values("pk")})
    is_id = term.isascii() and term.isdigit() and len(term) <= _BIGGEST_DIGITS
    return found | Q(**{field: int(term)}) if is_id else found


class PersonList(admin.ModelAdmin[Any]):
    """A list with the column `person`. `person_field` is the column that holds the user's id."""

    person_field = "student_id"
    search_help_text = "A name, number, user name or email address."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with the name of each person, in one statement."""
        return with_people(super().get_queryset(request), self.person_field)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by person as well as by the list's own fields."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, has_duplicates
        return found | queryset.filter(people_in(search_term, self.person_field)), has_duplicates

    @admin.display(description="person", ordering="person_name")
    def person(self, row: Any) -> str:
        """The name and number of the person; the id of a user who is gone."""
        name = row.person_name or f"user {getattr(row, self.person_field)}"
        return f"{name} ({row.person_number})" if row.person_number else name
