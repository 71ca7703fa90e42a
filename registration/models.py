"""Tables of `registration`. Rows come from events, and only projections write them; those of the
models that say "Operational" do not."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
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
from project.web.campus_time import campus_deadline, campus_time
from registration.rules.people import Kind, Status


class Category(models.Model):
    """What students are classified by, and windows open for. Its id is kind and code."""

    id = models.TextField(primary_key=True)
    kind = models.TextField(choices=[(kind.value, kind.label) for kind in Kind])
    code = models.TextField()
    name = models.TextField()
    years = models.IntegerField(null=True, blank=True, help_text="How many years a programme has.")
    is_retired = models.BooleanField(
        default=False, help_text="Nobody can be put into it any more; those who are in it stay."
    )

    class Meta:
        verbose_name_plural = "categories"
        ordering = ("kind", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="category_kind_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Student(models.Model):
    """A user who may register. Programme, level, campus and groups are codes of categories."""

    id = models.BigIntegerField(primary_key=True, verbose_name="user id")
    programme = models.TextField()
    year = models.IntegerField()
    credit_limit_quarters = models.IntegerField()
    level = models.TextField(blank=True, default="")
    campus = models.TextField(blank=True, default="")
    groups = ArrayField(models.TextField(), default=list, blank=True)
    has_left = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_limit_quarters__gte=0), name="credit_limit_not_below_0"
            )
        ]

    def __str__(self) -> str:
        return f"student {self.id} ({self.programme}, year {self.year})"


class StudentRecord(models.Model):
    """What only the registry knows of a student. Operational: personal data is in no event."""

    student_id = models.BigIntegerField(primary_key=True)
    standing = models.TextField(blank=True, default="")
    adviser_id = models.BigIntegerField(null=True)
    credits_earned_quarters = models.IntegerField(default=0)

    class Meta:
        db_table = "registration_student_record"

    def __str__(self) -> str:
        return f"record of student {self.student_id}"


class Attempt(models.Model):
    """A module that a student took or takes: a line of the transcript. Operational."""

    pk = models.CompositePrimaryKey("student_id", "module_code", "term")
    student_id = models.BigIntegerField()
    module_code = models.TextField()
    term = models.TextField(blank=True, default="")
    grade = models.TextField(blank=True, default="")
    status = models.TextField()

    class Meta:
        ordering = ("student_id", "term", "module_code")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[one.value for one in Status]),
                name="attempt_status_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.module_code} {self.grade}".strip()


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


class Block(models.Model):
    """A block on a student."""

    id = models.BigAutoField(primary_key=True)
    student_id = models.BigIntegerField(db_index=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"block {self.id} on student {self.student_id}"


class BlockReason(models.Model):
    """Why a student is blocked, and whom to see about it. Operational: it is in no event."""

    block_id = models.BigIntegerField(primary_key=True)
    reason = models.TextField()
    office = models.TextField(blank=True, default="", help_text="Whom to see about it.")

    class Meta:
        db_table = "registration_block_reason"

    def __str__(self) -> str:
        return self.reason


class Term(models.Model):
    """A term, copied from `modules`; its dates and deadlines are None where not set.

    `teaching` is its days in numbers since 1970: the first and the last, then the first and the
    last of each break. `version` and `changed_at` are those of the event.
    """

    id = models.BigIntegerField(primary_key=True)
    code = models.TextField(db_index=True)
    name = models.TextField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    add_until = models.DateTimeField(null=True)
    drop_until = models.DateTimeField(null=True)
    refund_until = models.DateTimeField(null=True)
    is_draft = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    breaks = models.JSONField(default=list)
    teaching = ArrayField(models.IntegerField(), default=list)
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Module(models.Model):
    """A course module, copied from `modules`. `requires` is enforced, `shown` is only displayed.

    `search` is its code without spaces, its code and its title, folded.
    """

    id = models.BigIntegerField(primary_key=True)
    code = models.TextField(db_index=True)
    title = models.TextField()
    credit_quarters = models.IntegerField()
    credit_quarters_max = models.IntegerField(null=True)
    department = models.TextField(blank=True)
    requires = models.JSONField(default=list)
    requirement_note = models.TextField(blank=True)
    search = models.TextField(blank=True, db_default="")
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Section(models.Model):
    """One offering of a module, copied from `modules`.

    `intervals` are its meetings, four numbers each. Start and end are minutes on one axis: a
    weekday's lie in the first week of the axis, a dated one's on its own day, so that only two of a
    kind overlap. One from Sunday into Monday lies at both ends of the week. Then the first and the
    last day on which it may be held, in numbers since 1970; 0 and 99999 where the term's days
    decide. In `meetings` a weekly one says that, too: `starts_on` and `ends_on`. `search` is its
    instructor, folded; `version` and `changed_at` are those of the event.
    """

    id = models.BigIntegerField(primary_key=True)
    term = models.ForeignKey(Term, models.DO_NOTHING, db_constraint=False, related_name="+")
    module = models.ForeignKey(Module, models.DO_NOTHING, db_constraint=False, related_name="+")
    module_code = models.TextField()
    code = models.TextField()
    seats = models.IntegerField(null=True)
    credit_quarters = models.IntegerField()
    credit_quarters_max = models.IntegerField(null=True)
    is_open = models.BooleanField()
    meetings = models.JSONField(default=list)
    intervals = ArrayField(models.IntegerField(), default=list)
    instructor = models.TextField(blank=True)
    search = models.TextField(blank=True, db_default="")
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("module_code", "code", "id")
        indexes = [models.Index(fields=["module_code", "code", "id"], name="sections_by_code")]

    def __str__(self) -> str:
        return f"{self.module_code} {self.code}"


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
