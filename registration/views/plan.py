"""The plan: add, remove and swap sections, and submit it."""

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

from project.events.credits import WrongCredits, parse_credits
from project.events.reasons import Reason
from project.events.vocabulary import Mode, OnFull
from project.web.errors.base import Refusal
from project.web.post_only import PostOnly
from registration import services
from registration.selectors.plan import get_registration_of_key
from registration.selectors.submission import is_in_progress
from registration.views.plan_page import plan_page
from registration.views.window_bar import WINDOW_BAR

_LONGEST = 19
_LOOK_AGAIN_SECONDS = 1
UNCHANGED = _("You were signed out, so nothing was changed. Your plan is safe: do it again.")


class PlanView(LoginRequiredMixin, View):
    """The page of the plan."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the plan."""
        return render_plan(request)


class PlanAddView(LoginRequiredMixin, PostOnly):
    """Add a section to the plan."""

    page = "plan"
    lost = _("You were signed out, so nothing was added. Your plan is safe: add the section again.")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add it and return to the page with the button."""
        section = _number(request, "section")
        return _changed(
            request,
            lambda student: services.plan_add(student=student, section=section),
            _("It is in your plan."),
        )


class PlanRemoveView(LoginRequiredMixin, PostOnly):
    """Remove a section from the plan."""

    page = "plan"
    lost = UNCHANGED

    def post(self, request: HttpRequest) -> HttpResponse:
        """Remove it."""
        section = _number(request, "section")
        return _changed(
            request,
            lambda student: services.plan_remove(student=student, section=section),
            _("It is out of your plan."),
        )


class PlanSwapView(LoginRequiredMixin, PostOnly):
    """Swap a section for another one of the same module."""

    page = "plan"
    lost = UNCHANGED

    def post(self, request: HttpRequest) -> HttpResponse:
        """Swap them, keeping the order of preference."""
        section, other = _number(request, "section"), _number(request, "other")
        return _changed(
            request,
            lambda student: services.plan_swap(student=student, section=section, other=other),
            _("The other section is in your plan instead."),
        )


class PlanCreditsView(LoginRequiredMixin, PostOnly):
    """Choose the credits of a section that has a range."""

    page = "plan"
    lost = UNCHANGED

    def post(self, request: HttpRequest) -> HttpResponse:
        """Choose them, and return to the plan."""
        section, written = _number(request, "section"), request.POST.get("credits", "").strip()
        return _changed(
            request,
            lambda student: services.plan_choose_credits(
                student=student, section=section, quarters=_quarters(written)
            ),
            _("The credits are changed."),
        )


class PlanSubmitView(LoginRequiredMixin, PostOnly):
    """Submit the plan. However often it is submitted, it makes one registration."""

    page = "plan"
    lost = _("You were signed out. Your plan is safe: submit it again.")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Submit it; if it is refused, the plan is kept and its page shows the reason."""
        key, mode, on_full = _sent(request)
        try:
            registration = services.plan_submit(
                student=_student(request), key=key, mode=mode, on_full=on_full
            )
        except Refusal as no:
            if no.code == Reason.STILL_PROCESSING:
                return redirect("plan-sent", key=key)
            return render_plan(request, refusal=no)
        return redirect("follow", registration=registration)


class PlanSentView(LoginRequiredMixin, View):
    """The page on which a second click waits for the result of the first."""

    def get(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Redirect to the registration. While the submission is in progress, look again in a
        second; if it has ended without a registration, it was refused."""
        student = _student(request)
        is_under_way = is_in_progress(
            student=student, key=str(key)
        )  # must be read first, see there
        registration = get_registration_of_key(student=student, key=key)
        if registration is not None:
            return redirect("follow", registration=registration)
        if not is_under_way:
            return render(request, "students/plan_not_accepted.html", status=404)
        answer = render(request, "students/plan_sent.html", {"key": key}, status=202)
        answer["Refresh"] = str(_LOOK_AGAIN_SECONDS)
        return answer


def render_plan(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    """Render the plan; `refusal` is the one of the submission just tried."""
    page = plan_page(_student(request))
    shown: dict[str, object] = {"page": page, "refusal": refusal}
    if page and page.status:
        shown["bar"] = WINDOW_BAR.with_status(page.status)
    return render(request, "students/plan.html", shown, status=refusal.status if refusal else 200)


def _student(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _changed(
    request: HttpRequest, change: Callable[[int], object], message: object
) -> HttpResponse:
    try:
        change(_student(request))
        messages.success(request, str(message))
    except Refusal as no:
        messages.error(request, f"{no.detail} {no.fix}")
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    """The page to return to, if it is on this site; else the plan."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else reverse("plan")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST):
        raise Http404
    return int(text)


def _quarters(written: str) -> int:
    try:
        return parse_credits(written)
    except WrongCredits:
        raise Refusal(Reason.CREDITS_IN_QUARTERS, names=written[:_LONGEST]) from None


def _sent(request: HttpRequest) -> tuple[UUID, Mode, OnFull]:
    """Key and choices of the form; 404 for malformed ones."""
    form = request.POST
    try:
        key = UUID(form.get("key", ""))
        return key, Mode(form.get("mode", "")), OnFull(form.get("on_full", ""))
    except ValueError:
        raise Http404 from None
