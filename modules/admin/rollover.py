"""The page that makes the next term from one that is there: fill in, see, confirm."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from modules.models import Term
from modules.rules.conflicts import section_name
from modules.rules.meetings import format_meetings
from modules.rules.rollover import shift_section, shift_term
from modules.selectors.catalogue import get_term_of_id, load_sections
from modules.services.rollover import term_roll_over
from project.events.modules import TermChanged
from project.web.campus_time import campus_zone
from project.web.errors.base import Refusal
from project.web.previews import Preview, PreviewPart, is_confirmed, show_preview


class RollOverForm(forms.Form):
    """The new term, and how many weeks after the old one it starts."""

    code = forms.CharField(max_length=32)
    name = forms.CharField(max_length=80)
    weeks = forms.IntegerField(
        min_value=1,
        max_value=520,
        initial=52,
        help_text="Every date moves by so many weeks; weekdays and times of day stay.",
    )

    def clean_code(self) -> str:
        """A code that no term has."""
        code = str(self.cleaned_data["code"]).strip()
        if Term.objects.filter(code=code).exists():
            raise forms.ValidationError(f"There is a term {code} already.")
        return code


class RollsOver(admin.ModelAdmin[Any]):
    """Adds the page to the admin of terms."""

    def get_urls(self) -> list[URLPattern]:
        """The address of the page, before those that take any id."""
        page = self.admin_site.admin_view(self.roll_over_view)
        route = path("<int:term>/roll-over/", page, name="modules_term_roll_over")
        return [route, *super().get_urls()]

    def roll_over_view(self, request: HttpRequest, term: int) -> HttpResponse:
        """The form, what would be made, and the new term."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        source = get_term_of_id(term)
        if source is None:
            raise Http404
        form = RollOverForm(request.POST or None)
        site = {**self.admin_site.each_context(request), "opts": self.opts}
        if not form.is_valid():
            context = {**site, "title": f"Make the next term from {source.code}", "form": form}
            return TemplateResponse(request, "project/admin/roll_over.html", context)
        preview = _preview(source, **form.cleaned_data)
        if not is_confirmed(request, preview):
            return show_preview(request, preview, site=site, back=request.get_full_path())
        return self._made(request, source, form.cleaned_data)

    def _made(self, request: HttpRequest, source: TermChanged, new: dict[str, Any]) -> HttpResponse:
        try:
            number = term_roll_over(source=source.term, **new)
        except Refusal as no:
            self.message_user(request, no.detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        self.message_user(request, f"{new['code']} is made, as a draft.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:modules_term_change", args=[number]))


def _preview(source: TermChanged, *, code: str, name: str, weeks: int) -> Preview:
    zone = campus_zone()
    term = shift_term(source, number=0, code=code, name=name, weeks=weeks, zone=zone)
    sections = list(load_sections(term=source.term).values())
    dated = sum(one.date is not None for section in sections for one in section.meetings)
    shown = [shift_section(one, number=0, term=0, weeks=weeks) for one in sections]
    parts = (
        PreviewPart(heading=f"{code} {name}, a draft", lines=tuple(_days(term))),
        PreviewPart(
            heading=f"{len(sections)} sections of {source.code}; {dated} meetings on a date move "
            f"by {weeks} weeks",
            lines=tuple(f"{section_name(one)}: {format_meetings(one.meetings)}" for one in shown),
        ),
    )
    return Preview(title=f"Make {code} from {source.code}?", confirm="Make it", parts=parts)


def _days(term: TermChanged) -> list[str]:
    days = {
        "starts": term.starts_on,
        "ends": term.ends_on,
        "add until": term.add_until,
        "drop until": term.drop_until,
        "refund until": term.refund_until,
    }
    shown = [f"{name}: {day}" for name, day in days.items() if day] or ["no dates are set"]
    periods = (*term.breaks, *term.parts)
    return [*shown, *(f"{one.name}: {one.starts_on} to {one.ends_on}" for one in periods)]
