"""Registration windows: when they open, and for how many students."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from project.web.campus_time import campus_deadline, campus_time
from project.web.form_versions import VersionedAdmin
from project.web.time_fields import DeadlineField, MomentField
from registration import services
from registration.admin.choices import FIELDS, CategoryChoices, choose
from registration.models import Term, Window
from registration.rules.people import Kind
from registration.selectors import students
from registration.selectors.audience import count_audiences

_EVERYONE = {
    "programme": "Every programme",
    "level": "Every level",
    "campus": "Every campus",
    "student_group": "Whoever",
}


def _year(text: str) -> int | None:
    return int(text) if text else None


class WindowForm(forms.ModelForm[Window]):
    """A window of a term in the catalogue, for students in chosen categories."""

    term_id = forms.TypedChoiceField(label="Term", coerce=int)
    programme = forms.ChoiceField(required=False)
    year = forms.TypedChoiceField(required=False, coerce=_year, empty_value=None)
    level = forms.ChoiceField(required=False)
    campus = forms.ChoiceField(required=False)
    student_group = forms.ChoiceField(label="Group", required=False)
    opens_at = MomentField(label="Opens at")
    closes_at = DeadlineField(label="Closes at")

    class Meta:
        model = Window
        fields = (
            *("term_id", "programme", "year", "level", "campus", "student_group"),
            *("opens_at", "closes_at"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = CategoryChoices()
        choose(self.fields["term_id"], [(term.id, str(term)) for term in Term.objects.all()])
        choose(self.fields["year"], categories.years(), empty="Every year")
        for name, empty in _EVERYONE.items():
            kept = [getattr(self.instance, name)]
            choose(self.fields[name], categories.of(FIELDS[name], keep=kept), empty=empty)

    def clean(self) -> dict[str, Any]:
        """Return the data; a window closes after it opens, and opens for somebody."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            raise forms.ValidationError("A window has to close after it opens.")
        if not self.errors and not count_audiences([_audience(data)])[0]:
            raise forms.ValidationError(
                "No student is in all of these categories: the window would open for nobody."
            )
        return data


def _audience(data: dict[str, Any]) -> Window:
    names = ("programme", "year", "level", "campus", "student_group")
    return Window(**{name: data[name] for name in names})


def window_words(window: Window, students: int | None) -> str:
    """How many students a window opens for, who they are, and when, in campus time."""
    names = CategoryChoices()
    who = [
        names.name_of(kind, code)
        for kind, code in (
            (Kind.PROGRAMME, window.programme),
            (Kind.LEVEL, window.level),
            (Kind.CAMPUS, window.campus),
            (Kind.GROUP, window.student_group),
        )
        if code
    ]
    if window.year:
        who.insert(1, f"year {window.year}")
    many = "" if students is None else f" for {students} student{'' if students == 1 else 's'}"
    return f"Opens{many}: {', '.join(who) or 'everyone'}, {campus_time(window.opens_at)}."


@admin.register(Window)
class WindowAdmin(VersionedAdmin):
    """Registration windows. Deleting one closes it for good."""

    stream = "window"
    form = WindowForm
    list_display = ("term_code", "audience", "students", "opens", "closes")
    list_filter = ("programme", "year", "student_group", "opens_at")
    search_fields = ("programme", "student_group", "campus", "level")

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

    @admin.display(description="for")
    def audience(self, window: Window) -> str:
        """The categories that it opens for."""
        year = f"year {window.year}" if window.year else ""
        parts = (window.programme, year, window.level, window.campus, window.student_group)
        return ", ".join(part for part in parts if part) or "everyone"

    @admin.display(description="students")
    def students(self, window: Window) -> int:
        """How many students it opens for."""
        return count_audiences([window])[0]

    def save_model(
        self, request: HttpRequest, obj: Window, form: forms.ModelForm[Window], change: bool
    ) -> None:
        """Open or move it through the service, and say for whom."""
        opening = services.Opening(
            term=obj.term_id,
            opens_at=obj.opens_at,
            closes_at=obj.closes_at,
            programme=obj.programme,
            year=obj.year,
            level=obj.level,
            campus=obj.campus,
            group=obj.student_group,
        )
        if change:
            services.window_change(window=obj.id, opening=opening)
        else:
            (obj.id,) = services.windows_open([opening])
        messages.info(request, window_words(obj, count_audiences([obj])[0]))

    def delete_model(self, request: HttpRequest, obj: Window) -> None:
        """Close it through the service."""
        services.window_close(window=obj.id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Window]) -> None:
        """Close them through the service."""
        for window in queryset:
            services.window_close(window=window.id)
