"""The search form of the catalogue: parses the address, with an error for each wrong field."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from project.events.credits import format_credits, parse_credits
from registration.rules.meeting_text import DAYS
from registration.selectors.catalogue import BusyInterval, CatalogueChoices, CatalogueSearch
from registration.selectors.terms import TermChoice

_LONGEST = 100
_FURTHEST = 100_000
_FOLDED = ("day", "since", "until", "credits", "department")


def _clock() -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
    return forms.TimeField(required=False, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])


class SearchForm(forms.Form):
    """The search criteria. An empty or invalid field does not filter."""

    q = forms.CharField(required=False, max_length=_LONGEST)
    term = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    free = forms.BooleanField(required=False)
    fits = forms.BooleanField(required=False)
    day = forms.TypedMultipleChoiceField(
        required=False, coerce=int, empty_value=[], widget=forms.CheckboxSelectMultiple
    )
    since = _clock()
    until = _clock()
    credits = forms.TypedChoiceField(required=False, coerce=parse_credits, empty_value=None)
    department = forms.ChoiceField(required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=_FURTHEST)

    def __init__(
        self, data: QueryDict, *, terms: Sequence[TermChoice], offered: CatalogueChoices
    ) -> None:
        super().__init__(data, auto_id="search-%s")
        self._choose("term", [(term.id, term.name) for term in terms])
        self._choose("day", list(enumerate(map(_, DAYS))))
        self._choose(
            "credits", [("", _("Any")), *_pairs(map(format_credits, offered.credit_quarters))]
        )
        self._choose("department", [("", _("All")), *_pairs(offered.departments)])

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def search(self, *, term: int, busy: tuple[BusyInterval, ...]) -> CatalogueSearch:
        """The search in `term`; `busy` are the times that a section must leave free."""
        self.is_valid()
        criteria = self.cleaned_data
        return CatalogueSearch(
            term=term,
            q=criteria.get("q", ""),
            free_only=criteria.get("free", False),
            days=tuple(criteria.get("day", ())),
            since=_minutes(criteria.get("since")),
            until=_minutes(criteria.get("until")),
            credit_quarters=criteria.get("credits"),
            department=criteria.get("department", ""),
            busy=busy if criteria.get("fits") else (),
            cursor=self.data.get("cursor", ""),
        )

    @property
    def above(self) -> int:
        """How many modules are already on the page that the results are appended to."""
        return self.cleaned_data.get("seen") or 0

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a term is chosen, so that there is something to reset."""
        return any(value for name, value in self.data.items() if name not in ("term", "cursor"))

    @property
    def has_details(self) -> bool:
        """Whether one of the collapsed fields is filled in."""
        return any(self.data.get(name) for name in _FOLDED)


def _pairs(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((word, word) for word in words)


def _minutes(clock: time | None) -> int | None:
    return None if clock is None else clock.hour * 60 + clock.minute
