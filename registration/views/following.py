"""One registration, followed from the line to the answer."""

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

from project.tones import tone_of
from registration.rules.steps import exits_of, steps_of, steps_together
from registration.selectors.following import registration_progress
from registration.selectors.progress import ItemProgress, Progress
from registration.views.words import (
    CHIPS,
    Chip,
    Next,
    StepShown,
    line_words,
    next_words,
    step_of_all_shown,
    step_shown,
)

LIVE = ("pending", "seated", "authorised", "queued", "offered", "confirmed")
_ORDER = ("confirmed", "queued", "offered", "refused", "dropped", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShown:
    """An item with its chip and steps, and where to go on from one that ended."""

    item: ItemProgress
    chip: Chip
    steps: tuple[StepShown, ...]
    exits: tuple[str, ...]
    may_drop: bool
    next: Next


class FollowView(LoginRequiredMixin, View):
    """A page, and for htmx the part of it that changes."""

    def get(self, request: HttpRequest, registration: UUID) -> HttpResponse:
        """Show where the registration stands. Somebody else's does not exist."""
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
    is_pending = found.status == "pending"
    whole = steps_together([item.state for item in found.items], is_answered=not is_pending)
    return {
        "found": found,
        "is_pending": is_pending,
        "is_moving": _is_moving(found),
        "is_news": was == "pending" and not is_pending,
        "tone": tone_of(item.state for item in found.items),
        "headline": line_words(found.place_in_line) if is_pending else _answer(found),
        "whole": [step_of_all_shown(step, ahead=found.place_in_line) for step in whole],
        "items": [_item_shown(item, found.place_in_line) for item in found.items],
        "made_at": timezone.now(),
    }


def _is_moving(found: Progress) -> bool:
    """Whether something may yet happen by itself: the last that does is that it is announced."""
    waits = any(item.state in LIVE and item.state != "confirmed" for item in found.items)
    return waits or not found.timeline or found.timeline[-1].what != "announced"


def _answer(found: Progress) -> str:
    states = [item.state for item in found.items]
    counts = [(CHIPS[state].label, states.count(state)) for state in _ORDER if state in states]
    listed = [_("%(state)s: %(count)s") % {"state": label, "count": n} for label, n in counts]
    return " · ".join(listed)


def _item_shown(item: ItemProgress, ahead: int | None) -> ItemShown:
    code = item.reason.code if item.reason else ""
    return ItemShown(
        item=item,
        chip=CHIPS[item.state],
        steps=tuple(_steps(item, code, ahead)),
        exits=exits_of(code),
        may_drop=item.state in LIVE and not item.drop_wished,
        next=next_words(
            item.state, exits_of(code), item.place_in_queue, item.reason.fix if item.reason else ""
        ),
    )


def _steps(item: ItemProgress, code: str, ahead: int | None) -> Iterator[StepShown]:
    for step in steps_of(state=item.state, code=code):
        yield step_shown(step, state=item.state, ahead=ahead, place=item.place_in_queue)
