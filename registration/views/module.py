"""One module, and one of its sections as a fragment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from registration.rules.requirement_tree import Need, Option, requirement_tree
from registration.selectors.module import (
    ModuleDetail,
    get_module,
    get_section,
    load_sections,
    modules_by_code,
    modules_passed,
)
from registration.selectors.schedule import StudentSchedule, load_schedule
from registration.selectors.terms import TermChoice, load_terms
from registration.views.catalogue import term_chosen
from registration.views.sections import section_row_view, section_row_views


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """A module that fulfils a clause; `number` is its address, None if not in the catalogue."""

    option: Option
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedView:
    """A clause of the requirements."""

    is_met: bool
    options: tuple[OptionView, ...]


class ModuleView(LoginRequiredMixin, View):
    """A module: its requirements and its sections in a term."""

    def get(self, request: HttpRequest, module: int) -> HttpResponse:
        """Show the module."""
        found = get_module(module)
        if found is None:
            raise Http404
        student = int(request.user.pk or 0)
        terms = load_terms(student=student, module=module)
        term = term_chosen(request.GET, terms)
        return render(request, "students/module.html", _shown(found, student, terms, term))


class SectionView(LoginRequiredMixin, View):
    """The fragment that changes when a section is added to the plan or removed."""

    def get(self, request: HttpRequest, section: int) -> HttpResponse:
        """The section for htmx; any other request is redirected to its module."""
        offered = get_section(section)
        if offered is None:
            raise Http404
        if not getattr(request, "htmx", False):
            address = reverse("module", args=[offered.section.module_id])
            return redirect(f"{address}?term={offered.section.term}")
        own = load_schedule(student=int(request.user.pk or 0), term=offered.section.term)
        shown = section_row_view(offered, own=own)
        answer = render(request, "students/parts/section_changed.html", {"shown": shown})
        answer["Vary"] = "HX-Request, Cookie"
        return answer


def _shown(
    module: ModuleDetail, student: int, terms: list[TermChoice], term: TermChoice | None
) -> dict[str, Any]:
    own = load_schedule(student=student, term=term.id if term else 0)
    needs = _needs(module, student, own)
    offered = load_sections(module=module.id, term=term.id) if term else []
    return {
        "module": module,
        "terms": terms,
        "term": term,
        "own": own,
        "needs": needs,
        "met": sum(need.is_met for need in needs),
        "sections": section_row_views(offered, own=own),
        "made_at": timezone.now(),
    }


def _needs(module: ModuleDetail, student: int, own: StudentSchedule) -> tuple[NeedView, ...]:
    if not module.requires:
        return ()
    needs = requirement_tree(
        module.requires, transcript=modules_passed(student), beside=own.modules
    )
    numbers = modules_by_code(frozenset(one.code for need in needs for one in need.options))
    return tuple(_need(need, numbers) for need in needs)


def _need(need: Need, numbers: Mapping[str, int]) -> NeedView:
    options = [OptionView(option=one, number=numbers.get(one.code)) for one in need.options]
    return NeedView(is_met=need.is_met, options=tuple(options))
