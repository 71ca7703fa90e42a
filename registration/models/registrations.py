"""Accepted requests and their items."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from project.events.vocabulary import (
    LIVE_STATES,
    STORED_STATES,
    UNDECIDED_STATES,
    ItemState,
    Mode,
    OnFull,
)
from registration.models.catalogue import Section


class Registration(models.Model):
    """An accepted request for sections of one term. `event_id` is its `Submitted` event."""

    id = models.UUIDField(primary_key=True)
    student_id = models.BigIntegerField()
    term_id = models.BigIntegerField()
    mode = models.TextField()
    on_full = models.TextField()
    submitted_at = models.DateTimeField()
    event_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-submitted_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["event_id"], name="one_registration_per_submission"),
            models.CheckConstraint(condition=Q(mode__in=tuple(Mode)), name="mode_is_all_or_any"),
            models.CheckConstraint(
                condition=Q(on_full__in=tuple(OnFull)),
                name="on_full_is_waitlist_or_refuse",
            ),
        ]
        indexes = [
            models.Index(fields=["student_id", "-submitted_at"], name="registrations_by_student")
        ]

    def __str__(self) -> str:
        return f"registration {self.id}"


class Item(models.Model):
    """One section of a registration and its state."""

    pk = models.CompositePrimaryKey("registration_id", "section_id")
    registration = models.ForeignKey(
        Registration, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="items"
    )
    section = models.ForeignKey(
        Section, models.DO_NOTHING, db_constraint=False, related_name="items"
    )
    ordinal = models.SmallIntegerField()
    student_id = models.BigIntegerField()
    module_code = models.TextField()
    credit_quarters = models.IntegerField()
    state = models.TextField()
    code = models.TextField(blank=True, default="")
    drop_requested = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("registration_id", "ordinal")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=STORED_STATES), name="item_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["student_id", "section_id"],
                condition=Q(state__in=LIVE_STATES),
                name="one_live_item_per_student",
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(state__in=UNDECIDED_STATES),
                name="items_undecided",
            ),
            models.Index(
                fields=["section"],
                condition=Q(state=ItemState.WAITLISTED),
                name="items_on_a_waitlist",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_code} ({self.state})"


class IdempotencyKey(models.Model):
    """An idempotency key and the registration it made. Operational: deleted after a day."""

    pk = models.CompositePrimaryKey("student_id", "key")
    student_id = models.BigIntegerField()
    key = models.TextField()
    body_hash = models.BinaryField()
    registration_id = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "registration_idempotency_key"
        indexes = [models.Index(fields=["created_at"], name="idempotency_keys_by_age")]

    def __str__(self) -> str:
        return f"key of student {self.student_id}"
