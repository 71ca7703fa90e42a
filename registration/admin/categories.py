"""Programmes, levels, standings, campuses and groups. Saving calls a service."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from project.web.form_versions import VersionedAdmin
from registration import services
from registration.admin.search import ONE_LINE
from registration.models import Category
from registration.rules.people import Category as CategoryRow
from registration.rules.people import Kind, alike_code, category_id
from registration.selectors.audience import load_categories


class CategoryForm(forms.ModelForm[Category]):
    """A category; kind and code stay as they are once it exists."""

    class Meta:
        model = Category
        fields = ("kind", "code", "name", "years", "is_retired")

    def clean_code(self) -> str:
        """Return the code, if it can be distinguished from others."""
        code = str(self.cleaned_data["code"]).strip()
        if not code.isprintable() or ":" in code:
            raise forms.ValidationError("A code has printable characters, and no colon.")
        return code

    def clean(self) -> dict[str, Any]:
        """Return the data; a new code must not be there already, whatever its capitals."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "kind" in data and "code" in data:
            kind, code, known = Kind(data["kind"]), data["code"], load_categories()
            same = code if (kind, code) in known else alike_code(kind, code, known)
            if same:
                raise forms.ValidationError(f"There is a {kind} {same} already.")
        return data


@admin.register(Category)
class CategoryAdmin(VersionedAdmin):
    """What students are classified by, and windows open for."""

    stream = "category"
    form = CategoryForm
    formfield_overrides = ONE_LINE
    list_display = ("name", "kind", "code", "years", "is_retired")
    list_filter = ("kind", "is_retired")
    search_fields = ("code", "name")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Category | None = None
    ) -> tuple[str, ...]:
        """Kind and code of an existing one cannot be changed: students are in it by them."""
        return ("kind", "code") if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Category, form: forms.ModelForm[Category], change: bool
    ) -> None:
        """Add, rename or retire it through the service."""
        obj.id = category_id(obj.kind, obj.code)
        services.categories_set(
            [
                CategoryRow(
                    kind=Kind(obj.kind),
                    code=obj.code,
                    name=obj.name,
                    years=obj.years,
                    is_retired=obj.is_retired,
                )
            ]
        )

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        """Never: students may be in it. Retire it instead."""
        return False
