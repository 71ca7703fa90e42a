"""The secret addresses of calendars."""

from django.db import models
from django.db.models.functions import Now


class CalendarToken(models.Model):
    """The secret address of a student's calendar. Operational: a new one replaces the old."""

    student_id = models.BigIntegerField(primary_key=True)
    token = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "registration_calendar_token"
        constraints = [models.UniqueConstraint(fields=["token"], name="one_student_per_calendar")]

    def __str__(self) -> str:
        return f"calendar of student {self.student_id}"
