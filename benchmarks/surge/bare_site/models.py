"""Two tables in a schema of their own."""

from django.db import models


class Request(models.Model):
    """One request and its student."""

    student_id = models.BigIntegerField()
    mode = models.TextField()

    class Meta:
        managed = False
        db_table = 'baseline"."request'

    def __str__(self) -> str:
        return f"request {self.pk}"


class Item(models.Model):
    """One requested item."""

    request_id = models.BigIntegerField()
    section_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = 'baseline"."item'

    def __str__(self) -> str:
        return f"item {self.pk}"
