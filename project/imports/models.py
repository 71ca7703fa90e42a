"""Uploaded files and what became of them. Operational: what a file changed is in events."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ImportJob(models.Model):
    """An upload, on its way from comparing to done. `result` is the comparison, or the defects."""

    class State(models.TextChoices):
        """Where it is. A pool compares and applies; between them a person looks at it."""

        COMPARING = "comparing", _("being compared")
        COMPARED = "compared", _("waiting for you")
        INVALID = "invalid", _("has defects")
        APPLYING = "applying", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("failed")

    format = models.TextField(_("format"))
    file_name = models.TextField(_("file"))
    options = models.JSONField(default=dict)
    user_id = models.BigIntegerField()
    state = models.TextField(_("state"), choices=State, default=State.COMPARING)
    is_confirmed = models.BooleanField(default=False)
    attempts = models.IntegerField(default=0)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("uploaded"), db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "imports_job"
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(
                fields=["id"],
                name="imports_for_the_pool",
                condition=Q(state__in=("comparing", "applying")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.pk}"


class ImportFile(models.Model):
    """The bytes of an upload; `option` is "" for the file itself. Deleted once they are done with:
    they may hold personal data."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="files")
    option = models.TextField(blank=True)
    name = models.TextField()
    data = models.BinaryField()

    class Meta:
        db_table = "imports_file"
        constraints = [
            models.UniqueConstraint(fields=["job", "option"], name="one_file_per_option"),
        ]

    def __str__(self) -> str:
        return self.name
