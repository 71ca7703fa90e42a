"""Everything a submission reads, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from project.bus.sql import Prepared, Record, fetch_records, run_records
from project.events.modules import Clause
from project.events.reasons import Reason
from project.events.vocabulary import fill_words
from registration.rules.eligibility import EligibilityContext, RequestedSection, Window
from registration.rules.people import COUNTING
from registration.rules.schedule import ScheduleEntry
from registration.selectors.audience import OPENS_FOR
from registration.selectors.blocks import REASONS
from registration.selectors.rule_sections import RULE_COLUMNS

# Two requests with one key: the second must not wait for the first, so it only tries the lock. Two
# requests of one student: the second waits, so that it is checked against the first one's result.
_LOCK = Prepared(
    name="registration_submission_lock",
    types="bigint, text",
    sql="""
WITH attempt AS MATERIALIZED (
     SELECT pg_try_advisory_xact_lock(hashtextextended($2, $1)) AS free),
     student AS MATERIALIZED (
     SELECT s.id FROM registration_student s, attempt
      WHERE s.id = $1 AND attempt.free
        FOR NO KEY UPDATE OF s)
SELECT set_config('registration.key_is_free', attempt.free::text, true), student.id
  FROM attempt LEFT JOIN student ON true""",
)

# Looked up, not tried: even a shared lock, held for a moment, would make a request fail. A lock of
# one number is listed as its upper and its lower half.
_IS_IN_PROGRESS = """
SELECT EXISTS (
       SELECT FROM pg_locks l, hashtextextended(%s, %s) AS number
        WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND l.classid = ((number >> 32) & 4294967295)::oid
          AND l.objid = (number & 4294967295)::oid) AS is_in_progress"""

# Name and column of what is read as JSON arrays: names in the JSON of every row would cost time on
# the hottest path.
_REQUESTED = {
    **RULE_COLUMNS,
    "term": "c.term_id",
    "code": "c.code",
    "credit_quarters": "c.credit_quarters",
    "credit_quarters_max": "c.credit_quarters_max",
    "open": "c.is_open AND c.seats IS DISTINCT FROM 0",
    "is_paused": "t.is_paused",
    "requires": "m.requires",
}
_ENTRY = {
    **RULE_COLUMNS,
    "is_waitlisted": "i.state = <ItemState.WAITLISTED>",
    "credit_quarters": "i.credit_quarters",
}

# Everything a submission reads, for student $1, key $2 and sections $3.
_SEEN = """
SELECT clock_timestamp() AS now, k.body_hash AS key_hash, k.registration_id AS key_registration,
       u.is_active, s.programme, s.credit_limit_quarters, ARRAY(
       SELECT a.module_code FROM registration_attempt a
        WHERE a.student_id = s.id AND a.status = ANY ('<counting>')) AS transcript,
       <blocks> AS blocks, w.opens, w.closes, asked.requested,
       (SELECT json_agg(json_build_array(<entry>))
          FROM registration_item i JOIN registration_section c ON c.id = i.section_id
         WHERE i.student_id = s.id AND c.term_id = asked.term
           AND i.state IN <LIVE_STATES>) AS entries,
       (SELECT t.teaching FROM registration_term t WHERE t.id = asked.term) AS teaching
  FROM registration_student s
  JOIN accounts_user u ON u.id = s.id
  LEFT JOIN registration_idempotency_key k ON k.student_id = s.id AND k.key = $2
 CROSS JOIN LATERAL (
       SELECT min(c.term_id) AS term,
              json_agg(json_build_array(<requested>) ORDER BY array_position($3, c.id))
              AS requested
         FROM registration_section c JOIN registration_module m ON m.id = c.module_id
         JOIN registration_term t ON t.id = c.term_id AND NOT t.is_draft
        WHERE c.id = ANY ($3)) asked
 CROSS JOIN LATERAL (
       SELECT array_agg(w.opens_at ORDER BY w.id) AS opens,
              array_agg(w.closes_at ORDER BY w.id) AS closes
         FROM registration_window w
        WHERE w.term_id = asked.term AND <opens for>) w
 WHERE s.id = $1"""
_SEEN = fill_words(
    _SEEN.replace("<requested>", ", ".join(_REQUESTED.values()))
    .replace("<entry>", ", ".join(_ENTRY.values()))
    .replace("<counting>", f"{{{','.join(COUNTING)}}}")
    .replace("<blocks>", REASONS)
    .replace("<opens for>", OPENS_FOR)
)

# Insert the idempotency key before the rules run; a refusal rolls it back. Skip it if the key
# exists, so that a concurrent purge cannot make us re-create it.
_VIEW = Prepared(
    name="registration_submission_view",
    types="bigint, text, bigint[], bytea, uuid",
    sql="""
