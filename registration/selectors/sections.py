"""The catalogue, as students search it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from project.keyset import Order, number, text
from registration.models import Section

BY_CODE = Order(keys=("module_code", "code", "id"), reads=(text, text, number))


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSearch:
    """What to look for; an empty word does not narrow the search."""

    term: str = ""
    q: str = ""
    module: str = ""
    open: bool | None = None


def sections_found(search: SectionSearch) -> QuerySet[Section]:
    """Sections with module and term, for those who page through them."""
    found = Section.objects.select_related("module", "term")
    if search.term:
        found = found.filter(term__code=search.term)
    if search.module:
        found = found.filter(module_code=search.module)
    if search.q:
        found = found.filter(
            Q(module_code__icontains=search.q) | Q(module__title__icontains=search.q)
        )
    if search.open is not None:
        is_open = Q(is_open=True) & ~Q(seats=0)
        found = found.filter(is_open if search.open else ~is_open)
    return found
