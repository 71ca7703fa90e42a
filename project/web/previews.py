"""Pages of the admin that show what saving would do, and save only once that is confirmed."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

FIELD = "preview_confirmed"
SHOWN = 200
"""Lines shown of one part; of the rest only the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPart:
    """One consequence of saving, and whom or what it concerns."""

    heading: str
    lines: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines that fit on the page."""
        return self.lines[:SHOWN]

    @property
    def more(self) -> int:
        """How many lines are not shown."""
        return max(len(self.lines) - SHOWN, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is about to be done. `confirm` is the label of the button that does it."""

    title: str
    confirm: str
    parts: Sequence[PreviewPart]

    @property
    def digest(self) -> str:
        """Of everything that is shown: what has changed since has to be confirmed anew."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def is_confirmed(request: HttpRequest, preview: Preview) -> bool:
    """Whether exactly this was shown and confirmed."""
    return request.POST.get(FIELD) == preview.digest


def show_preview(
    request: HttpRequest, preview: Preview, *, site: dict[str, Any], back: str
) -> HttpResponse:
    """The page, whose form submits the same data again with the confirmation. `site` is the
    context of the admin's pages, `back` where one goes who does not confirm."""
    context = {**site, "title": preview.title, "preview": preview, "back": back}
    context["fields"] = list(_fields(request.POST))
    return TemplateResponse(request, "project/admin/preview.html", context)


def _fields(data: QueryDict) -> Iterator[tuple[str, str]]:
    names: Iterable[str] = (name for name in data if name not in (FIELD, "csrfmiddlewaretoken"))
    return ((name, str(value)) for name in names for value in data.getlist(name))


class PreviewedAdmin(admin.ModelAdmin[Any]):
    """An admin whose form is saved only once what follows from it is confirmed."""

    def preview(self, form: Any) -> Preview | None:
        """What follows from saving this valid form; None if nothing that needs to be shown."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, what follows from saving it, or save it."""
        preview = self._preview(request, object_id) if request.method == "POST" else None
        if preview and not is_confirmed(request, preview):
            site = {**self.admin_site.each_context(request), "opts": self.opts}
            return show_preview(request, preview, site=site, back=request.get_full_path())
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _preview(self, request: HttpRequest, object_id: str | None) -> Preview | None:
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may or (object_id and obj is None):
            return None
        form_class = self.get_form(request, obj, change=obj is not None)
        form = form_class(request.POST, request.FILES, instance=obj)
        return self.preview(form) if form.is_valid() else None
