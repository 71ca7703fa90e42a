"""The forms of a student: what they study, and for a new one who they are."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from project.accounts.models import User, is_alike
from project.accounts.people import Person
from project.admin import CreditsField
from registration.admin.choices import FIELDS, CategoryChoices, choose
from registration.models import Student
from registration.rules.people import Admission, category_faults
from registration.selectors import students
from registration.selectors.audience import load_categories

CHOICES = ("programme", "level", "standing", "campus", "groups")


class StudentForm(forms.ModelForm[Student]):
    """A student's categories and credits."""

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
        fields = ("programme", "year", "level", "campus", "groups", "credit_limit_quarters")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = self._stored()
        if self.before:
            self.initial["standing"] = self.before.standing
            self.initial["credits_earned_quarters"] = self.before.credits_earned_quarters
        categories = CategoryChoices()
        choose(self.fields["year"], categories.years())
        for name in CHOICES:
            value = self.initial.get(name) or ()
            kept = [value] if isinstance(value, str) else value
            empty = None if name in ("programme", "groups") else "None"
            choose(self.fields[name], categories.of(FIELDS[name], keep=kept), empty=empty)

    def _stored(self) -> Admission | None:
        if not self.instance.pk:
            return None
        return students.load_admissions([self.instance.pk])[self.instance.pk]

    def clean(self) -> dict[str, Any]:
        """Return the data; the year is one of the programme's."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            faults = category_faults(self.admission(), load_categories(), before=self.before)
            for column, _value, reason in faults:
                self.add_error(column, reason)
        return data

    def admission(self) -> Admission:
        """The student as the form has it; what it has no field for stays as it is stored."""
        data = self.cleaned_data
        return Admission(
            student=self.instance.pk or 0,
            programme=data["programme"],
            year=data["year"],
            credit_limit_quarters=data["credit_limit_quarters"],
            level=data["level"],
            campus=data["campus"],
            groups=tuple(sorted(data["groups"])),
            standing=data["standing"],
            adviser=self.before.adviser if self.before else None,
            credits_earned_quarters=data["credits_earned_quarters"] or 0,
            has_left=self.before.has_left if self.before else False,
            transcript=None,
        )


class NewStudentForm(StudentForm):
    """A new student: the account, what they study, and whether they are invited."""

    number = forms.CharField(max_length=32, help_text="The student number; also the user name.")
    full_name = forms.CharField(max_length=200)
    email = forms.EmailField(help_text="The link to set a password is sent to it.")
    invite = forms.BooleanField(
        label="Send the invitation", required=False, initial=True, help_text="At once, by email."
    )

    def clean_number(self) -> str:
        """Return the number, if nobody has it."""
        number = str(self.cleaned_data["number"])
        taken = User.objects.filter(is_alike("number", number) | is_alike("username", number))
        for other in taken[:1]:
            raise ValidationError(f"{other} has this number or user name.")
        return number

    def person(self) -> Person:
        """The account to make."""
        data = self.cleaned_data
        return Person(
            number=data["number"],
            username=data["number"],
            full_name=data["full_name"],
            email=data["email"],
        )
