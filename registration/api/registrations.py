"""Submit, list, follow and drop registrations."""

import json
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts.authentication import StatelessAuthentication
from project.events.reasons import REASONS, Reason, ReasonStage
from project.events.vocabulary import RegistrationStatus
from project.web.errors.base import Refusal
from project.web.openapi import IDEMPOTENCY_KEY
from project.web.pagination import page_answer, page_asked
from registration import parsing, services
from registration.api.serializers import (
    PAGE,
    AcceptedSerializer,
    ItemSerializer,
    RegistrationRequestSerializer,
    RegistrationSerializer,
    SummaryPage,
    item_json,
    registration_json,
    summary_json,
)
from registration.rules.eligibility import RULES_AT, Stage
from registration.selectors import progress, registration_detail

RETRY_AFTER = "1"
_REFUSALS = (
    *(rule.code for rule in RULES_AT[Stage.SUBMISSION]),
    Reason.TOO_MANY_SECTIONS,
    Reason.MALFORMED,
    Reason.IDEMPOTENCY_KEY_MISSING,
    Reason.IDEMPOTENCY_KEY_REUSED,
    Reason.STILL_PROCESSING,
    Reason.BUSY,
    Reason.NOT_A_STUDENT,
)
_CODES = ", ".join(f"{code} ({REASONS[ReasonStage.REFUSAL][code].status})" for code in _REFUSALS)


class RegistrationsView(APIView):
    """All registrations of one student."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """A POST loads no user: its transaction checks them anyway."""
        if self.request is not None and self.request.method == "POST":
            return [StatelessAuthentication()]
        return super().get_authenticators()

    @extend_schema(
        operation_id="registrations_submit",
        parameters=[IDEMPOTENCY_KEY],
        request=RegistrationRequestSerializer,
        responses={202: AcceptedSerializer},
        description="Ask for sections. 202 means accepted: nothing is lost from then on, and the "
        f"answer is to be found at `url`. Refused with one of these codes: {_CODES}.",
    )
    def post(self, request: Request) -> HttpResponse:
        """Accept a request, or refuse it with the reason."""
        key = parsing.parse_idempotency_key(request.META.get("HTTP_IDEMPOTENCY_KEY"))
        asking = parsing.parse_request(_body(request), at_most=settings.MAX_SECTIONS)
        registration = services.registration_submit(
            student=_student(request), key=key, request=asking
        )
        return _accepted(registration)

    @extend_schema(operation_id="registrations_list", parameters=[*PAGE], responses=SummaryPage)
    def get(self, request: Request) -> Response:
        """List the student's own registrations, the newest first."""
        rows = progress.registrations_of(_student(request))
        page = page_asked(request, rows, order=progress.NEWEST_FIRST)
        found = [progress.registration_summary(row) for row in page.rows]
        results = [summary_json(one, url=_url(one.id)) for one in found]
        return page_answer(request, page, results)


class RegistrationView(APIView):
    """One registration."""

    @extend_schema(operation_id="registrations_follow", responses=RegistrationSerializer)
    def get(self, request: Request, registration: UUID) -> Response:
        """Follow one registration: its state, position, reasons and timeline."""
        found = _progress(request, registration)
        wait = {"Retry-After": RETRY_AFTER} if found.status == RegistrationStatus.PENDING else None
        return Response(registration_json(found, url=_url(found.id)), headers=wait)


class ItemView(APIView):
    """One item of a registration."""

    @extend_schema(
        operation_id="items_drop",
        responses={
            200: OpenApiResponse(ItemSerializer, description="Dropped."),
            202: OpenApiResponse(ItemSerializer, description="Noted: the answer will honour it."),
        },
    )
    def delete(self, request: Request, registration: UUID, section: int) -> Response:
        """Drop an item: at once if it is decided, else as a request that the decision honours."""
        drop = services.item_drop(
            student=_student(request), registration=registration, section=section
        )
        if drop is None:
            raise Http404
        items = _progress(request, registration).items
        item = next(item for item in items if item.section == section)
        return Response(item_json(item), status=200 if drop.is_done else 202)


def _student(request: Request) -> int:
    """The id of the caller; the permission class has ensured that they are signed in."""
    return int(request.user.pk or 0)


def _progress(request: Request, registration: UUID) -> progress.Progress:
    """The registrations the caller may follow: only their own."""
    found = registration_detail.registration_progress(
        registration=registration, student=_student(request)
    )
    if found is None:
        raise Http404
    return found


def _body(request: Request) -> bytes:
    """The raw body, parsed by hand for speed and precise errors."""
    inner: Any = request._request
    if inner.content_type != "application/json":
        raise UnsupportedMediaType(inner.content_type or "nothing")
    if int(inner.META.get("CONTENT_LENGTH") or 0) > parsing.BODY_BYTES:
        raise parsing.too_large()
    try:
        return bytes(inner.body)
    except UnreadablePostError:
        raise Refusal(Reason.MALFORMED, fault=_("The body did not arrive whole.")) from None


def _url(registration: UUID) -> str:
    return reverse("registration", args=[registration])


def _accepted(registration: UUID) -> HttpResponse:
    url = f"{_base()}{registration}/"
    body = json.dumps({"id": str(registration), "status": RegistrationStatus.PENDING, "url": url})
    headers = {"Location": url, "Retry-After": RETRY_AFTER}
    return HttpResponse(body, status=202, content_type="application/json", headers=headers)


@cache
def _base() -> str:
    return reverse("registrations")
