"""The catalogue, copied from `modules`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


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
