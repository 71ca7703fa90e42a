-- How many of these sections have no free seat, and how many released seats were allocated again.
SELECT (SELECT count(*) FROM modules_section s
         WHERE s.id = ANY(%(sections)s) AND s.seats <=
               (SELECT count(*) FROM modules_allocation a
                 WHERE a.section_id = s.id AND a.state = 'live')),
       (SELECT count(*) FROM bus_event
         WHERE type = 'modules.seat_offered.v1'
           AND (data->>'section')::bigint = ANY(%(sections)s))
