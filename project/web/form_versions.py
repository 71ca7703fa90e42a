"""Forms of the admin that do not overwrite what somebody else saved meanwhile.

A form carries, signed, the version of the event stream that it was opened with. If the stream has
moved on when it is saved, whether by a person or by an import, nothing is saved and both versions
are shown.
"""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core import signing
from django.db import IntegrityError
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from project.bus.store import STREAM_VERSION, get_version
from project.web.campus_time import format_time

FIELD = "form_version"


class StaleForm(Exception):
    """While the form was being saved, somebody else saved the same row."""


class VersionedForm(ModelForm[Any]):
    """Mixed into the form of a row that is changed. `stored_version` was read before the row."""

    stream: ClassVar[str]
    stored_version: ClassVar[int]

    def clean(self) -> dict[str, Any]:
        """The data, unless the row was saved by somebody else since the form was opened."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self._is_stale:
            raise forms.ValidationError(self._both_versions())
        return data

    @property
    def signed_version(self) -> str:
        """The version for the form's next attempt: having seen both, one may save again."""
        if self.is_bound and not self._is_stale:
            return str(self.data.get(FIELD, ""))
        return _SIGNER.sign(f"{self.stream} {self.stored_version}")

    def refuse_if_overtaken(self) -> None:
        """Called after saving, which appends one event to the stream or none. Raises StaleForm."""
        if get_version(self.stream) > self.stored_version + 1:
            raise StaleForm

    @property
    def _is_stale(self) -> bool:
        signed = self.data.get(FIELD)
        return signed is not None and _opened(str(signed), self.stream) != self.stored_version

    def _both_versions(self) -> list[str]:
        intro = _(
            "Somebody else has saved this since you opened it, so nothing was saved. Check both "
            "versions below: save again to replace theirs with yours, or open the page again to "
            "start from theirs."
        )
        return [intro, *map(self._difference, self.changed_data)]

    def _difference(self, name: str) -> str:
        field = self.fields[name]
        mine = self.cleaned_data.get(name, self[name].value())
        theirs = self.get_initial_for_field(field, name)
        return _("%(field)s: stored now “%(theirs)s”, in your form “%(mine)s”.") % {
            "field": self[name].label,
            "theirs": _shown(field, theirs),
            "mine": _shown(field, mine),
        }


_SIGNER = signing.Signer(salt="project.web.form_versions")


def _opened(signed: str, stream: str) -> int | None:
    """The version that the form was opened with; None if that is unknown."""
    try:
        of, _space, version = _SIGNER.unsign(signed).rpartition(" ")
    except signing.BadSignature:
        return None
    return int(version) if of == stream else None


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField) and not isinstance(value, Model):
        value = field.queryset.filter(pk=value).first() if value and field.queryset else None
    if isinstance(value, datetime):
        return format_time(value)
    return "" if value is None else str(value)


class VersionedAdmin(admin.ModelAdmin[Any]):
    """An admin whose rows are changed by events of one stream each: `stream` and the row's id."""

    stream: ClassVar[str]
    change_form_template = "project/admin/versioned_form.html"

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or save it. If somebody else saves meanwhile, it is shown as stale."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StaleForm:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            if STREAM_VERSION not in str(error):
                raise
            return super().changeform_view(request, *args, **kwargs)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row, and the version of its stream, read first: never newer than the row."""
        version = get_version(f"{self.stream}:{object_id}")
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.stored_version = version
        return row

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        """The form; for a row that is there, one that knows its version."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            return form
        known = {"stream": f"{self.stream}:{obj.pk}", "stored_version": obj.stored_version}
        return type(form.__name__, (VersionedForm, form), known)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the version in its form."""
        form = context["adminform"].form
        if isinstance(form, VersionedForm):
            context[FIELD] = form.signed_version
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The last step of saving; what it raises undoes the saving."""
        super().save_related(request, form, formsets, change)
        if isinstance(form, VersionedForm):
            form.refuse_if_overtaken()
