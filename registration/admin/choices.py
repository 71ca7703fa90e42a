"""Form fields that choose a category, with those it already has kept among the choices."""

from collections.abc import Collection
from typing import Any

from django import forms

from registration.rules.people import Categories, Kind
from registration.selectors.audience import load_categories

FIELDS = {
    "programme": Kind.PROGRAMME,
    "level": Kind.LEVEL,
    "standing": Kind.STANDING,
    "campus": Kind.CAMPUS,
    "student_group": Kind.GROUP,
    "groups": Kind.GROUP,
}
MOST_YEARS = 12


class CategoryChoices:
    """The choices of a form's fields for categories and years, loaded once per form."""

    def __init__(self) -> None:
        self._categories: Categories = load_categories()

    def of(self, kind: Kind, *, keep: Collection[str] = ()) -> list[tuple[str, str]]:
        """Code and name of each category of the kind that is in use, and of those to keep."""
        found = {
            code: f"{category.name} ({code})"
            for (known, code), category in self._categories.items()
            if known is kind and (not category.is_retired or code in keep)
        }
        return [(code, found.get(code, code)) for code in sorted({*found, *filter(None, keep)})]

    def years(self) -> list[tuple[int, str]]:
        """The years that some programme has; all plausible ones while no programme says."""
        most = max((c.years for c in self._categories.values() if c.years), default=MOST_YEARS)
        return [(year, str(year)) for year in range(1, most + 1)]

    def name_of(self, kind: Kind, code: str) -> str:
        """The name of a category; the code of one that is gone."""
        category = self._categories.get((kind, code))
        return category.name if category else code


def choose(field: forms.Field, choices: list[Any], *, empty: str | None = None) -> None:
    """Offer these choices, and first none of them where `empty` names that."""
    if isinstance(field, forms.ChoiceField):
        field.choices = choices if empty is None else [("", empty), *choices]
