# ruff: noqa: S608  (composed from the constants below only)
"""Invariants of registration's own tables and events."""

from project.bus.registry import Invariant
from project.events.vocabulary import fill_words

_CURRENT = fill_words("""
SELECT i.*, c.term_id
  FROM registration_item i JOIN registration_section c ON c.id = i.section_id
 WHERE i.state IN <SCHEDULE_STATES>""")

# A waitlisted section is given when its offer is evaluated, any other when it is submitted. One
# without credits is within any limit.
_OVER_LIMIT = fill_words(f"""
WITH offered AS (
    SELECT (data->>'registration')::uuid AS registration_id,
           (data->>'section')::bigint AS section_id, max(id) AS event_id
      FROM bus_event
     WHERE type = 'registration.offer_evaluated.v1' AND data->>'outcome' = <OfferOutcome.OFFERED>
     GROUP BY 1, 2),
given AS (
    SELECT i.student_id, i.term_id, coalesce(o.event_id, r.event_id) AS event_id,
           sum(i.credit_quarters) AS quarters
      FROM ({_CURRENT}) i
      JOIN registration_registration r ON r.id = i.registration_id
      LEFT JOIN offered o USING (registration_id, section_id)
     GROUP BY 1, 2, 3),
total AS (
    SELECT student_id, term_id, event_id, quarters AS added,
           sum(quarters) OVER (PARTITION BY student_id, term_id ORDER BY event_id) AS quarters
      FROM given),
limited AS (
    SELECT t.*, s.credit_limit_quarters AS now_limit,
           (SELECT (e.data->>'credit_limit_quarters')::int FROM bus_event e
             WHERE e.stream = 'student:' || t.student_id AND e.id < t.event_id
               AND e.type = 'registration.student_changed.v1'
             ORDER BY e.version DESC LIMIT 1) AS then_limit
      FROM total t JOIN registration_student s ON s.id = t.student_id)
SELECT student_id AS student, term_id AS term, trim_scale(max(quarters) / 4.0) AS credits,
       'more than ' || trim_scale(coalesce(
           min(then_limit) FILTER (WHERE added > 0 AND quarters > then_limit),
           min(now_limit)) / 4.0) AS "limit",
       bool_or(added > 0 AND quarters > then_limit) IS NOT TRUE AS changed_since
  FROM limited
 GROUP BY student_id, term_id
HAVING bool_or(added > 0 AND quarters > then_limit) OR max(quarters) > min(now_limit)""")

_UNREGISTERED = """
WITH submitted AS (
    SELECT e.id, (e.data->>'registration')::uuid AS registration,
           (item->>'section')::bigint AS section
      FROM bus_event e CROSS JOIN LATERAL jsonb_array_elements(e.data->'items') AS item
     WHERE e.type = 'registration.submitted.v1'),
kept AS (
    SELECT r.event_id AS id, r.id AS registration, i.section_id AS section
      FROM registration_registration r LEFT JOIN registration_item i ON i.registration_id = r.id)
SELECT 'registration ' || coalesce(submitted.registration, kept.registration) || ' section '
       || coalesce(submitted.section, kept.section, 0)
       || CASE WHEN kept.registration IS NULL THEN ': submitted, but not stored'
               ELSE ': stored, but never submitted' END AS broken
  FROM submitted FULL JOIN kept USING (id, registration, section)
 WHERE submitted.registration IS NULL OR kept.registration IS NULL
UNION ALL
SELECT 'key ' || k.key || ' of student ' || k.student_id || ': no registration '
       || k.registration_id
  FROM registration_idempotency_key k
 WHERE NOT EXISTS (SELECT FROM registration_registration r WHERE r.id = k.registration_id)"""

_UNDECIDED = """
WITH decided AS (
    SELECT v.flow_id, (item->>'section')::bigint AS section
      FROM bus_event v CROSS JOIN LATERAL jsonb_array_elements(v.data->'items') AS item
     WHERE v.type = 'registration.decided.v1'
    UNION ALL
    SELECT s.id, (item->>'section')::bigint
      FROM bus_event x CROSS JOIN LATERAL jsonb_array_elements(x.data->'items') AS item
      JOIN bus_event s ON s.stream = x.stream AND s.type = 'registration.submitted.v1'
     WHERE x.type = 'registration.expired.v1'),
counted AS (SELECT flow_id, section, count(*) AS n FROM decided GROUP BY flow_id, section)
SELECT 'registration ' || (s.data->>'registration') || ' section ' || (item->>'section') || ': '
       || coalesce(c.n, 0) || ' answers' AS broken
  FROM bus_event s
 CROSS JOIN LATERAL jsonb_array_elements(s.data->'items') AS item
  LEFT JOIN counted c ON c.flow_id = s.id AND c.section = (item->>'section')::bigint
 WHERE s.type = 'registration.submitted.v1' AND coalesce(c.n, 0) <> 1"""

INVARIANTS = (
    Invariant(
        name="registration: answered means that no item is pending",
        check=fill_words("""
SELECT r.id::text AS registration, r.decided_at::text
  FROM registration_registration r
 WHERE (r.decided_at IS NULL) IS DISTINCT FROM EXISTS (
       SELECT 1 FROM registration_item i
        WHERE i.registration_id = r.id AND i.state = <ItemState.PENDING>)"""),
    ),
    Invariant(
        name="registration: nothing is pending or offered",
        at_rest=True,
        check=fill_words("""
SELECT registration_id::text, section_id::text, state
  FROM registration_item WHERE state IN <UNDECIDED_STATES>"""),
    ),
    Invariant(
        name="registration: no module twice in a schedule",
        check=f"""
SELECT student_id::text, term_id::text, module_code
  FROM ({_CURRENT}) i GROUP BY student_id, term_id, module_code HAVING count(*) > 1""",
    ),
    Invariant(
        name="registration: credits within the limit",
        meaning="When a student was given a section, the credits of the term were within the "
        "student's limit. A student over a limit that staff lowered since is listed.",
        check=_OVER_LIMIT,
    ),
    Invariant(
        name="every accepted request has exactly one registration",
        meaning="The submitted events, registrations and their items are the same set; every "
        "idempotency key belongs to one of them.",
        check=_UNREGISTERED,
    ),
    Invariant(
        name="accepted equals answered",
        meaning="Each accepted request was decided exactly once (or expired), for exactly the "
        "items it asked for.",
        at_rest=True,
        check=_UNDECIDED,
    ),
)
