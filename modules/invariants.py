"""What must always be true of the tables of `modules`."""

from project.bus.registry import Invariant
from project.events.vocabulary import fill_words

_OVERSOLD = fill_words("""
SELECT s.id AS section, s.seats, count(*) AS live
  FROM modules_section s
  JOIN modules_allocation a ON a.section_id = s.id AND a.state = <AllocationState.LIVE>
 GROUP BY s.id HAVING count(*) > s.seats""")

_TWO_ON_A_SEAT = fill_words("""
SELECT section_id AS section, seat, array_agg(registration_id) AS registrations
  FROM modules_allocation WHERE state = <AllocationState.LIVE> AND seat IS NOT NULL
 GROUP BY section_id, seat HAVING count(*) > 1""")

_TWO_FOR_ONE = fill_words("""
SELECT section_id AS section, student_id AS student, array_agg(registration_id) AS registrations
  FROM modules_allocation WHERE state = <AllocationState.LIVE>
 GROUP BY section_id, student_id HAVING count(*) > 1""")

# At rest only: new seats stay free until the event that added them is processed. A student who was
# passed over waits for something else. No waitlist of a closed section moves, and none after the
# term's deadline.
_EMPTY_BESIDE_A_QUEUE = fill_words("""
SELECT s.id AS section, s.seats, l.live, w.waiting
  FROM modules_section s JOIN modules_term t ON t.id = s.term_id,
       LATERAL (SELECT count(*) AS live FROM modules_allocation
                 WHERE section_id = s.id AND state = <AllocationState.LIVE>) l,
       LATERAL (SELECT count(*) AS waiting FROM modules_waitlist_entry
                 WHERE section_id = s.id AND state = <WaitlistState.WAITING>) w
 WHERE w.waiting > 0 AND (s.seats IS NULL OR l.live < s.seats) AND s.is_open
   AND NOT t.is_paused
   AND coalesce(t.add_until,
                least((SELECT max(closes_at) FROM modules_window WHERE term_id = t.id),
                      (t.ends_on + 1)::timestamptz),
                'infinity') > statement_timestamp()""")

_MISCOUNTED = fill_words("""
SELECT s.id AS section, s.taken, l.live, s.waiting, w.waiting AS in_queue
  FROM modules_section s,
       LATERAL (SELECT count(*) AS live FROM modules_allocation
                 WHERE section_id = s.id AND state = <AllocationState.LIVE>) l,
       LATERAL (SELECT count(*) AS waiting FROM modules_waitlist_entry
                 WHERE section_id = s.id AND state IN <WAITLISTED_ENTRIES>) w
 WHERE s.taken <> l.live OR s.waiting <> w.waiting""")

_SEATED_AND_WAITING = fill_words("""
SELECT a.section_id AS section, a.student_id AS student
  FROM modules_allocation a
  JOIN modules_waitlist_entry p ON p.section_id = a.section_id AND p.student_id = a.student_id
 WHERE a.state = <AllocationState.LIVE> AND p.state IN <WAITLISTED_ENTRIES>""")

INVARIANTS = (
    Invariant(name="live allocations are no more than the seats", check=_OVERSOLD),
    Invariant(name="no two live allocations on one seat", check=_TWO_ON_A_SEAT),
    Invariant(name="at most one live allocation per student and section", check=_TWO_FOR_ONE),
    Invariant(
        name="nobody is waitlisted for a section with a free seat",
        check=_EMPTY_BESIDE_A_QUEUE,
        at_rest=True,
    ),
    Invariant(name="counts of taken and waiting are true", check=_MISCOUNTED),
    Invariant(name="nobody is waitlisted for a seat they have", check=_SEATED_AND_WAITING),
)
