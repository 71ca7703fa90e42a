"""What students are classified by."""

from django.db import models
from django.db.models import Q

from registration.rules.people import Kind


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
