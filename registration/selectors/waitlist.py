"""Waitlist positions, counted from 1 (next)."""

from project.events.vocabulary import fill_words

# For an item `i` of a registration `r`; null if it is not waitlisted. A waitlist is ordered by the
# position of its requests; all of them have been decided.
WAITLIST_POSITION = fill_words("""
CASE i.state WHEN <ItemState.WAITLISTED> THEN (
     SELECT count(*)
       FROM registration_item other
       JOIN registration_registration before ON before.id = other.registration_id
       JOIN bus_position l ON l.event_id = before.event_id
      WHERE other.section_id = i.section_id AND other.state = <ItemState.WAITLISTED>
        AND l.position <= (SELECT position FROM bus_position WHERE event_id = r.event_id))
END""")
