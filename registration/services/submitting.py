"""The door: one transaction from the request to the accepted fact."""

import hashlib
from typing import Any
from uuid import UUID

from django.db import transaction

from project.bus.sql import run_prepared
from project.bus.store import append
from project.crash import reach
from project.ids import uuid7
from project.messages.registration import Asked, Submitted
from project.refusals import Refusal
from registration.rules.asking import Asking
from registration.rules.door import Problem, judge
from registration.rules.words import words_for
from registration.selectors.door import DoorView, door_view

RETRY_AFTER_SECONDS = 1

# Two requests with one key: the second must not wait for the first, so it only tries. Two requests
# of one student: the second waits, so that both are judged by the same schedule, one after another.
_LOCK = """
WITH attempt AS MATERIALIZED (
     SELECT pg_try_advisory_xact_lock(hashtextextended($2, $1)) AS free),
     student AS MATERIALIZED (
     SELECT s.id FROM registration_student s, attempt
      WHERE s.id = $1 AND attempt.free
        FOR NO KEY UPDATE OF s)
SELECT attempt.free, student.id IS NOT NULL FROM attempt LEFT JOIN student ON true"""

_KEEP_KEY = """
INSERT INTO registration_key (student_id, key, body_hash, registration_id)
VALUES ($1, $2, $3, $4)"""


def registration_submit(*, student: int, key: str, asking: Asking) -> UUID:
    """Accept the request, or raise the `Refusal` that says why not. Four statements.

    The same key and request give the same registration again. A refusal stores nothing.
    """
    reach("registration.submit.before")
    digest = hashlib.sha256(asking.canonical.encode()).digest()
    with transaction.atomic():
        _lock(student, key)
        view = door_view(student=student, key=key, sections=asking.sections)
        if view is None or not view.is_active:
            raise _refusal("not_a_student", status=403)
        if view.key_registration is not None:
            return _again(view, digest)
        registration = _accept(student, asking, view)
        _keep_key(student, key, digest, registration)
        reach("registration.submit.uncommitted")
    reach("registration.submit.committed")
    return registration


def _lock(student: int, key: str) -> None:
    rows = run_prepared(
        name="registration_submit_lock", sql=_LOCK, params=[student, key], types="bigint, text"
    )
    is_free, is_student = rows[0]
    if not is_free:
        raise _refusal("still_processing", retry_after=RETRY_AFTER_SECONDS)
    if not is_student:
        raise _refusal("not_a_student", status=403)


def _again(view: DoorView, digest: bytes) -> UUID:
    if view.key_registration is None or view.key_hash != digest:
        raise _refusal("idempotency_key_reused", status=422)
    return view.key_registration


def _accept(student: int, asking: Asking, view: DoorView) -> UUID:
    problems = judge(view.case)
    if problems:
        raise _refused(problems)
    registration = uuid7()
    append([_submitted(registration, student, asking, view)])
    return registration


def _submitted(registration: UUID, student: int, asking: Asking, view: DoorView) -> Submitted:
    choices = view.case.choices
    return Submitted(
        registration=str(registration),
        student=student,
        programme=view.programme,
        term=choices[0].term,
        mode=asking.mode,
        on_full=asking.on_full,
        items=tuple(
            [Asked(section=c.section, module=c.module, credits=c.credits) for c in choices]
        ),
    )


def _keep_key(student: int, key: str, digest: bytes, registration: UUID) -> None:
    run_prepared(
        name="registration_submit_key",
        sql=_KEEP_KEY,
        params=[student, key, digest, registration],
        types="bigint, text, bytea, uuid",
    )


def _refusal(code: str, *, status: int = 409, **extra: object) -> Refusal:
    words = words_for(code)
    return Refusal(code, words.sentence, status=status, fix=words.fix, **extra)


def _refused(problems: list[Problem]) -> Refusal:
    first, *others = problems
    also = [{"code": p.code, "detail": p.detail, "fix": p.fix} for p in others]
    extra: dict[str, Any] = {"sections": list(first.sections)} if first.sections else {}
    if also:
        extra["also"] = also
    return Refusal(first.code, first.detail, fix=first.fix, **extra)
