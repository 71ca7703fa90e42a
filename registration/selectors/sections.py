"""Search for sections of the catalogue."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from project.accounts.models import Matches
from project.web.keyset import Order, number, text
from registration.models import Section

_SEARCHED = Concat(F("module__search"), Value(" "), F("search"), output_field=TextField())
BY_CODE = Order(keys=("module_code", "code", "id"), reads=(text, text, number))


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSearch:
    """Search criteria; empty ones do not filter."""

    term: str = ""
    q: str = ""
    module: str = ""
    open: bool | None = None


def in_published_terms() -> QuerySet[Section]:
    """The sections that students may see."""
    return Section.objects.filter(term__is_draft=False)


def sections_found(search: SectionSearch) -> QuerySet[Section]:
    """Sections with module and term, ready to be paged."""
    found = in_published_terms().select_related("module", "term")
    if search.term:
        found = found.filter(term__code=search.term)
    if search.module:
        found = found.filter(module_code=search.module)
    if search.q:
        found = found.filter(Matches(_SEARCHED, Value(search.q)))
    if search.open is not None:
        is_open = Q(is_open=True) & ~Q(seats=0)
        found = found.filter(is_open if search.open else ~is_open)
    return found
