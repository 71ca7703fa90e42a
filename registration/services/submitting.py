"""The door: one transaction from the request to the accepted fact."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from project.bus.store import append
from project.crash import reach
from project.ids import uuid7
from project.messages.registration import Asked, Submitted
from project.refusals import Refusal
from registration.rules.asking import Asking
from registration.rules.eligibility import Stage, Violation, check_eligibility, violation_words
from registration.rules.words import words_for
from registration.selectors.door import DoorView, Knock, door_enter

RETRY_AFTER_SECONDS = 1


def registration_submit(*, student: int, key: str, asking: Asking) -> UUID:
    """Accept the request, or raise the `Refusal` that says why not. Two trips to the
    database: lock, key and all that the rules read; then the fact with everything it changes.

    The same key and request give the same registration again. A refusal stores nothing.
    """
    reach("registration.submit.before")
    knock = Knock(
        student=student,
        key=key,
        digest=hashlib.sha256(asking.canonical.encode()).digest(),
        registration=uuid7(),
        sections=asking.sections,
    )
    with transaction.atomic():
        registration = _enter(knock, asking)
        reach("registration.submit.uncommitted")
    reach("registration.submit.committed")
    return registration


def _enter(knock: Knock, asking: Asking) -> UUID:
    view = door_enter(knock)
    if view == "still_processing":
        raise _refusal("still_processing", retry_after=RETRY_AFTER_SECONDS)
    if view == "not_a_student" or not view.is_active:
        raise _refusal("not_a_student", status=403)
    if view.key_registration is None:
        return _accept(knock, asking, view)
    if view.key_hash != knock.digest:
        raise _refusal("idempotency_key_reused", status=422)
    return view.key_registration


def _accept(knock: Knock, asking: Asking, view: DoorView) -> UUID:
    violations = check_eligibility(view.context, Stage.SUBMISSION)
    if violations:
        raise _refused(violations)
    append([_submitted(knock, asking, view)])
    return knock.registration


def _submitted(knock: Knock, asking: Asking, view: DoorView) -> Submitted:
    requested = view.context.requested
    return Submitted(
        registration=str(knock.registration),
        student=knock.student,
        programme=view.programme,
        term=requested[0].term,
        mode=asking.mode,
        on_full=asking.on_full,
        items=tuple(
            [Asked(section=r.section, module=r.module, credits=r.credits) for r in requested]
        ),
    )


def _refusal(code: str, *, status: int = 409, **extra: object) -> Refusal:
    words = words_for(code, gettext)
    return Refusal(code, words.sentence, status=status, fix=words.fix, **extra)


def _refused(violations: Sequence[Violation]) -> Refusal:
    first, *others = violations
    words, sections = violation_words(first, gettext), first.details.sections
    extra: dict[str, Any] = {"sections": list(sections)} if sections else {}
    if others:
        extra["also"] = [_also(other) for other in others]
    return Refusal(first.code, words.sentence, fix=words.fix, **extra)


def _also(violation: Violation) -> dict[str, str]:
    words = violation_words(violation, gettext)
    return {"code": violation.code, "detail": words.sentence, "fix": words.fix}
