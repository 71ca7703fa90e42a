-- name: seats and items agree
-- meaning: A confirmed item has exactly one live allocation, a waitlisted one a waitlist entry,
-- any other neither.
-- at rest: yes
WITH held AS (
    SELECT registration_id, section_id, <ItemState.CONFIRMED> AS state
      FROM modules_allocation WHERE state = <AllocationState.LIVE>
    UNION ALL
    SELECT registration_id, section_id, <ItemState.WAITLISTED>
      FROM modules_waitlist_entry WHERE state IN <WAITLISTED_ENTRIES>),
item AS (
    SELECT registration_id, section_id, state
      FROM registration_item WHERE state IN (<ItemState.CONFIRMED>, <ItemState.WAITLISTED>))
SELECT 'registration ' || coalesce(item.registration_id, held.registration_id) || ' section '
       || coalesce(item.section_id, held.section_id) || ': item '
       || coalesce(item.state, 'neither') || ', seats say '
       || coalesce(held.state, 'neither') AS broken
  FROM item FULL JOIN held USING (registration_id, section_id, state)
 WHERE item.state IS NULL OR held.state IS NULL
