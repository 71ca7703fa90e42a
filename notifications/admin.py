"""What students were told, and the mail that carries it: both to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from notifications import selectors
from notifications.models import Email, Inbox, SectionName
from project.admin import ReadOnlyAdmin


@admin.register(Inbox)
class InboxAdmin(ReadOnlyAdmin):
    """Announcements, with the text as the student reads it."""

    list_display = ("event_id", "student_id", "kind", "announced_at")
    list_filter = ("kind", "announced_at")
    search_fields = ("=student_id", "=registration_id")
    fields = ("event_id", "registration_id", "student_id", "kind", "announced_at", "text")
    readonly_fields = ("text",)
    ordering = ("-event_id",)

    @admin.display(description="text")
    def text(self, told: Inbox) -> str:
        """Rendered now."""
        return selectors.inbox_text(told)


class StateFilter(admin.SimpleListFilter):
    """Where letters stand."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three there are."""
        return [("sent", "sent"), ("waiting", "waiting"), ("failing", "failing")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Email]) -> QuerySet[Email]:
        """Letters in the chosen one."""
        unsent = queryset.filter(sent_at__isnull=True)
        chosen = {
            "sent": queryset.filter(sent_at__isnull=False),
            "waiting": unsent.filter(error=""),
            "failing": unsent.exclude(error=""),
        }
        return chosen.get(self.value() or "", queryset)


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
    """Letters, their state, and when a failing one is tried again."""

    list_display = ("message_id", "student_id", "state", "attempts", "created_at", "next_try")
    list_filter = (StateFilter, "created_at")
    search_fields = ("=student_id", "=event_id", "message_id")
    ordering = ("-id",)

    @admin.display(description="state")
    def state(self, mail: Email) -> str:
        """In words."""
        if mail.sent_at:
            return "sent"
        return f"failing: {mail.error}" if mail.error else "waiting"

    @admin.display(description="next try", empty_value="")
    def next_try(self, mail: Email) -> str | None:
        """For letters that are not sent."""
        return None if mail.sent_at else timezone.localtime(mail.due_at).isoformat(" ", "seconds")


@admin.register(SectionName)
class SectionAdmin(ReadOnlyAdmin):
    """What letters call a section."""

    list_display = ("section_id", "module_code", "code")
    search_fields = ("module_code", "=section_id")
