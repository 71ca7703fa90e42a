"""The bus's own tables. `Event` and `Position` are append-only; the others are operational."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import Func


class DatabaseClock(Func):
    """`clock_timestamp()`: the time now, not the time the transaction began."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class Event(models.Model):
    """A stored event. Append-only, by grants and by a trigger."""

    id = models.BigAutoField(primary_key=True)
    stream = models.TextField()
    version = models.IntegerField()
    type = models.TextField()
    flow_id = models.BigIntegerField(null=True)
    data = models.JSONField()
    recorded_at = models.DateTimeField(db_default=DatabaseClock())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "version"], name="one_event_per_version")
        ]
        indexes = [
            models.Index(
                fields=["flow_id"], name="events_by_flow", condition=models.Q(flow_id__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} on {self.stream} v{self.version}"


class Outbox(models.Model):
    """Events that have no position yet, with the id of the request that stored them."""

    event_id = models.BigIntegerField(primary_key=True)
    request_id = models.TextField(db_default="")

    class Meta:
        verbose_name_plural = "outbox"

    def __str__(self) -> str:
        return f"event {self.event_id}"


class Batch(models.Model):
    """Events that are processed together. `steps` are the tasks of its flow when it was sequenced,
    so that it finishes them even if a new version changes the flow. `step` is the first that is not
    wholly done, null when all are; `finished[n]` is when step n last ran to its end."""

    id = models.BigIntegerField(primary_key=True)
    flow = models.TextField(blank=True)
    size = models.IntegerField()
    steps = ArrayField(models.TextField())
    step = models.TextField(null=True)  # noqa: DJ001 -- null past the last step
    sequenced_at = models.DateTimeField(db_default=DatabaseClock())
    confirmed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    finished = ArrayField(models.DateTimeField(null=True), default=list)

    class Meta:
        verbose_name_plural = "batches"
        indexes = [
            models.Index(
                fields=["id"],
                name="batches_under_way",
                condition=models.Q(step__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="batches_unconfirmed",
                condition=models.Q(confirmed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.id} ({self.flow or 'no flow'}, {self.size})"


class Position(models.Model):
    """The global order of events: position 1, 2, 3 … without a gap."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    batch_id = models.BigIntegerField(db_index=True)
    type = models.TextField()

    class Meta:
        verbose_name_plural = "positions"

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_id}"


class Cursor(models.Model):
    """The position up to which a reader has processed events."""

    name = models.TextField(primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(db_default=DatabaseClock())

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"


class DeadLetter(models.Model):
    """An item that a task could not process: the dead-letter table."""

    id = models.BigAutoField(primary_key=True)
    task = models.TextField()
    flow_id = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True)
    error = models.TextField()
    traceback = models.TextField(blank=True)
    payload = models.JSONField(null=True)
    stored_at = models.DateTimeField(db_default=DatabaseClock())
    retry_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "bus_dead_letter"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "flow_id"],
                name="one_open_dead_letter_per_task_and_flow",
                condition=models.Q(resolved_at__isnull=True, flow_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.task}: event {self.flow_id}"


class Attempt(models.Model):
    """Recorded before an item of a redelivered message is processed, deleted when finished."""

    id = models.BigAutoField(primary_key=True)
    task = models.TextField()
    flow_id = models.BigIntegerField()
    attempts = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "flow_id"], name="one_attempt_per_task_and_flow"
            )
        ]

    def __str__(self) -> str:
        return f"{self.task}: event {self.flow_id}, {self.attempts}"


class JobRun(models.Model):
    """A claimed run of a periodic job, so that two schedulers do no harm."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    period = models.BigIntegerField()

    class Meta:
        db_table = "bus_job_run"
        constraints = [
            models.UniqueConstraint(fields=["name", "period"], name="one_run_per_job_and_period")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period}"
