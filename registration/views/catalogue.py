"""The catalogue: search it, and put sections into the plan."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from registration.selectors.catalogue import (
    CataloguePage,
    ModuleRow,
    load_catalogue,
    load_catalogue_choices,
)
from registration.selectors.schedule import StudentSchedule, load_schedule
from registration.selectors.terms import TermChoice, load_terms, window_status_in
from registration.views.search import SearchForm
from registration.views.sections import SectionRowView, section_row_views
from registration.views.window_bar import WINDOW_BAR

# Some laboratories have thirty: too many for this list; the page of their module has them all.
MOST_SECTIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRowView:
    """A matching module with the first of its matching sections; `further` are left out."""

    module: ModuleRow
    sections: tuple[SectionRowView, ...]
    further: int


class CatalogueView(LoginRequiredMixin, View):
    """A page of the search; for htmx only the results."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Search in the chosen term, else in the student's current one."""
        student = int(request.user.pk or 0)
        terms = load_terms(student=student)
        term = term_chosen(request.GET, terms)
        if term is None:
            return render(request, "students/catalogue.html", {"terms": terms})
        shown = _shown(request.GET, student=student, terms=terms, term=term)
        is_part = bool(getattr(request, "htmx", False))
        template = "students/parts/found.html" if is_part else "students/catalogue.html"
        is_added = is_part and not shown["is_first"]
        bar = WINDOW_BAR.with_status(window_status_in(terms))
        parts = {"is_part": is_part, "is_added": is_added, "bar": bar}
        answer = render(request, template, {**shown, **parts})
        answer["Vary"] = "HX-Request, Cookie"
        return answer


def term_chosen(query: QueryDict, terms: list[TermChoice]) -> TermChoice | None:
    """The term with the number in the address; else the first one, if there is any."""
    wanted = query.get("term", "")
    return next((one for one in terms if str(one.id) == wanted), terms[0] if terms else None)


def _shown(
    query: QueryDict, *, student: int, terms: list[TermChoice], term: TermChoice
) -> dict[str, Any]:
    own = load_schedule(student=student, term=term.id)
    form = SearchForm(query, terms=terms, offered=load_catalogue_choices(term.id))
    search = form.search(term=term.id, busy=own.busy)
    found = load_catalogue(search)
    return {
        "terms": terms,
        "term": term,
        "form": form,
        "own": own,
        "modules": _modules(found, own),
        "count": form.above + len(found.modules),
        "is_first": not search.cursor,
        "more": _further(query, found.next) if found.next is not None else "",
        "made_at": timezone.now(),
    }


def _modules(found: CataloguePage, own: StudentSchedule) -> list[ModuleRowView]:
    return [_module(one, own) for one in found.modules]


def _module(found: ModuleRow, own: StudentSchedule) -> ModuleRowView:
    first = found.sections[:MOST_SECTIONS]
    return ModuleRowView(
        module=found,
        sections=section_row_views(first, own=own),
        further=len(found.sections) - len(first),
    )


def _further(query: QueryDict, cursor: str) -> str:
    """The address of the next page."""
    further = query.copy()
    further.pop("seen", None)
    further["cursor"] = cursor
    return further.urlencode()
