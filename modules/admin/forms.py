"""The catalogue's forms: meetings and requirements are written as in the import's format."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext

from modules.models import Module, Section
from modules.rules.meetings import Schedule, format_meetings, parse_meetings
from modules.rules.requirements import format_clauses, parse_clauses
from modules.rules.seat_texts import seats_help
from modules.selectors.catalogue import load_parts
from project.admin import CreditsField
from project.events.modules import ModuleChanged, SectionChanged
from project.imports.cells import clean_cell
from project.imports.defects import WrongCell

MOST = "Only where students choose their credits, from the number above to this one."


class ModuleForm(forms.ModelForm[Module]):
    """A module with its enforced requirements as text."""

    credit_quarters = CreditsField(label="Credits")
    credit_quarters_max = CreditsField(label="Credits, at most", required=False, help_text=MOST)
    needs = forms.CharField(
        label="Requires",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="; means and, | means or: MATH 20A;CSE 11|CSE 8B. Enforced.",
    )

    class Meta:
        model = Module
        fields = [
            "code",
            "title",
            "credit_quarters",
            "credit_quarters_max",
            "department",
            "requirement_note",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].initial = format_clauses(_module(self.instance).requires)

    def changed(self) -> ModuleChanged:
        """The module as the form has it."""
        return _module(self.instance, requires=parse_clauses(self.cleaned_data["needs"]))


def _module(row: Module, **more: Any) -> ModuleChanged:
    data = {
        "module": row.pk or 0,
        "code": row.code,
        "title": row.title,
        "credit_quarters": row.credit_quarters,
        "credit_quarters_max": row.credit_quarters_max,
        "department": row.department,
        "requires": row.requires,
        "requirement_note": row.requirement_note,
    }
    return replace(ModuleChanged.from_data(data), **more)


class SectionForm(forms.ModelForm[Section]):
    """A section with its meetings as text."""

    credit_quarters = CreditsField(label="Credits")
    credit_quarters_max = CreditsField(label="Credits, at most", required=False, help_text=MOST)
    times = forms.CharField(
        label="Meetings",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="[kind] days-or-date start-end room, one on each line or separated by |, such as "
        "LE TR 17:00-18:20 HALL 2|FI 2022-06-09 19:00-21:59. Days are MTWRFSU or MonWedFri.",
    )

    class Meta:
        model = Section
        fields = [
            "term",
            "module",
            "code",
            "seats",
            "is_open",
            "credit_quarters",
            "credit_quarters_max",
            "instructor",
            "part",
            "starts_on",
            "ends_on",
        ]
        widgets = {"part": forms.TextInput(attrs={"size": 40})}
        help_texts = {
            "seats": "Empty is unlimited, 0 is closed. Never fewer than are taken.",
            "part": "The name of a part of the term, whose days the section then has. Empty: the "
            "days below, or all of the term.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["times"].initial = format_meetings(_section(self.instance).meetings)
            self.fields["seats"].help_text = _seats_help(self.instance)

    def clean_times(self) -> Schedule:
        """The meetings, if the text can be parsed as such."""
        lines = self.cleaned_data["times"].splitlines()
        try:
            return parse_meetings(clean_cell("|".join(lines)))
        except WrongCell as wrong:
            raise forms.ValidationError(wrong.read(gettext)) from wrong

    def clean_seats(self) -> int | None:
        """At least the seats taken. The service checks again, under the seats' lock."""
        seats: int | None = self.cleaned_data["seats"]
        if seats is not None and seats < self.instance.taken:
            raise forms.ValidationError(f"{self.instance.taken} seats are taken.")
        return seats

    def clean_part(self) -> str:
        """The name of a part that the term has."""
        part = " ".join(self.cleaned_data["part"].split())
        term = self.cleaned_data.get("term") or (self.instance.term_id and self.instance.term)
        names = [one.name for one in load_parts(term=term.pk)] if part and term else []
        if part and term and part not in names:
            there = ", ".join(names) or "none yet"
            raise forms.ValidationError(f"The term has no such part. There are: {there}.")
        return part

    def changed(self) -> SectionChanged:
        """The section as the form has it; meetings that were not edited stay unchanged."""
        more: dict[str, Any] = {}
        if "times" in self.changed_data:
            more["meetings"] = self.cleaned_data["times"].meetings
        return _section(self.instance, **more)


def _seats_help(row: Section) -> str:
    now = seats_help(seats=row.seats, taken=row.taken, waiting=row.waiting)
    return f"{now} {SectionForm.Meta.help_texts['seats']}"


def _section(row: Section, **more: Any) -> SectionChanged:
    data = {
        "section": row.pk or 0,
        "term": row.term_id,
        "module": row.module_id,
        "module_code": row.module.code,
        "code": row.code,
        "seats": row.seats,
        "credit_quarters": row.credit_quarters,
        "credit_quarters_max": row.credit_quarters_max,
        "is_open": row.is_open,
        "meetings": row.meetings,
        "instructor": row.instructor,
        "starts_on": row.starts_on and row.starts_on.isoformat(),
        "ends_on": row.ends_on and row.ends_on.isoformat(),
        "part": row.part,
    }
    return replace(SectionChanged.from_data(data), **more)
