"""Submission: one transaction from the request to the accepted event."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from project.bus.store import append
from project.events.reasons import Reason
from project.events.registration import RequestedItem, Submitted
from project.ops.faultpoints import crash_point
from project.ops.ids import uuid7
from project.web.campus_time import format_time
from project.web.errors.base import Refusal
from registration.rules.eligibility import Stage, Violation, check_eligibility, violation_text
from registration.rules.request import RegistrationRequest
from registration.selectors.submission import SubmissionAttempt, SubmissionContext, lock_and_load

RETRY_AFTER_SECONDS = 1
PAUSED_RETRY_SECONDS = 60


def registration_submit(*, student: int, key: str, request: RegistrationRequest) -> UUID:
    """Accept the request, or raise a `Refusal` with the reason. Two database round trips: one for
    the locks, the key and everything the rules read, one for the event and its projections.

    The same key and request return the same registration again. A refusal stores nothing.
    """
    crash_point("registration.submit.before")
    attempt = SubmissionAttempt(
        student=student,
        key=key,
        digest=hashlib.sha256(request.canonical.encode()).digest(),
        registration=uuid7(),
        sections=request.sections,
        chosen_credits=request.chosen_credits,
    )
    with transaction.atomic():
        registration = _enter(attempt, request)
        crash_point("registration.submit.uncommitted")
    crash_point("registration.submit.committed")
    return registration


def _enter(attempt: SubmissionAttempt, request: RegistrationRequest) -> UUID:
    view = lock_and_load(attempt)
    if view == Reason.STILL_PROCESSING:
        raise Refusal(Reason.STILL_PROCESSING, extra={"retry_after": RETRY_AFTER_SECONDS})
    if view == Reason.NOT_A_STUDENT or not view.is_active:
        raise Refusal(Reason.NOT_A_STUDENT)
    if view.key_registration is None:
        return _accept(attempt, request, view)
    if view.key_hash != attempt.digest:
        raise Refusal(Reason.IDEMPOTENCY_KEY_REUSED)
    return view.key_registration


def _accept(
    attempt: SubmissionAttempt, request: RegistrationRequest, view: SubmissionContext
) -> UUID:
    violations = check_eligibility(view.context, Stage.SUBMISSION)
    if violations:
        raise refusal_for(violations)
    append([_submitted(attempt, request, view)])
    return attempt.registration


def _submitted(
    attempt: SubmissionAttempt, request: RegistrationRequest, view: SubmissionContext
) -> Submitted:
    requested = view.context.requested
    return Submitted(
        registration=str(attempt.registration),
        student=attempt.student,
        programme=view.programme,
        term=requested[0].term,
        mode=request.mode,
        on_full=request.on_full,
        items=tuple(
            [
                RequestedItem(section=r.section, module=r.module, credit_quarters=r.credit_quarters)
                for r in requested
            ]
        ),
    )


def refusal_for(violations: Sequence[Violation]) -> Refusal:
    """The refusal for these violations, the most important first."""
    first, *others = violations
    sections = first.details.sections
    extra: dict[str, Any] = {"sections": list(sections)} if sections else {}
    if first.code == Reason.PAUSED:
        extra["retry_after"] = PAUSED_RETRY_SECONDS
    if others:
        extra["also"] = [_also(other) for other in others]
    details = first.details
    return Refusal(first.code, text=details.text, extra=extra, **details.values)


def _also(violation: Violation) -> dict[str, str]:
    words = violation_text(violation, gettext, format_time)
    return {"code": violation.code, "detail": words.sentence, "fix": words.fix}
