# ruff: noqa: S608  (put together from the constants below, nothing comes from outside)
"""What must hold of registration's own tables, as SQL whose rows break it."""

from project.bus.registry import Invariant

_CURRENT = """
SELECT i.*, c.term_id, c.slots
  FROM registration_item i JOIN registration_section c ON c.id = i.section_id
 WHERE i.state IN ('pending', 'offered', 'confirmed')"""

_SLOTS = f"""
SELECT i.student_id, i.term_id, i.registration_id, i.section_id, i.slots[n] AS starts,
       i.slots[n + 1] AS ends
  FROM ({_CURRENT}) i, generate_series(1, cardinality(i.slots), 2) AS n"""

PROMISES = (
    Invariant(
        name="registration: answered means that no item is pending",
        sql="""
SELECT r.id::text AS registration, r.answered_at::text
  FROM registration_registration r
 WHERE (r.answered_at IS NULL) IS DISTINCT FROM EXISTS (
       SELECT 1 FROM registration_item i WHERE i.registration_id = r.id AND i.state = 'pending')""",
    ),
    Invariant(
        name="registration: nothing is pending or offered",
        at_rest=True,
        sql="""
SELECT registration_id::text, section_id::text, state
  FROM registration_item WHERE state IN ('pending', 'offered')""",
    ),
    Invariant(
        name="registration: no module twice in a schedule",
        sql=f"""
SELECT student_id::text, term_id::text, module_code
  FROM ({_CURRENT}) i GROUP BY student_id, term_id, module_code HAVING count(*) > 1""",
    ),
    Invariant(
        name="registration: no clash in a schedule",
        sql=f"""
SELECT a.student_id::text, a.section_id::text, b.section_id::text AS other
  FROM ({_SLOTS}) a JOIN ({_SLOTS}) b
    ON a.student_id = b.student_id AND a.term_id = b.term_id AND a.section_id < b.section_id
   AND a.starts < b.ends AND b.starts < a.ends""",
    ),
    Invariant(
        name="registration: credits within the limit",
        sql=f"""
SELECT i.student_id::text, i.term_id::text, sum(i.credits)::text AS credits
  FROM ({_CURRENT}) i JOIN registration_student s ON s.id = i.student_id
 GROUP BY i.student_id, i.term_id, s.credit_limit HAVING sum(i.credits) > s.credit_limit""",
    ),
)
