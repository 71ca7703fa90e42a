"""Registration's copy of the catalogue, read-only; `modules` edits the original."""

from django.contrib import admin

from project.admin import CreditsFilter, ReadOnlyAdmin, credits_column
from registration.models import Module, Section, Term


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin):
    """Terms."""

    list_display = (
        "code",
        "name",
        "starts_on",
        "ends_on",
        "add_until",
        "drop_until",
        "is_draft",
        "is_paused",
    )
    search_fields = ("code", "name")


@admin.register(Module)
class ModuleAdmin(ReadOnlyAdmin):
    """Modules with their requirements."""

    list_display = ("code", "title", credits_column, "department", "requires")
    list_filter = (CreditsFilter, "department")
    search_fields = ("code", "title")


@admin.register(Section)
class SectionAdmin(ReadOnlyAdmin):
    """Sections, as used on submission."""

    list_display = ("__str__", "term", "seats", credits_column, "is_open", "instructor")
    list_filter = ("is_open", "term")
    list_select_related = ("term",)
    search_fields = ("module_code", "module__title", "instructor")
