"""State tables: each row is the result of events. Only the projections write them.

Ids come from sequences, drawn by the service that appends the event, and are part of the event.
"""

from enum import StrEnum

from django.db import models
from django.db.models import Q

from project.events.vocabulary import WAITLISTED_ENTRIES, AllocationState, WaitlistState
from project.web.campus_time import campus_deadline


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.name.replace("_", " ").title()) for word in words]


class Term(models.Model):
    """A period in which sections are taught, from its first day to its last, without its `breaks`;
    sections may be taught in one of its `parts` only. Students see no draft; while it is paused
    nobody can register, and its waitlists stand.

    If `add_until` is None, `modules.selectors.seats` derives the deadline.
    """

    id = models.BigIntegerField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    add_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when seats are given to the first on a waitlist. Empty: until the last "
        "registration window of the term closes, at the latest at its end.",
    )
    drop_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when a student may drop a confirmed section. Empty: until the term's end.",
    )
    refund_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when a drop pays the fee back. Empty: as long as one may drop.",
    )
    is_draft = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    breaks = models.JSONField(default=list, blank=True)
    parts = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(refund_until__gt=models.F("drop_until")),
                name="term_refunds_no_longer_than_it_drops",
                violation_error_message="The fee cannot come back for longer than one may drop.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    ends_on__gte=models.F("starts_on"),
                ),
                name="term_has_both_days_in_order_or_none",
                violation_error_message="A term has a first day and a later last day, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Window(models.Model):
    """When a registration window of a term opens and closes: a copy of what `registration`
    publishes."""

    id = models.BigIntegerField(primary_key=True)
    term_id = models.BigIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["term_id"], name="windows_of_a_term")]

    def __str__(self) -> str:
        return f"window {self.id} of term {self.term_id}, until {campus_deadline(self.closes_at)}"


class Module(models.Model):
    """A course module. `requires` is enforced, `requirement_note` is advice only."""

    id = models.BigIntegerField(primary_key=True)
    code = models.TextField(unique=True)
    title = models.TextField()
    credit_quarters = models.IntegerField()
    credit_quarters_max = models.IntegerField(null=True, blank=True)
    department = models.TextField(blank=True)
    requires = models.JSONField(default=list, blank=True)
    requirement_note = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_quarters__gte=0), name="module_credits_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(credit_quarters_max__lte=models.F("credit_quarters")),
                name="module_most_credits_exceed_least",
                violation_error_message="The most credits must be more than the least.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Section(models.Model):
    """One offering of a module. `seats` None is unlimited, 0 closed; `taken` and `waiting` count
    its live allocations and the students on its waitlist."""

    id = models.BigIntegerField(primary_key=True)
    term = models.ForeignKey(Term, models.PROTECT, related_name="sections")
    module = models.ForeignKey(Module, models.PROTECT, related_name="sections")
    code = models.TextField()
    seats = models.IntegerField(null=True, blank=True)
    is_open = models.BooleanField(default=True)
    credit_quarters = models.IntegerField()
    credit_quarters_max = models.IntegerField(null=True, blank=True)
    meetings = models.JSONField(default=list, blank=True)
    instructor = models.TextField(blank=True)
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    part = models.TextField(blank=True)
    taken = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)

    class Meta:
        ordering = ["term", "module", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "module", "code"], name="one_section_per_term_module_and_code"
            ),
            models.CheckConstraint(
                condition=Q(taken__gte=0, waiting__gte=0), name="section_counts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(credit_quarters__gte=0), name="section_credits_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(credit_quarters_max__lte=models.F("credit_quarters")),
                name="section_most_credits_exceed_least",
                violation_error_message="The most credits must be more than the least.",
            ),
            models.CheckConstraint(
                condition=~Q(ends_on__lt=models.F("starts_on")),
                name="section_ends_after_it_starts",
                violation_error_message="A section cannot end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module.code} {self.code}"


class Room(models.Model):
    """A room whose capacity is known. Meetings name their rooms; names are compared cleaned."""

    id = models.BigIntegerField(primary_key=True)
    name = models.TextField(unique=True)
    capacity = models.IntegerField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=0), name="room_capacity_not_negative")
        ]

    def __str__(self) -> str:
        return self.name


class Allocation(models.Model):
    """A seat that a student has or had. The two partial unique constraints are the last guard:
    they make selling a seat twice impossible even if every lock failed."""

    fencing_token = models.BigIntegerField(primary_key=True)
    registration_id = models.UUIDField()
    # The constraints below are its indexes.
    section = models.ForeignKey(Section, models.PROTECT, related_name="allocations", db_index=False)
    student_id = models.BigIntegerField()
    seat = models.IntegerField(null=True)
    state = models.TextField(choices=_choices(AllocationState))
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    flow_id = models.BigIntegerField()

    class Meta:
        ordering = ["-fencing_token"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "seat"],
                condition=Q(state=AllocationState.LIVE),
                name="one_live_allocation_per_seat",
            ),
            models.UniqueConstraint(
                fields=["section", "student_id"],
                condition=Q(state=AllocationState.LIVE),
                name="one_live_allocation_per_student",
            ),
        ]
        indexes = [models.Index(fields=["registration_id", "section"], name="by_registration")]

    def __str__(self) -> str:
        return f"{self.section_id}/{self.seat} for {self.student_id} ({self.state})"


class WaitlistEntry(models.Model):
    """A student on the waitlist of a section, ordered by `position`, that of the submission.

    A student who was passed over keeps the position, and is offered no seat until something has
    changed. A row that is 'left' without a position is a tombstone: dropped before its submission
    was decided.
    """

    id = models.UUIDField(primary_key=True)
    registration_id = models.UUIDField()
    # The constraints below are its indexes.
    section = models.ForeignKey(
        Section, models.PROTECT, related_name="waitlist_entries", db_index=False
    )
    student_id = models.BigIntegerField()
    position = models.BigIntegerField(null=True)
    state = models.TextField(choices=_choices(WaitlistState))

    class Meta:
        db_table = "modules_waitlist_entry"
        verbose_name_plural = "waitlist entries"
        ordering = ["section", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration_id", "section"], name="one_waitlist_entry_per_registration"
            ),
            models.UniqueConstraint(
                fields=["section", "student_id"],
                condition=Q(state__in=WAITLISTED_ENTRIES),
                name="one_waitlist_entry_per_student",
            ),
        ]
        indexes = [
            models.Index(
                fields=["section", "position"],
                name="waitlist_in_order",
                condition=Q(state=WaitlistState.WAITING),
            ),
            models.Index(
                fields=["section", "position"],
                name="passed_over_by_section",
                condition=Q(state=WaitlistState.PASSED_OVER),
            ),
            models.Index(
                fields=["student_id"],
                name="passed_over_by_student",
                condition=Q(state=WaitlistState.PASSED_OVER),
            ),
        ]

    def __str__(self) -> str:
        return f"position {self.position} on the waitlist of {self.section_id} ({self.state})"
