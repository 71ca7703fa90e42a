"""Parse the text of a search box; how a field of one line looks."""

from typing import Any

from django import forms
from django.db.models import TextField

BIGGEST_DIGITS = 18
ONE_LINE: dict[Any, dict[str, Any]] = {TextField: {"widget": forms.TextInput(attrs={"size": 40})}}


def number_in(term: str) -> int | None:
    """The id searched for, if it is within PostgreSQL's range."""
    is_number = term.isascii() and term.isdigit() and len(term) <= BIGGEST_DIGITS
    return int(term) if is_number else None
