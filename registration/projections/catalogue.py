"""The catalogue, copied from events of `modules`; submission reads it. It may lag slightly.

A batch may hold several events of one row, so each statement takes the newest of each row.
"""

from project.bus.projections import Projection, rows
from project.events.modules import ModuleChanged, SectionChanged, TermChanged

EVENT_TYPES = (TermChanged, ModuleChanged, SectionChanged)
TABLES = ("registration_term", "registration_module", "registration_section")

_TERM = """
INSERT INTO registration_term (id, code, name, starts_on, ends_on, add_until, drop_until,
                               refund_until, is_draft, is_paused, breaks, teaching, version,
                               changed_at)
SELECT DISTINCT ON (term.term) term.term, term.code, term.name, term.starts_on, term.ends_on,
       term.add_until, term.drop_until, term.refund_until, coalesce(term.is_draft, false),
       coalesce(term.is_paused, false), coalesce(term.breaks, '[]'),
       ARRAY[coalesce(term.starts_on - DATE '1970-01-01', 0),
             coalesce(term.ends_on - DATE '1970-01-01', 99999)]
       || ARRAY(SELECT (one->>edge.name)::date - DATE '1970-01-01'
                  FROM jsonb_array_elements(coalesce(term.breaks, '[]'))
                       WITH ORDINALITY AS b(one, n),
                       (VALUES (0, 'starts_on'), (1, 'ends_on')) AS edge(rank, name)
                 ORDER BY b.n, edge.rank),
       event.version, event.recorded_at
  FROM event, jsonb_to_record(event.data)
       AS term(term bigint, code text, name text, starts_on date, ends_on date,
               add_until timestamptz, drop_until timestamptz, refund_until timestamptz,
               is_draft boolean, is_paused boolean, breaks jsonb)
 ORDER BY term.term, event.version DESC
ON CONFLICT (id) DO UPDATE
   SET code = excluded.code, name = excluded.name, starts_on = excluded.starts_on,
       ends_on = excluded.ends_on, add_until = excluded.add_until,
       drop_until = excluded.drop_until, refund_until = excluded.refund_until,
       is_draft = excluded.is_draft, is_paused = excluded.is_paused,
       breaks = excluded.breaks, teaching = excluded.teaching, version = excluded.version,
       changed_at = excluded.changed_at"""

_MODULE = """
INSERT INTO registration_module (id, code, title, credit_quarters, credit_quarters_max,
                                 department, requires, requirement_note, search, version,
                                 changed_at)
SELECT DISTINCT ON (m.module) m.module, m.code, m.title, m.credit_quarters,
       m.credit_quarters_max, coalesce(m.department, ''), coalesce(m.requires, '[]'),
       coalesce(m.requirement_note, ''),
       replace(fold_search(m.code), ' ', '') || ' ' || fold_search(m.code || ' ' || m.title),
       event.version, event.recorded_at
  FROM event, jsonb_to_record(event.data)
       AS m(module bigint, code text, title text, credit_quarters int, credit_quarters_max int,
            department text, requires jsonb, requirement_note text)
 ORDER BY m.module, event.version DESC
ON CONFLICT (id) DO UPDATE
   SET code = excluded.code, title = excluded.title, credit_quarters = excluded.credit_quarters,
       credit_quarters_max = excluded.credit_quarters_max, department = excluded.department,
       requires = excluded.requires, requirement_note = excluded.requirement_note,
       search = excluded.search, version = excluded.version, changed_at = excluded.changed_at"""

# Weekdays (0 … 6) and dates (days since 1970) share one axis of minutes without overlapping. A
# meeting from Sunday into Monday lies at both ends of the week. A weekly meeting of a section with
# days of its own has them, too.
_SECTION = """
INSERT INTO registration_section (id, term_id, module_id, module_code, code, seats, credit_quarters,
                                  credit_quarters_max, is_open, meetings, intervals,
                                  instructor, search, version, changed_at)
SELECT DISTINCT ON (s.section) s.section, s.term, s.module, s.module_code, s.code, s.seats,
       s.credit_quarters, s.credit_quarters_max, coalesce(s.is_open, true),
       coalesce((SELECT jsonb_agg(met || CASE WHEN met->>'day' IS NULL THEN '{}' ELSE days END
                                  ORDER BY n)
                   FROM jsonb_array_elements(s.meetings) WITH ORDINALITY AS m(met, n),
                        jsonb_strip_nulls(jsonb_build_object('starts_on', s.starts_on,
                                                             'ends_on', s.ends_on)) AS days), '[]'),
       ARRAY(SELECT edge.number
               FROM jsonb_array_elements(coalesce(s.meetings, '[]')) WITH ORDINALITY AS m(met, n),
            LATERAL (SELECT coalesce((met->>'day')::int,
                                     (met->>'date')::date - DATE '1970-01-01')
                      UNION ALL
                     SELECT -1 WHERE met->>'day' = '6' AND (met->>'end')::int > 1440) AS d(day),
            LATERAL (VALUES (0, 1440 * day + (met->>'start')::int),
                            (1, 1440 * day + (met->>'end')::int),
                            (2, coalesce(s.starts_on - DATE '1970-01-01', 0)),
                            (3, coalesce(s.ends_on - DATE '1970-01-01', 99999)))
                    AS edge(rank, number)
              WHERE met->>'day' IS NOT NULL OR met->>'date' IS NOT NULL
              ORDER BY m.n, d.day DESC, edge.rank),
       coalesce(s.instructor, ''), fold_search(coalesce(s.instructor, '')), event.version,
       event.recorded_at
  FROM event, jsonb_to_record(event.data)
       AS s(section bigint, term bigint, module bigint, module_code text, code text, seats int,
            credit_quarters int, credit_quarters_max int, is_open boolean, meetings jsonb,
            instructor text, starts_on date, ends_on date)
 ORDER BY s.section, event.version DESC
ON CONFLICT (id) DO UPDATE
   SET term_id = excluded.term_id, module_id = excluded.module_id,
       module_code = excluded.module_code, code = excluded.code, seats = excluded.seats,
       credit_quarters = excluded.credit_quarters,
       credit_quarters_max = excluded.credit_quarters_max, is_open = excluded.is_open,
       meetings = excluded.meetings, intervals = excluded.intervals,
       instructor = excluded.instructor, search = excluded.search, version = excluded.version,
       changed_at = excluded.changed_at"""

PROJECTIONS = (
    Projection(event=TermChanged, table="registration_term", sql=_TERM, writes=(rows(id="term"),)),
    Projection(
        event=ModuleChanged, table="registration_module", sql=_MODULE, writes=(rows(id="module"),)
    ),
    Projection(
        event=SectionChanged,
        table="registration_section",
        sql=_SECTION,
        writes=(rows(id="section"),),
    ),
)
