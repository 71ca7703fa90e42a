"""Rates, accounts, payments and the ledger: state tables, written only by projections."""

from django.db import models
from django.db.models import Q

from project.events.vocabulary import PaymentState

STATES = tuple(PaymentState)


class SectionName(models.Model):
    """The name of a section: a copy of what `modules` publishes, for statements."""

    section_id = models.BigIntegerField(primary_key=True)
    module_code = models.TextField()
    code = models.TextField()

    class Meta:
        db_table = "payments_section_name"

    def __str__(self) -> str:
        return f"{self.module_code} {self.code}"


class Rate(models.Model):
    """What one credit costs in a programme, and what a new account of it may owe."""

    programme = models.CharField(primary_key=True, max_length=100)
    per_credit = models.BigIntegerField(help_text="Fee for one credit, in minor units.")
    limit = models.BigIntegerField(
        db_column="limit_", help_text="What a new account may owe, in minor units."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rate_not_negative", condition=Q(per_credit__gte=0, limit__gte=0)
            )
        ]

    def __str__(self) -> str:
        return self.programme


class Account(models.Model):
    """What a student may owe and owes: the sums of their payments. Its row is the lock under
    which payments of the student change."""

    student_id = models.BigIntegerField(primary_key=True)
    limit = models.BigIntegerField(
        db_column="limit_", help_text="What the student may owe, in minor units."
    )
    authorised = models.BigIntegerField(help_text="On hold for seats that are not decided yet.")
    captured = models.BigIntegerField(help_text="Charged and not refunded.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_sums_not_negative", condition=Q(authorised__gte=0, captured__gte=0)
            )
        ]

    def __str__(self) -> str:
        return f"account of student {self.student_id}"


class Payment(models.Model):
    """Money for one item. `voided` with amount 0 is a tombstone: voided before authorisation."""

    # The registration and the section, so that a replayed row has the same key.
    id = models.CharField(primary_key=True, max_length=60)
    registration_id = models.UUIDField()
    section_id = models.BigIntegerField()
    student_id = models.BigIntegerField(db_index=True)
    amount = models.BigIntegerField()
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in STATES]
    )
    code = models.CharField(max_length=40, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_payment_per_item", fields=["registration_id", "section_id"]
            ),
            models.CheckConstraint(name="payment_state_is_known", condition=Q(state__in=STATES)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for section {self.section_id}, {self.state}"


class LedgerEntry(models.Model):
    """One side of a booking: debit above zero, credit below. Each event's entries sum to zero."""

    # The event, the section and the account, so that a replayed row has the same key.
    id = models.CharField(primary_key=True, max_length=100)
    event_id = models.BigIntegerField()
    registration_id = models.UUIDField(db_index=True)
    section_id = models.BigIntegerField()
    account = models.CharField(max_length=40)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "payments_ledger_entry"
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.amount:+} on {self.account}"
