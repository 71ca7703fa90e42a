"""A form field that points at a person: searched by name, number or address, and shown before
anything is saved. It needs no JavaScript: the form comes back with those who were found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet

from project.accounts.models import User

Describe = Callable[[Sequence[int]], Mapping[int, str]]
Among = Callable[[QuerySet[User]], QuerySet[User]]
_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """What was typed, whom that text found, and who of them was chosen."""

    text: str
    chosen: str
    chosen_for: str


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Who somebody is."""

    id: int
    name: str
    details: str


class PersonWidget(forms.Widget):
    """A search box, and a choice among those it found."""

    template_name = "accounts/parts/person_picker.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.cards: list[PersonCard] = []
        self.find: Callable[[int], PersonCard | None] = lambda _user: None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> PersonAnswer:
        """The three inputs as one answer."""
        values = (str(data.get(key, "")).strip() for key in (name, f"{name}_id", f"{name}_for"))
        return PersonAnswer(*values)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the form has no such field."""
        return name not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The text, those it found, and who is chosen."""
        context = super().get_context(name, None, attrs)
        cards, text, chosen = self.cards, "", ""
        if isinstance(value, PersonAnswer):
            text, chosen = value.text, value.chosen
        elif value and (known := self.find(int(value))):
            cards, text, chosen = [known], known.details, str(known.id)
        if len(cards) == 1:
            chosen = str(cards[0].id)
        context["widget"] |= {"text": text, "cards": cards, "chosen": chosen}
        return context


class PersonField(forms.Field):
    """The id of one person. `among` narrows the search; `describe` adds what an app knows."""

    widget: Any = PersonWidget

    def __init__(self, *, among: Among, describe: Describe, nobody: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._among, self._describe, self._nobody = among, describe, nobody
        self._offer(())

    def clean(self, value: Any) -> int:
        """The id of the person who was shown and chosen."""
        if not isinstance(value, PersonAnswer) or not (value.text or value.chosen):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if value.chosen.isdecimal() and value.chosen_for == value.text:
            known = self._find(int(value.chosen[:18]))
            if known:
                self._offer([known])
                return known.id
        self._offer(self._search(value.text))
        raise forms.ValidationError(self._what_to_do(value.text), code="choose")

    def _what_to_do(self, text: str) -> str:
        found = len(self.widget.cards)
        if not found:
            return self._nobody.format(text=text)
        if found == 1:
            return "Is this the person? Then save again."
        more = " There are more: type more of the name." if found == _MOST_SHOWN else ""
        return f"Choose who is meant, then save again.{more}"

    def _offer(self, cards: Sequence[PersonCard]) -> None:
        self.widget.cards, self.widget.find = list(cards), self._find

    def _search(self, text: str) -> list[PersonCard]:
        return self._cards(self._among(User.objects.matching(text)))

    def _find(self, user: int) -> PersonCard | None:
        return next(iter(self._cards(self._among(User.objects.filter(pk=user)))), None)

    def _cards(self, people: QuerySet[User]) -> list[PersonCard]:
        found = list(people.order_by("full_name", "pk")[:_MOST_SHOWN])
        more = self._describe([user.pk for user in found])
        return [
            PersonCard(
                id=user.pk,
                name=user.get_full_name() or user.username,
                details=", ".join(
                    filter(None, (user.number or user.username, user.email, more.get(user.pk)))
                ),
            )
            for user in found
        ]
