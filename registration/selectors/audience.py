"""Who a window opens for: one condition, for every statement that asks."""

import json

from project.bus.sql import fetch
from registration.models import Category, Window
from registration.rules.people import Categories, Kind
from registration.rules.people import Category as CategoryRow

# Whether the window `w` opens for the student `s`.
OPENS_FOR = """w.programme IN ('', s.programme) AND (w.year IS NULL OR w.year = s.year)
          AND w.level IN ('', s.level) AND w.campus IN ('', s.campus)
          AND (w.student_group = '' OR w.student_group = ANY (s.groups))"""

# Students are counted by combination first: there are few of them, whatever their number.
_COUNTS = f"""
WITH combination AS MATERIALIZED (
     SELECT s.programme, s.year, s.level, s.campus, s.groups, count(*) AS students
       FROM registration_student s JOIN accounts_user u ON u.id = s.id AND u.is_active
      GROUP BY 1, 2, 3, 4, 5)
SELECT w.n, coalesce(sum(s.students), 0)
  FROM jsonb_to_recordset(%s) AS w(n int, programme text, year int, level text, campus text,
                                   student_group text)
  LEFT JOIN combination s ON {OPENS_FOR}
 GROUP BY w.n ORDER BY w.n"""  # noqa: S608 -- a constant


def count_audiences(windows: list[Window]) -> list[int]:
    """How many active students each of these windows opens for, stored or not."""
    asked = [
        {
            "n": n,
            "programme": one.programme,
            "year": one.year,
            "level": one.level,
            "campus": one.campus,
            "student_group": one.student_group,
        }
        for n, one in enumerate(windows)
    ]
    return [int(count) for _, count in fetch(_COUNTS, [json.dumps(asked)])]


def load_categories() -> Categories:
    """Every category by kind and code, retired ones too."""
    return {
        (Kind(row.kind), row.code): CategoryRow(
            kind=Kind(row.kind),
            code=row.code,
            name=row.name,
            years=row.years,
            is_retired=row.is_retired,
        )
        for row in Category.objects.all()
    }
