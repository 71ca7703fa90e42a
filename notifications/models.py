"""The inbox and the names in it are state; outgoing email is operational data."""

from django.db import models


class SectionName(models.Model):
    """The name of a section: a copy of what `modules` publishes, for texts."""

    section_id = models.BigIntegerField(primary_key=True)
    module_code = models.TextField()
    code = models.TextField()

    class Meta:
        db_table = "notifications_section_name"

    def __str__(self) -> str:
        return f"{self.module_code} {self.code}"


class Inbox(models.Model):
    """An announcement to a student about one registration. The text is rendered on reading."""

    event_id = models.BigIntegerField(primary_key=True)
    registration_id = models.UUIDField(db_index=True)
    student_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    items = models.JSONField()
    announced_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "inbox"
        indexes = [models.Index(name="inbox_of_student", fields=["student_id", "-event_id"])]

    def __str__(self) -> str:
        return f"{self.kind} for student {self.student_id}"


class Email(models.Model):
    """An email to the student, or to another person with the account of that id. `message_id`
    never changes, so that an email sent twice is recognised as one."""

    student_id = models.BigIntegerField(db_index=True)
    event_id = models.BigIntegerField(unique=True)
    message_id = models.TextField(unique=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "emails"
        indexes = [
            models.Index(
                name="emails_waiting",
                fields=["due_at", "id"],
                condition=models.Q(sent_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.message_id
