"""Rates and limits are edited here, through services; payments and entries are only read."""

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from payments import services
from payments.models import Account, LedgerEntry, Payment, Rate, SectionName
from project.accounts.person_lists import PersonList
from project.admin import ReadOnlyAdmin
from project.web.form_versions import VersionedAdmin


@admin.register(Rate)
class RateAdmin(VersionedAdmin):
    """Fees per credit. Saving appends an event; fees already charged or authorised stay."""

    stream = "rate"
    list_display = ("programme", "per_credit", "limit")
    search_fields = ("programme",)

    def get_readonly_fields(self, request: HttpRequest, obj: Rate | None = None) -> tuple[str, ...]:
        """The programme of an existing rate cannot be changed."""
        return ("programme",) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Rate, form: "ModelForm[Rate]", change: bool
    ) -> None:
        """Set the rate by its service."""
        services.rate_set(programme=obj.programme, per_credit=obj.per_credit, limit=obj.limit)

    def has_delete_permission(self, request: HttpRequest, obj: Rate | None = None) -> bool:
        """Never: money may have been charged at this rate."""
        return False


@admin.register(Account)
class AccountAdmin(PersonList, VersionedAdmin, ReadOnlyAdmin):
    """What students owe. Only the limit can be changed; saving appends an event."""

    stream = "account"
    list_display = ("person", "limit", "authorised", "captured")
    search_fields = ("=student_id",)
    fields = ("person", "limit", "authorised", "captured")
    readonly_fields = ("person", "authorised", "captured")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """By Django's permissions, unlike other read-only tables: the limit can be changed."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(
        self, request: HttpRequest, obj: Account, form: "ModelForm[Account]", change: bool
    ) -> None:
        """Set the limit by its service."""
        services.account_limit_set(student=obj.student_id, limit=obj.limit)


@admin.register(Payment)
class PaymentAdmin(PersonList, ReadOnlyAdmin):
    """The payment of each item, and its state."""

    list_display = ("person", "registration_id", "section_id", "amount", "state", "code")
    list_filter = ("state", "code")
    search_fields = ("=registration_id", "=section_id")
    search_help_text = "A person's name, number or email address, or an id."


@admin.register(LedgerEntry)
class EntryAdmin(ReadOnlyAdmin):
    """The ledger: two rows for each item charged or refunded."""

    list_display = ("event_id", "registration_id", "section_id", "account", "amount")
    search_fields = ("=registration_id", "=event_id", "=account")
    ordering = ("-event_id", "section_id")


@admin.register(SectionName)
class SectionAdmin(ReadOnlyAdmin):
    """The names of sections in statements."""

    list_display = ("section_id", "module_code", "code")
    search_fields = ("=section_id", "module_code")
