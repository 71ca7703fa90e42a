"""Students. Saving calls a service, which appends the event."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from project.accounts.person_lists import PersonList
from project.admin import CreditsField
from project.events.credits import format_credits
from project.web.form_versions import VersionedAdmin
from registration import services
from registration.admin.choices import FIELDS, CategoryChoices, choose
from registration.models import Student
from registration.rules.people import Admission
from registration.selectors import students


class StudentForm(forms.ModelForm[Student]):
    """A student's categories, credits and adviser."""

    programme = forms.ChoiceField()
    year = forms.TypedChoiceField(coerce=int)
    level = forms.ChoiceField(required=False)
    standing = forms.ChoiceField(required=False)
    campus = forms.ChoiceField(required=False)
    groups = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    credit_limit_quarters = CreditsField(label="Credit limit")
    credits_earned_quarters = CreditsField(label="Credits earned", required=False)

    class Meta:
        model = Student
        fields = ("id", "programme", "year", "level", "campus", "groups", "credit_limit_quarters")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = self._stored()
        if self.before:
            self.initial["standing"] = self.before.standing
            self.initial["credits_earned_quarters"] = self.before.credits_earned_quarters
        categories = CategoryChoices()
        choose(self.fields["year"], categories.years())
        for name in ("programme", "level", "standing", "campus", "groups"):
            value = self.initial.get(name) or ()
            kept = [value] if isinstance(value, str) else value
            empty = None if name in ("programme", "groups") else "None"
            choose(self.fields[name], categories.of(FIELDS[name], keep=kept), empty=empty)

    def _stored(self) -> Admission | None:
        if not self.instance.pk:
            return None
        return students.load_admissions([self.instance.pk])[self.instance.pk]

    def clean_id(self) -> int:
        """Return the id if it is a user's."""
        student = int(self.cleaned_data["id"])
        try:
            students.load_admissions([student])
        except LookupError:
            raise forms.ValidationError("No user has this id.") from None
        return student

    def admission(self) -> Admission:
        """The student as the form has it; the transcript stays as it is stored."""
        data = self.cleaned_data
        return Admission(
            student=self.instance.pk,
            programme=data["programme"],
            year=data["year"],
            credit_limit_quarters=data["credit_limit_quarters"],
            level=data["level"],
            campus=data["campus"],
            groups=tuple(sorted(data["groups"])),
            standing=data["standing"],
            adviser=self.before.adviser if self.before else None,
            credits_earned_quarters=data["credits_earned_quarters"] or 0,
            transcript=None,
        )


@admin.register(Student)
class StudentAdmin(PersonList, VersionedAdmin):
    """Students: who they are, what they study."""

    stream = "student"
    stream = "student"
    form = StudentForm
    person_field = "id"
    fields = (
        "id",
        *("programme", "year", "level", "standing", "campus", "groups"),
        *("credit_limit_quarters", "credits_earned_quarters"),
    )
    list_display = ("person", "programme", "year", "level", "campus", "credit_limit")
    list_filter = ("programme", "year", "level", "campus")
    search_fields = ("=programme",)
    show_full_result_count = False

    @admin.display(ordering="credit_limit_quarters")
    def credit_limit(self, student: Student) -> str:
        """The limit in credits."""
        return format_credits(student.credit_limit_quarters)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Student | None = None
    ) -> tuple[str, ...]:
        """The user of a student cannot be changed."""
        return ("id",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Student, form: Any, change: bool) -> None:
        """Admit or edit the student through the service."""
        services.student_change(form.admission())

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Students are never deleted: their history stays. Block them instead."""
        return False
