"""Drop an item: GET shows the consequences, POST drops it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from project.events.vocabulary import ENDED_STATES, ItemState
from project.live import seat_counts
from project.web.errors.base import Refusal
from registration import services
from registration.selectors.items import get_item
from registration.selectors.my_registrations import StudentItemRow, get_student_item
from registration.views.labels import BADGES, Text

_DROPPED = _("%(name)s is dropped.")
_NOT_REFUNDED = _(
    "%(name)s is dropped. The refund deadline has passed, so its fee is not paid back."
)
_DONE: dict[ItemState, Text] = {
    ItemState.CONFIRMED: _(
        "%(name)s is dropped. Your seat is free for others now, and the fee is paid back."
    ),
    ItemState.WAITLISTED: _("You left the waitlist of %(name)s. Nothing was charged."),
}
_NOTED = _("Noted: %(name)s is dropped as soon as it's processed.")


class DropView(LoginRequiredMixin, View):
    """One of the student's own items; 404 for any other."""

    def get(self, request: HttpRequest, registration: UUID, section: int) -> HttpResponse:
        """Show the consequences of dropping it."""
        held = _held(request, registration, section)
        return render(request, "students/drop.html", _consequences(request, held))

    def post(self, request: HttpRequest, registration: UUID, section: int) -> HttpResponse:
        """Drop it and show the outcome."""
        held = _held(request, registration, section)
        name = {"name": held.section.name}
        try:
            drop = services.item_drop(
                student=int(request.user.pk or 0), registration=registration, section=section
            )
        except Refusal as no:
            messages.warning(request, f"{no.detail} {no.fix}")
            return _back(registration)
        messages.success(request, _confirmation(held.state, drop) % name)
        return _back(registration)


def _confirmation(state: ItemState, drop: services.Drop | None) -> Text:
    if drop is None or not drop.is_done:
        return _NOTED
    if state == ItemState.CONFIRMED and not drop.is_refunded:
        return _NOT_REFUNDED
    return _DONE.get(state, _DROPPED)


def _held(request: HttpRequest, registration: UUID, section: int) -> StudentItemRow:
    found = get_student_item(
        registration=registration, section=section, student=int(request.user.pk or 0)
    )
    if found is None:
        raise Http404
    return found


def _back(registration: UUID) -> HttpResponseRedirect:
    return redirect("follow", registration=registration)


def _consequences(request: HttpRequest, held: StudentItemRow) -> dict[str, Any]:
    item = get_item(
        student=int(request.user.pk or 0), registration=held.registration, section=held.section.id
    )
    counts = seat_counts.read([held.section.id]).get(held.section.id)
    return {
        "held": held,
        "badge": BADGES[held.state],
        "is_over": held.state in ENDED_STATES,
        "item": item,
        "may_drop": item is not None
        and not (held.state == ItemState.CONFIRMED and item.is_drop_over),
        "waiting": counts.waiting if counts else None,
    }
