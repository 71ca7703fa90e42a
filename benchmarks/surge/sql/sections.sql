-- The sections of a term and the prerequisites of their modules, by their latest events.
WITH section AS (
    SELECT DISTINCT ON (stream) data FROM bus_event
     WHERE type = 'modules.section_changed.v1' AND (data->>'term')::bigint = %(term)s
     ORDER BY stream, version DESC),
module AS (
    SELECT DISTINCT ON (stream) data FROM bus_event
     WHERE type = 'modules.module_changed.v1' ORDER BY stream, version DESC)
SELECT section.data, coalesce(module.data->'requires', '[]')
  FROM section LEFT JOIN module ON module.data->>'module' = section.data->>'module'
 ORDER BY (section.data->>'section')::bigint
