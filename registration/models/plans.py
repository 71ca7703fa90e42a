"""What a student intends to register for."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from project.events.vocabulary import (
    Mode,
    OnFull,
)


class Plan(models.Model):
    """Sections a student intends to register for, in order of preference. Operational: it produces
    no events. `key` is the idempotency key of its submission, renewed with every change of what it
    asks for. `chosen_credits` holds, by section, the quarters chosen other than the least."""

    student_id = models.BigIntegerField(primary_key=True)
    sections = ArrayField(models.BigIntegerField(), default=list)
    chosen_credits = models.JSONField(default=dict)
    mode = models.TextField(default=Mode.ANY)
    on_full = models.TextField(default=OnFull.WAITLIST)
    key = models.UUIDField(default=uuid4)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=tuple(Mode)), name="plan_mode_is_all_or_any"
            ),
            models.CheckConstraint(
                condition=Q(on_full__in=tuple(OnFull)), name="plan_on_full_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"plan of student {self.student_id}"
