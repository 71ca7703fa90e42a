"""The calendar feed at its secret address, and the page where a student gets one."""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views import View

from project.accounts.models import closest_language
from registration import services
from registration.rules.calendar import format_calendar, lacks_days
from registration.selectors.calendar import (
    get_calendar_reader,
    get_calendar_token,
    load_calendar_entries,
)
from registration.selectors.my_registrations import is_student

_MAX_AGE_SECONDS = 300


class CalendarFeedView(View):
    """The feed for calendar programs, which cannot sign in: the address alone grants access."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """The student's sections as a calendar."""
        reader = get_calendar_reader(token)
        if reader is None:
            raise Http404
        with translation.override(closest_language(reader.language) or settings.LANGUAGE_CODE):
            body = format_calendar(
                load_calendar_entries(reader.student),
                name=_("My modules"),
                host=urlsplit(settings.SITE_URL).hostname or "localhost",
                zone=settings.TIME_ZONE,
                translate=_,
            )
        return _answer(request, body)


class CalendarAddressView(LoginRequiredMixin, View):
    """The student's own address: show, renew, revoke."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the address."""
        student = int(request.user.pk or 0)
        token = get_calendar_token(student)
        address = request.build_absolute_uri(reverse("calendar", args=[token])) if token else ""
        shown = {
            "address": address,
            # With TLS and without: programs know no other scheme, and try both.
            "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
            "undated": [one for one in load_calendar_entries(student) if lacks_days(one)],
            "is_student": bool(token) or is_student(student),
        }
        answer = render(request, "students/calendar.html", shown)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create a new address, or revoke the current one."""
        student = int(request.user.pk or 0)
        if "end" in request.POST:
            services.calendar_token_revoke(student=student)
            messages.success(request, _("The address has ended. Nobody can read it any more."))
        elif is_student(student):
            services.calendar_token_rotate(student=student)
            messages.success(request, _("This is your new address. An older one has ended."))
        return redirect("calendar-address")


def _answer(request: HttpRequest, body: bytes) -> HttpResponseBase:
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = f"private, max-age={_MAX_AGE_SECONDS}"
    answer["X-Robots-Tag"] = "noindex"
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    answer["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer) or answer
