"""The bus, for operators: everything can be read; only a dead letter can be tried again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.http import HttpRequest

from project.admin import ReadOnlyAdmin
from project.bus.dead_letters import ask_retry, note_seen
from project.bus.models import Attempt, Batch, Cursor, DeadLetter, Event, JobRun, Outbox, Position
from project.events.registry import EVENT_TYPES


class KindFilter(admin.SimpleListFilter):
    """Events by wire name, from what the code knows: no scan of the whole log for its types."""

    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every wire name there is."""
        return [(kind, kind) for kind in sorted(EVENT_TYPES)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only that type."""
        return queryset.filter(type=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The events. Search by stream, as in `student:17`."""

    list_display = ("id", "type", "stream", "version", "flow_id", "recorded_at")
    list_filter = (KindFilter,)
    search_fields = ("=stream", "=flow_id")
    search_help_text = "A stream as in student:17, or the id of the fact that caused it."
    ordering = ("-id",)


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    """The one order of everything."""

    list_display = ("position", "type", "event_id", "batch_id")
    list_filter = (KindFilter,)
    search_fields = ("=position", "=event_id", "=batch_id")
    ordering = ("-position",)


class UnderWayFilter(admin.SimpleListFilter):
    """Batches that are still at work."""

    title = "progress"
    parameter_name = "progress"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice beside all."""
        return [("under_way", "under way")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those with steps left."""
        return queryset.filter(step__isnull=False) if self.value() else queryset


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Events that travel together."""

    list_display = ("id", "flow", "size", "progress", "attempts", "sequenced_at", "due_at")
    list_filter = (UnderWayFilter, "flow")
    search_fields = ("=id",)
    ordering = ("-id",)

    @admin.display(description="steps done")
    def progress(self, batch: Batch) -> str:
        """Steps done, of all."""
        done = batch.steps.index(batch.step) if batch.step else len(batch.steps)
        return f"{done} of {len(batch.steps)}"


@admin.register(Cursor)
class CursorAdmin(ReadOnlyAdmin):
    """How far each reader of the line has come."""

    list_display = ("name", "position", "moved_at")
    search_fields = ("name",)


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """What the relay has not taken yet: empty but for moments."""

    list_display = ("event_id",)
    search_fields = ("=event_id",)


class OpenFilter(admin.SimpleListFilter):
    """Whether somebody has to look at it."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two states."""
        return [("open", "open"), ("resolved", "resolved")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those in that state."""
        if self.value() is None:
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    """Items that could not be worked on. Mend what the error says, then try them again."""

    list_display = ("id", "task", "flow_id", "batch_id", "error", "stored_at", "state")
    list_filter = (OpenFilter, "task")
    search_fields = ("task", "error", "=flow_id", "=batch_id")
    ordering = ("-id",)
    actions = ("retry", "seen")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whoever may change dead letters, though nobody edits one by hand."""
        return request.user.has_perm("bus.change_deadletter")

    @admin.action(description="Try again", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """Release the chosen items; the watchdog drives them within seconds."""
        chosen = list(queryset.values_list("id", flat=True))
        with atomic():
            released = ask_retry(dead_letter_ids=chosen)
        left = len(chosen) - released
        self.message_user(request, f"{released} will be tried again within seconds.")
        if left:
            told = (
                f"{left} left alone: resolved already, without an event to try again, or waiting"
                " for a version that knows them."
            )
            self.message_user(request, told, messages.WARNING)

    @admin.action(description="Seen (dead letters)", permissions=["retry"])
    def seen(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """Resolve the chosen dead letters: the watchdog has driven their batches long since."""
        seen = note_seen(dead_letter_ids=list(queryset.values_list("id", flat=True)))
        self.message_user(request, f"{seen} dead letters are marked as seen.")

    @admin.display(description="state")
    def state(self, dead_letters: DeadLetter) -> str:
        """In a word."""
        if dead_letters.resolved_at:
            return "resolved"
        return "waits to be tried" if dead_letters.retry_at else "open"


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Items of redelivered messages that were begun and not finished."""

    list_display = ("task", "flow_id", "attempts")
    search_fields = ("task", "=flow_id")


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """Runs of periodic jobs that a scheduler claimed."""

    list_display = ("name", "period")
    list_filter = ("name",)
    ordering = ("-id",)
