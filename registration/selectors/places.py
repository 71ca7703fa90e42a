"""Places in a queue, counted from 1: who is next."""

# For an item `i` of a registration `r`; null where it is in no queue. The queue is ordered by the
# place in line of the requests in it; all of them are answered.
PLACE_IN_QUEUE = """
CASE i.state WHEN 'queued' THEN (
     SELECT count(*)
       FROM registration_item other
       JOIN registration_registration before ON before.id = other.registration_id
       JOIN bus_line l ON l.event_id = before.event_id
      WHERE other.section_id = i.section_id AND other.state = 'queued'
        AND l.position <= (SELECT position FROM bus_line WHERE event_id = r.event_id))
END"""
