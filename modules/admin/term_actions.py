"""Actions on a whole term: publish it, pause it, resume it. Each is shown first, then confirmed."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from modules.models import Term
from modules.selectors.conflicts import load_warnings
from modules.selectors.terms import TermSummary, load_term_summaries
from modules.services.terms import term_pause, term_publish, term_resume
from project.web.campus_time import campus_deadline
from project.web.previews import Preview, PreviewPart, is_confirmed, show_preview

Describe = Callable[[TermSummary], Iterable[str]]


class TermActions(admin.ModelAdmin[Any]):
    """What staff do to a term in one action."""

    actions = ("publish", "pause", "resume")

    @admin.action(description="Publish: students see it from then on")
    def publish(self, request: HttpRequest, queryset: QuerySet[Term]) -> HttpResponse | None:
        """Show drafts to students."""
        drafts = queryset.filter(is_draft=True)
        return self._act(request, drafts, verb="Publish", to=term_publish,
                         describe=_published)  # fmt: skip

    @admin.action(description="Pause: nobody can register, waitlists stand")
    def pause(self, request: HttpRequest, queryset: QuerySet[Term]) -> HttpResponse | None:
        """Stop submissions and offers."""
        running = queryset.filter(is_paused=False)
        return self._act(request, running, verb="Pause", to=term_pause,
                         describe=_paused)  # fmt: skip

    @admin.action(description="Resume after a pause")
    def resume(self, request: HttpRequest, queryset: QuerySet[Term]) -> HttpResponse | None:
        """Go on where it was paused."""
        paused = queryset.filter(is_paused=True)
        return self._act(request, paused, verb="Resume", to=term_resume,
                         describe=_resumed)  # fmt: skip

    def _act(
        self,
        request: HttpRequest,
        terms: QuerySet[Term],
        *,
        verb: str,
        to: Callable[..., bool],
        describe: Describe,
    ) -> HttpResponse | None:
        summaries = load_term_summaries([term.pk for term in terms])
        if not summaries:
            self.message_user(request, f"{verb}: none of these terms needs it.", messages.WARNING)
            return None
        parts = [PreviewPart(heading=str(one), lines=tuple(describe(one))) for one in summaries]
        names = ", ".join(one.code for one in summaries)
        preview = Preview(title=f"{verb} {names}?", confirm=verb, parts=parts)
        if not is_confirmed(request, preview):
            site = {**self.admin_site.each_context(request), "opts": self.opts}
            return show_preview(request, preview, site=site, back=request.get_full_path())
        for one in summaries:
            to(term=one.term)
        self.message_user(request, f"{verb}: {names}.", messages.SUCCESS)
        return None


def _published(summary: TermSummary) -> Iterable[str]:
    offered = f"{summary.sections} sections of {summary.modules} modules"
    yield f"{offered}; students see them from then on"
    yield f"{summary.without_times} of them have no times yet, {summary.closed} are closed"
    if summary.last_close:
        yield f"the last registration window closes on {campus_deadline(summary.last_close)}"
    else:
        yield "no registration window is set: nobody can register yet"
    warnings = len(load_warnings(term=summary.term))
    if warnings:
        yield f"{warnings} warnings about rooms and instructors: manage.py check_rooms"


def _paused(summary: TermSummary) -> Iterable[str]:
    yield "requests are answered with “paused” until it is resumed; what was accepted is decided"
    yield f"{summary.waiting} students wait: they keep their places, and nobody moves up meanwhile"
    yield "students can still drop; every page says that registration is paused"


def _resumed(summary: TermSummary) -> Iterable[str]:
    yield f"{summary.offers} seats that are free are offered to those who wait"
