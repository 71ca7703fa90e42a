"""What staff see of a student beside the form: windows, blocks, registrations, transcript."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from project.accounts.models import User
from project.bus.sql import fetch
from registration.models import Attempt, Student, Window
from registration.selectors.audience import OPENS_FOR
from registration.selectors.progress import Progress, registration_summary, registrations_of

_MOST_REGISTRATIONS = 20
_WINDOWS = f"""
SELECT w.id FROM registration_student s JOIN registration_window w ON {OPENS_FOR}
 WHERE s.id = %s"""  # noqa: S608 -- a constant


def among_students(people: QuerySet[User]) -> QuerySet[User]:
    """Those of these people who are students."""
    return people.filter(pk__in=Student.objects.values("pk"))


def describe_students(users: Sequence[int]) -> Mapping[int, str]:
    """Programme and year of each of these students."""
    rows = Student.objects.filter(pk__in=users)
    return {
        row.id: f"{row.programme}, year {row.year}{' (has left)' if row.has_left else ''}"
        for row in rows
    }


def load_windows_of(student: int) -> list[Window]:
    """The windows that open for this student, the latest first."""
    return list(Window.objects.filter(pk__in=[row[0] for row in fetch(_WINDOWS, [student])]))


def load_registrations_of(student: int) -> list[Progress]:
    """The student's last registrations, with the reason of each item."""
    return [registration_summary(row) for row in registrations_of(student)[:_MOST_REGISTRATIONS]]


def load_transcript_of(student: int) -> list[Attempt]:
    """The student's transcript, the latest term first."""
    return list(Attempt.objects.filter(student_id=student).order_by("-term", "module_code"))
