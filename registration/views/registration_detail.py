"""One registration, from its submission to the decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from project.events.vocabulary import (
    DROPPABLE_STATES,
    ENDED_STATES,
    MOVING_STATES,
    ItemState,
    RegistrationStatus,
)
from project.web.tones import tone_of
from registration.rules.progress_steps import combined_steps, progress_steps
from registration.selectors.progress import ItemProgress, Progress
from registration.selectors.registration_detail import registration_progress
from registration.views.labels import (
    BADGES,
    Badge,
    Next,
    StepView,
    combined_step_view,
    next_words,
    position_label,
    step_view,
)

_ORDER = (ItemState.CONFIRMED, ItemState.WAITLISTED, ItemState.OFFERED, *ENDED_STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item with its badge and steps, and what is best done about it."""

    item: ItemProgress
    badge: Badge
    steps: tuple[StepView, ...]
    may_drop: bool
    next: Next


class RegistrationDetailView(LoginRequiredMixin, View):
    """The page, and for htmx the fragment that changes."""

    def get(self, request: HttpRequest, registration: UUID) -> HttpResponse:
        """Show the progress of the registration; 404 for somebody else's."""
        found = registration_progress(registration=registration, student=int(request.user.pk or 0))
        if found is None:
            raise Http404
        htmx: Any = getattr(request, "htmx", False)
        template = "students/parts/progress.html" if htmx else "students/follow.html"
        answer = render(request, template, _shown(found, request.GET.get("was", "")))
        answer["Vary"] = "HX-Request, Cookie"
        answer["Cache-Control"] = "private, no-store"
        return answer


def _shown(found: Progress, was: str) -> dict[str, Any]:
    is_pending = found.status == RegistrationStatus.PENDING
    whole = combined_steps([item.state for item in found.items], is_decided=not is_pending)
    return {
        "found": found,
        "is_pending": is_pending,
        "is_moving": _is_moving(found),
        "is_news": was == RegistrationStatus.PENDING and not is_pending,
        "tone": tone_of(item.state for item in found.items),
        "headline": position_label(found.submissions_ahead) if is_pending else _answer(found),
        "whole": [combined_step_view(step, ahead=found.submissions_ahead) for step in whole],
        "items": [_item_shown(item, found.submissions_ahead) for item in found.items],
        "made_at": timezone.now(),
    }


def _is_moving(found: Progress) -> bool:
    """Whether the page may still change by itself; the announcement is the last step."""
    waits = any(item.state in MOVING_STATES for item in found.items)
    return waits or not found.timeline or found.timeline[-1].what != "announced"


def _answer(found: Progress) -> str:
    states = [item.state for item in found.items]
    counts = [(BADGES[state].label, states.count(state)) for state in _ORDER if state in states]
    listed = [_("%(state)s: %(count)s") % {"state": label, "count": n} for label, n in counts]
    return " · ".join(listed)


def _item_shown(item: ItemProgress, ahead: int | None) -> ItemView:
    return ItemView(
        item=item,
        badge=BADGES[item.state],
        steps=tuple(_steps(item, ahead)),
        may_drop=item.state in DROPPABLE_STATES and not item.drop_requested,
        next=next_words(item.state, item.reason, item.waitlist_position),
    )


def _steps(item: ItemProgress, ahead: int | None) -> Iterator[StepView]:
    stage = item.reason.stage if item.reason else None
    for step in progress_steps(state=item.state, stage=stage):
        yield step_view(
            step,
            state=item.state,
            ahead=ahead,
            place=item.waitlist_position,
            is_charged=item.is_charged,
        )