WITH attempt AS (
     SELECT current_setting('registration.key_is_free')::boolean AS free),
     kept AS (
     INSERT INTO registration_idempotency_key (student_id, key, body_hash, registration_id)
     SELECT s.id, $2, $4, $5 FROM registration_student s, attempt
      WHERE s.id = $1 AND attempt.free
        AND NOT EXISTS (SELECT FROM registration_idempotency_key o
                          WHERE o.student_id = $1 AND o.key = $2)
         ON CONFLICT (student_id, key) DO NOTHING)
SELECT attempt.free, seen.*
  FROM attempt LEFT JOIN LATERAL (<seen>) seen ON attempt.free""".replace("<seen>", _SEEN),
)
_LOOK = Prepared(name="registration_submission_preview", types="bigint, text, bigint[]", sql=_SEEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionAttempt:
    """One submission attempt. `registration` is the id to use if it is accepted."""

    student: int
    key: str
    digest: bytes
    registration: UUID
    sections: tuple[int, ...]
    chosen_credits: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionContext:
    """The student, the registration already made with this key (if any), and the rules' input."""

    is_active: bool
    programme: str
    key_hash: bytes | None
    key_registration: UUID | None
    context: EligibilityContext


def lock_and_load(
    attempt: SubmissionAttempt,
) -> SubmissionContext | Literal[Reason.STILL_PROCESSING, Reason.NOT_A_STUDENT]:
    """Lock key and student until the transaction ends, store the key, and read everything the
    rules need. Two statements in one round trip: the second sees what earlier holders committed.
    """
    who = [attempt.student, attempt.key]
    rest = [list(attempt.sections), attempt.digest, attempt.registration]
    (record,) = run_records((_LOCK, who), (_VIEW, [*who, *rest]))
    if not record.pop("free"):
        return Reason.STILL_PROCESSING
    if record["now"] is None:
        return Reason.NOT_A_STUDENT
    return _view(record, attempt.sections, attempt.chosen_credits)


def preview(
    *, student: int, key: str, sections: tuple[int, ...], chosen_credits: Mapping[int, int]
) -> SubmissionContext | None:
    """The same without locks and without storing the key: what a submission would read now. None
    for a user who is not a student."""
    records = run_records((_LOOK, [student, key, list(sections)]))
    return _view(records[0], sections, chosen_credits) if records else None


def is_in_progress(*, student: int, key: str) -> bool:
    """Whether a submission with this key is in progress. It ends after its commit: a later read
    finds its registration, or none because it was refused."""
    return bool(fetch_records(_IS_IN_PROGRESS, [key, student])[0]["is_in_progress"])


def clause_read(data: dict[str, Any]) -> Clause:
    """Parse a clause of a requirement as stored in the catalogue."""
    return Clause(any_of=tuple(data["any_of"]), together=tuple(data.get("together", ())))


def _view(
    record: Record, sections: tuple[int, ...], chosen_credits: Mapping[int, int]
) -> SubmissionContext:
    key_hash = record["key_hash"]
    named = [dict(zip(_ENTRY, entry, strict=True)) for entry in record["entries"] or ()]
    entries = [(entry.pop("is_waitlisted"), entry) for entry in named]
    context = EligibilityContext(
        now=record["now"],
        asked=sections,
        requested=tuple([_requested(one, chosen_credits) for one in record["requested"] or ()]),
        credit_limit_quarters=record["credit_limit_quarters"],
        windows=_windows(record["opens"], record["closes"]),
        blocks=tuple(record["blocks"]),
        transcript=frozenset(record["transcript"]),
        schedule=_entries(entries, is_waitlisted=False),
        waitlisted=_entries(entries, is_waitlisted=True),
        teaching=record["teaching"] or (),
    )
    return SubmissionContext(
        is_active=record["is_active"],
        programme=record["programme"],
        key_hash=None if key_hash is None else bytes(key_hash),
        key_registration=record["key_registration"],
        context=context,
    )


def _windows(opens: list[datetime] | None, closes: list[datetime] | None) -> tuple[Window, ...]:
    pairs = zip(opens or (), closes or (), strict=True)
    return tuple([Window(opens_at=opened, closes_at=closed) for opened, closed in pairs])


def _requested(values: list[Any], chosen_credits: Mapping[int, int]) -> RequestedSection:
    read = dict(zip(_REQUESTED, values, strict=True))
    least, most = read.pop("credit_quarters"), read.pop("credit_quarters_max")
    requires = tuple([clause_read(clause) for clause in read.pop("requires")])
    return RequestedSection(
        credit_quarters=chosen_credits.get(read["section"], least),
        credit_range=(least, least if most is None else most),
        requires=requires,
        **read,
    )


def _entries(
    entries: list[tuple[bool, Record]], *, is_waitlisted: bool
) -> tuple[ScheduleEntry, ...]:
    return tuple([ScheduleEntry(**entry) for waits, entry in entries if waits is is_waitlisted])
