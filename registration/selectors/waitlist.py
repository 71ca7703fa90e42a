"""Places in a queue, counted from 1: who is next."""

# For an item `i` of a registration `r`; null where it is in no queue. The queue is ordered by the
# place in line of the requests in it; all of them are answered.
WAITLIST_POSITION = """
CASE i.state WHEN 'waitlisted' THEN (
     SELECT count(*)
       FROM registration_item other
       JOIN registration_registration before ON before.id = other.registration_id
       JOIN bus_position l ON l.event_id = before.event_id
      WHERE other.section_id = i.section_id AND other.state = 'waitlisted'
        AND l.position <= (SELECT position FROM bus_position WHERE event_id = r.event_id))
END"""
