"""When students may register."""

from django.db import models
from django.db.models import Q

from project.web.campus_time import campus_deadline, campus_time


class Window(models.Model):
    """When students may register for a term. A category "" and year None mean everyone."""

    id = models.BigAutoField(primary_key=True)
    term_id = models.BigIntegerField()
    programme = models.TextField(blank=True, default="")
    year = models.IntegerField(null=True, blank=True)
    level = models.TextField(blank=True, default="")
    campus = models.TextField(blank=True, default="")
    student_group = models.TextField(blank=True, default="")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        ordering = ("-opens_at", "id")
        indexes = [models.Index(fields=["term_id", "programme"], name="windows_by_term")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")), name="window_closes_after_opening"
            )
        ]

    def __str__(self) -> str:
        return (
            f"window {self.id}: {campus_time(self.opens_at)} to {campus_deadline(self.closes_at)}"
        )
