"""The form of a term: its days, its deadlines, its breaks and parts."""

from typing import Any

from django import forms

from modules.models import Term
from modules.rules.periods import (
    WrongPeriod,
    check_periods,
    check_within,
    format_periods,
    parse_periods,
)
from modules.rules.terms import Periods
from modules.selectors.catalogue import get_term
from project.events.modules import Period

_ROWS = forms.Textarea(attrs={"rows": 4, "cols": 60})


class TermForm(forms.ModelForm[Term]):
    """A term with its breaks and parts as text, one a line."""

    without_classes = forms.CharField(
        label="Holidays and reading weeks",
        required=False,
        widget=_ROWS,
        help_text="One a line: first day, last day, name. 2026-10-19 2026-10-23 Reading week, or "
        "2026-11-02 Founders' Day. No weekly meeting is held on these days; dated ones are.",
    )
    parts_of_term = forms.CharField(
        label="Parts of term",
        required=False,
        widget=_ROWS,
        help_text="As above: 2026-09-07 2026-10-16 First half. Sections that follow a part move "
        "with it.",
    )

    class Meta:
        model = Term
        fields = ["code", "name", "starts_on", "ends_on", "add_until", "drop_until", "refund_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = get_term(code=self.instance.code) if self.instance.pk else None
        if stored is not None:
            self.fields["without_classes"].initial = format_periods(stored.breaks)
            self.fields["parts_of_term"].initial = format_periods(stored.parts)

    def clean_without_classes(self) -> tuple[Period, ...]:
        """The breaks."""
        return _parsed(self.cleaned_data["without_classes"])

    def clean_parts_of_term(self) -> tuple[Period, ...]:
        """The parts."""
        return _parsed(self.cleaned_data["parts_of_term"])

    def clean(self) -> dict[str, Any]:
        """The data; breaks and parts fit together and lie within the term."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if {"without_classes", "parts_of_term", "starts_on", "ends_on"} - data.keys():
            return data
        breaks, parts = data["without_classes"], data["parts_of_term"]
        try:
            check_periods(breaks=breaks, parts=parts)
            check_within((*breaks, *parts), first=data["starts_on"], last=data["ends_on"])
        except WrongPeriod as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return data

    def periods(self) -> Periods:
        """The breaks and parts that the form has."""
        data = self.cleaned_data
        return Periods(breaks=data["without_classes"], parts=data["parts_of_term"])


def _parsed(text: str) -> tuple[Period, ...]:
    try:
        return parse_periods(text)
    except WrongPeriod as wrong:
        raise forms.ValidationError(str(wrong)) from wrong
