"""Students, and what only the registry knows of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from registration.rules.people import Status


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
