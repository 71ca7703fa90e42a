"""Students: who they are, what they study, and what they have. Saving calls a service."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from project.accounts.models import User
from project.accounts.person_links import links_of
from project.accounts.person_lists import PersonList
from project.events.credits import format_credits
from project.web.form_versions import VersionedAdmin
from registration import services
from registration.admin.student_actions import end_studies, send_invitations
from registration.admin.student_forms import NewStudentForm, StudentForm
from registration.admin.windows import window_words
from registration.models import Student
from registration.selectors import student_page
from registration.selectors.blocks import load_blocks

_STUDIES = (
    *("programme", "year", "level", "standing", "campus", "groups"),
    *("credit_limit_quarters", "credits_earned_quarters"),
)


@admin.register(Student)
class StudentAdmin(PersonList, VersionedAdmin):
    """Students."""

    stream = "student"
    form = StudentForm
    person_field = "id"
    change_form_template = "students/admin/student.html"
    list_display = ("person", "programme", "year", "level", "campus", "credit_limit", "has_left")
    list_filter = ("has_left", "programme", "year", "level", "campus")
    search_fields = ("=programme",)
    show_full_result_count = False
    actions = (send_invitations, end_studies)

    @admin.display(ordering="credit_limit_quarters")
    def credit_limit(self, student: Student) -> str:
        """The limit in credits."""
        return format_credits(student.credit_limit_quarters)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form; a new student's has the person, too."""
        if obj is None:
            kwargs["form"] = NewStudentForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What they study; of a new student first who it is."""
        return _STUDIES if obj else ("number", "full_name", "email", *_STUDIES, "invite")

    def save_model(self, request: HttpRequest, obj: Student, form: Any, change: bool) -> None:
        """Add or edit the student through a service."""
        if change:
            services.student_change(form.admission())
            return
        obj.id = services.student_add(
            person=form.person(),
            admission=form.admission(),
            is_invited=form.cleaned_data["invite"],
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,
        obj: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """The page, with everything that staff may want to know of the student."""
        if obj is not None:
            context |= _about(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Students are never deleted: their history stays. End their studies instead."""
        return False


def _about(student: Student) -> dict[str, Any]:
    windows = student_page.load_windows_of(student.id)
    return {
        "student": student,
        "about": User.objects.get(pk=student.id),
        "account_page": reverse("admin:accounts_user_change", args=[student.id]),
        "links": links_of(student.id),
        "windows": [window_words(window, None) for window in windows],
        "blocks": load_blocks(student.id),
        "registrations": student_page.load_registrations_of(student.id),
        "transcript": student_page.load_transcript_of(student.id),
    }
