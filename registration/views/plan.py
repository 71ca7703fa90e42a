"""The plan: put sections in, take them out, look at the week, send it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View

from project.web.errors.base import Refusal
from project.web.post_only import PostOnly
from registration import services
from registration.rules.request import MODES, ON_FULL
from registration.selectors.plan import get_registration_of_key
from registration.selectors.submission import is_in_progress
from registration.views.plan_page import plan_page
from registration.views.window_bar import WINDOW_BAR

_LONGEST = 19
_LOOK_AGAIN_SECONDS = 1
UNCHANGED = _("You were signed out, so nothing was changed. Your plan is safe: do it again.")


class PlanView(LoginRequiredMixin, View):
    """The plan as it is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return render_plan(request)


class PlanAddView(LoginRequiredMixin, PostOnly):
    """Put a section into the plan."""

    page = "plan"
    lost = _("You were signed out, so nothing was added. Your plan is safe: add the section again.")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put it in, and go back to where the button was."""
        section = _number(request, "section")
        return _changed(
            request,
            lambda student: services.plan_add(student=student, section=section),
            _("It is in your plan."),
        )


class PlanRemoveView(LoginRequiredMixin, PostOnly):
    """Take a section out of the plan."""

    page = "plan"
    lost = UNCHANGED

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take it out."""
        section = _number(request, "section")
        return _changed(
            request,
            lambda student: services.plan_remove(student=student, section=section),
            _("It is out of your plan."),
        )


class PlanSwapView(LoginRequiredMixin, PostOnly):
    """Take another section of the same module instead."""

    page = "plan"
    lost = UNCHANGED

    def post(self, request: HttpRequest) -> HttpResponse:
        """Change one for the other, in its place."""
        section, other = _number(request, "section"), _number(request, "other")
        return _changed(
            request,
            lambda student: services.plan_swap(student=student, section=section, other=other),
            _("The other section is in your plan instead."),
        )


class PlanSubmitView(LoginRequiredMixin, PostOnly):
    """Ask for what is planned. However often it is sent: one registration."""

    page = "plan"
    lost = _("You were signed out. Your plan is safe: submit it again.")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it; where the door says no, the plan stays and its page says why."""
        key, mode, on_full = _sent(request)
        try:
            registration = services.plan_submit(
                student=_student(request), key=key, mode=mode, on_full=on_full
            )
        except Refusal as no:
            if no.code == "still_processing":
                return redirect("plan-sent", key=key)
            return render_plan(request, refusal=no)
        return redirect("follow", registration=registration)


class PlanSentView(LoginRequiredMixin, View):
    """Where a second click waits for the first one's answer."""

    def get(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Lead to the registration. While it is at the door, look again in a second; where it
        left and nothing is there, it was refused."""
        student = _student(request)
        is_under_way = is_in_progress(student=student, key=str(key))  # before looking, see there
        registration = get_registration_of_key(student=student, key=key)
        if registration is not None:
            return redirect("follow", registration=registration)
        if not is_under_way:
            return render(request, "students/plan_not_accepted.html", status=404)
        answer = render(request, "students/plan_sent.html", {"key": key}, status=202)
        answer["Refresh"] = str(_LOOK_AGAIN_SECONDS)
        return answer


def render_plan(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    """The plan's page; with `refusal`, what the door said to it just now."""
    page = plan_page(_student(request))
    shown: dict[str, object] = {"page": page, "refusal": refusal}
    if page and page.status:
        shown["bar"] = WINDOW_BAR.with_status(page.status)
    return render(request, "students/plan.html", shown, status=refusal.status if refusal else 200)


def _student(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _changed(request: HttpRequest, change: Callable[[int], object], told: object) -> HttpResponse:
    try:
        change(_student(request))
        messages.success(request, str(told))
    except Refusal as no:
        messages.error(request, f"{no.detail} {no.fix}")
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    """The page to come back to, if it is one of ours; else the plan."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else reverse("plan")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST):
        raise Http404
    return int(text)


def _sent(request: HttpRequest) -> tuple[UUID, str, str]:
    """Key and choices of the form; what is no form of ours is nowhere."""
    mode, on_full = request.POST.get("mode", ""), request.POST.get("on_full", "")
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None
    if mode not in MODES or on_full not in ON_FULL:
        raise Http404
    return key, mode, on_full
