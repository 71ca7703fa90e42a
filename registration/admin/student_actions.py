"""Actions on chosen students: invite them to set a password, end their studies."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from project.accounts.models import User
from project.accounts.services import people_invite
from registration import services
from registration.models import Student
from registration.selectors.leaving import load_enrolled
from registration.services.student_accounts import PER_MINUTE

_PAGE = "students/admin/confirm_action.html"
_SHOWN = 50
Students = QuerySet[Student]


class PaceForm(forms.Form):
    """How fast invitations go out."""

    per_minute = forms.IntegerField(
        label="Emails per minute", min_value=1, max_value=6000, initial=PER_MINUTE
    )


class CountForm(forms.Form):
    """The number of students, typed: nobody ends thousands by a wrong click."""

    count = forms.IntegerField(label="Type the number of students to go on")

    def __init__(self, *args: Any, expected: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._expected = expected

    def clean_count(self) -> int:
        """Return the number if it is right."""
        count = int(self.cleaned_data["count"])
        if count != self._expected:
            raise forms.ValidationError(f"{self._expected} students are chosen, not {count}.")
        return count


@admin.action(description="Send invitations to set a password", permissions=["change"])
def send_invitations(
    model_admin: Any, request: HttpRequest, queryset: Students
) -> HttpResponse | None:
    """Send links to those who have not signed in yet, at a pace that staff state."""
    people = User.objects.filter(
        pk__in=queryset.values("pk"), last_login=None, is_active=True
    ).exclude(email="")
    form = PaceForm(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        pace = form.cleaned_data["per_minute"]
        ids = list(people.values_list("pk", flat=True))
        sent = people_invite(people=ids, per_minute=pace)
        minutes = -(-sent // pace)
        text = f"{sent} invitations go out, {pace} a minute: the last in about {minutes} min."
        messages.success(request, text)
        return None
    count = people.count()
    summary = f"{count} of the chosen students have an address and have not signed in yet."
    return _ask(model_admin, request, queryset, form, {"title": "Invite", "summary": summary})


@admin.action(description="End the studies of the chosen students", permissions=["change"])
def end_studies(model_admin: Any, request: HttpRequest, queryset: Students) -> HttpResponse | None:
    """Show who would lose what; end their studies once the number has been typed."""
    leaving = load_enrolled(list(queryset.values_list("pk", flat=True)))
    data = request.POST if "confirmed" in request.POST else None
    form = CountForm(data, expected=len(leaving))
    if leaving and form.is_valid():
        ended = services.students_end([one.id for one in leaving])
        messages.success(request, f"The studies of {ended} students have ended.")
        return None
    sections = sum(one.sections for one in leaving)
    summary = (
        f"{len(leaving)} students can no longer sign in; {sections} sections and waitlist entries "
        "are dropped, with a refund until each term's refund deadline. They are notified."
    )
    names = [f"{one.name}: {one.sections}" for one in leaving[:_SHOWN]]
    words = {"title": "End studies", "summary": summary, "names": names}
    return _ask(model_admin, request, queryset, form, words)


def _ask(
    model_admin: Any,
    request: HttpRequest,
    queryset: Students,
    form: forms.Form,
    words: Mapping[str, object],
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        **words,
        "form": form,
        "opts": model_admin.model._meta,
        "chosen": queryset.values_list("pk", flat=True),
        "action": request.POST.get("action", ""),
    }
    return render(request, _PAGE, context)
