"""Announcements to students and the emails that carry them, read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications import selectors
from notifications.models import Email, Inbox, SectionName
from project.accounts.person_lists import PersonList
from project.admin import ReadOnlyAdmin
from project.web.campus_time import campus_time


@admin.register(Inbox)
class InboxAdmin(PersonList, ReadOnlyAdmin):
    """Announcements, with the text as the student reads it."""

    list_display = ("person", "kind", "announced_at")
    list_filter = ("kind", "announced_at")
    search_fields = ("=registration_id",)
    fields = ("person", "event_id", "registration_id", "kind", "announced_at", "text")
    readonly_fields = ("person", "text")
    ordering = ("-event_id",)

    @admin.display(description="text")
    def text(self, row: Inbox) -> str:
        """The text, in the active language."""
        return selectors.inbox_text(row)


class StateFilter(admin.SimpleListFilter):
    """Filters emails by state."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices offered."""
        return [("sent", "sent"), ("waiting", "waiting"), ("failing", "failing")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Email]) -> QuerySet[Email]:
        """The emails in the selected state."""
        unsent = queryset.filter(sent_at__isnull=True)
        chosen = {
            "sent": queryset.filter(sent_at__isnull=False),
            "waiting": unsent.filter(error=""),
            "failing": unsent.exclude(error=""),
        }
        return chosen.get(self.value() or "", queryset)


@admin.register(Email)
class EmailAdmin(PersonList, ReadOnlyAdmin):
    """Emails, their state, and when a failing one is tried again."""

    list_display = ("message_id", "person", "state", "attempts", "created_at", "next_try")
    list_filter = (StateFilter, "created_at")
    search_fields = ("=event_id", "message_id")
    ordering = ("-id",)

    @admin.display(description="state")
    def state(self, mail: Email) -> str:
        """The state, with the error of a failing email."""
        if mail.sent_at:
            return "sent"
        return f"failing: {mail.error}" if mail.error else "waiting"

    @admin.display(description="next try", empty_value="")
    def next_try(self, mail: Email) -> str | None:
        """When an unsent email is tried next."""
        return None if mail.sent_at else campus_time(mail.due_at)


@admin.register(SectionName)
class SectionAdmin(ReadOnlyAdmin):
    """The names of sections in emails."""

    list_display = ("section_id", "module_code", "code")
    search_fields = ("module_code", "=section_id")
