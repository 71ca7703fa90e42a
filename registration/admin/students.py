"""Students, windows and blocks. Saving calls a service, which appends the event."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet, TextField
from django.forms import ModelForm
from django.http import HttpRequest

from project.admin import CreditsField
from project.events.credits import format_credits
from project.web.campus_time import campus_deadline, campus_time
from project.web.form_versions import VersionedAdmin
from project.web.time_fields import DeadlineField, MomentField
from registration import services
from registration.admin.search import number_in
from registration.models import Block, Student, Term, Window
from registration.selectors import students

ONE_LINE: dict[Any, dict[str, Any]] = {TextField: {"widget": forms.TextInput(attrs={"size": 40})}}


class StudentForm(ModelForm[Student]):
    """Admit a user as a student."""

    credit_limit_quarters = CreditsField(label="Credit limit")

    def clean_id(self) -> int:
        """Return the id if it is a user's."""
        student = int(self.cleaned_data["id"])
        try:
            students.load_students([student])
        except LookupError:
            raise forms.ValidationError("No user has this id.") from None
        return student


@admin.register(Student)
class StudentAdmin(VersionedAdmin):
    """Programme, year, limit and transcript."""

    stream = "student"
    form = StudentForm
    formfield_overrides = ONE_LINE
    list_display = ("id", "programme", "year", "credit_limit", "passed")
    list_filter = ("programme", "year")
    search_fields = ("programme",)
    search_help_text = "A user's id, or a programme."
    show_full_result_count = False

    @admin.display(ordering="credit_limit_quarters")
    def credit_limit(self, student: Student) -> str:
        """The limit in credits."""
        return format_credits(student.credit_limit_quarters)

    @admin.display(description="modules passed")
    def passed(self, student: Student) -> int:
        """The number of modules passed."""
        return len(student.transcript)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Student | None = None
    ) -> tuple[str, ...]:
        """The user of a student cannot be changed."""
        return ("id",) if obj else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Student], search_term: str
    ) -> tuple[QuerySet[Student], bool]:
        """Find by user id, or by programme."""
        number = number_in(search_term.strip())
        if number is not None:
            return queryset.filter(id=number), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(
        self, request: HttpRequest, obj: Student, form: ModelForm[Student], change: bool
    ) -> None:
        """Admit or edit the student through the service."""
        services.student_change(
            services.Admission(
                student=obj.id,
                programme=obj.programme,
                year=obj.year,
                credit_limit_quarters=obj.credit_limit_quarters,
                transcript=tuple(obj.transcript),
            )
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Students are never deleted: their history stays. Block them instead."""
        return False


class WindowForm(ModelForm[Window]):
    """A window of a term in the catalogue."""

    term_id = forms.TypedChoiceField(label="Term", coerce=int)
    opens_at = MomentField(label="Opens at")
    closes_at = DeadlineField(label="Closes at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["term_id"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(term.id, str(term)) for term in Term.objects.all()]

    def clean_programme(self) -> str:
        """Return the programme if it has students: a misspelt one would open for nobody."""
        programme = str(self.cleaned_data["programme"]).strip()
        known = students.programmes_known()
        if programme and programme not in known:
            raise forms.ValidationError(
                f"No student is in this programme. There are: {', '.join(known) or 'none yet'}."
            )
        return programme

    def clean(self) -> dict[str, Any]:
        """Return the data; a window closes after it opens."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            raise forms.ValidationError("A window has to close after it opens.")
        return data


@admin.register(Window)
class WindowAdmin(VersionedAdmin):
    """Registration windows. Deleting one closes it for good."""

    stream = "window"
    form = WindowForm
    formfield_overrides = ONE_LINE
    list_display = ("id", "term_code", "programme", "year", "opens", "closes")
    list_filter = ("programme", "year", "opens_at")
    search_fields = ("programme",)

    @admin.display(description="opens at", ordering="opens_at")
    def opens(self, window: Window) -> str:
        """When it opens, in campus time."""
        return campus_time(window.opens_at)

    @admin.display(description="closes at", ordering="closes_at")
    def closes(self, window: Window) -> str:
        """When it closes, in campus time."""
        return campus_deadline(window.closes_at)

    @admin.display(description="term")
    def term_code(self, window: Window) -> str:
        """The term's code."""
        return students.load_term_codes().get(window.term_id, str(window.term_id))

    def save_model(
        self, request: HttpRequest, obj: Window, form: ModelForm[Window], change: bool
    ) -> None:
        """Open or move it through the service."""
        opening = services.Opening(
            term=obj.term_id,
            opens_at=obj.opens_at,
            closes_at=obj.closes_at,
            programme=obj.programme,
            year=obj.year,
        )
        if change:
            services.window_change(window=obj.id, opening=opening)
        else:
            (obj.id,) = services.windows_open([opening])

    def delete_model(self, request: HttpRequest, obj: Window) -> None:
        """Close it through the service."""
        services.window_close(window=obj.id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Window]) -> None:
        """Close them through the service."""
        for window in queryset:
            services.window_close(window=window.id)


class BlockForm(ModelForm[Block]):
    """A block on a student, found by user name, email address or id."""

    student_id = forms.CharField(
        label="Student", help_text="The student's user name, email address or user id."
    )

    def clean_student_id(self) -> int:
        """Return the student's id. A user who is not a student needs no block."""
        text = str(self.cleaned_data["student_id"]).strip()
        found = students.users_named(text)
        if not found:
            raise forms.ValidationError("Nobody has this user name, email address or user id.")
        if len(found) > 1:
            raise forms.ValidationError("Several people have this name: enter the user id.")
        (user,) = found
        if not user.is_student:
            raise forms.ValidationError(f"{user.name} is not a student. Admit them first.")
        return user.id


@admin.register(Block)
class BlockAdmin(VersionedAdmin):
    """Blocks on students. Deleting one lifts it."""

    stream = "block"
    form = BlockForm
    fields = ("student_id", "reason")
    list_display = ("id", "student_id", "reason")
    search_fields = ("reason",)
    search_help_text = "A student's user id, or words of the reason."

    def get_readonly_fields(
        self, request: HttpRequest, obj: Block | None = None
    ) -> tuple[str, ...]:
        """The student of a block cannot be changed."""
        return ("student_id",) if obj else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Block], search_term: str
    ) -> tuple[QuerySet[Block], bool]:
        """Find by student or by words of the reason."""
        number = number_in(search_term.strip())
        if number is not None:
            return queryset.filter(student_id=number), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(
        self, request: HttpRequest, obj: Block, form: ModelForm[Block], change: bool
    ) -> None:
        """Place or reword it through the service."""
        if change:
            services.block_change(block=obj.id, reason=obj.reason)
        else:
            obj.id = services.block_put(student=obj.student_id, reason=obj.reason)

    def delete_model(self, request: HttpRequest, obj: Block) -> None:
        """Lift it through the service."""
        services.block_lift(block=obj.id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Block]) -> None:
        """Lift them through the service."""
        for block in queryset:
            services.block_lift(block=block.id)
