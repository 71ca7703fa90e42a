"""The bus, for operators: read-only, but dead letters can be retried."""

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
    """Events by wire name, as listed in the code: the table is not scanned for its types."""

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
    search_help_text = "A stream as in student:17, or the id of the event that began its flow."
    ordering = ("-id",)


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    """The global order of events."""

    list_display = ("position", "type", "event_id", "batch_id")
    list_filter = (KindFilter,)
    search_fields = ("=position", "=event_id", "=batch_id")
    ordering = ("-position",)


class UnderWayFilter(admin.SimpleListFilter):
    """Batches with steps left."""

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
    """Batches of events."""

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
    """The position of each reader."""

    list_display = ("name", "position", "moved_at")
    search_fields = ("name",)


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """Events that the relay has not sequenced yet: usually none."""

    list_display = ("event_id",)
    search_fields = ("=event_id",)


class OpenFilter(admin.SimpleListFilter):
    """Open or resolved."""

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
    """Items that could not be processed. Fix the cause of the error, then retry them."""

    list_display = ("id", "task", "flow_id", "batch_id", "error", "stored_at", "state")
    list_filter = (OpenFilter, "task")
    search_fields = ("task", "error", "=flow_id", "=batch_id")
    ordering = ("-id",)
    actions = ("retry", "seen")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Those who may change dead letters, although none is edited by hand."""
        return request.user.has_perm("bus.change_deadletter")

    @admin.action(description="Try again", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """Schedule a retry of the chosen items; the watchdog drives them within seconds."""
        chosen = list(queryset.values_list("id", flat=True))
        with atomic():
            released = ask_retry(dead_letter_ids=chosen)
        left = len(chosen) - released
        self.message_user(request, f"{released} will be tried again within seconds.")
        if left:
            warning = (
                f"{left} left alone: resolved already, without an event to try again, or waiting"
                " for a version that knows them."
            )
            self.message_user(request, warning, messages.WARNING)

    @admin.action(description="Seen (dead letters)", permissions=["retry"])
    def seen(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """Resolve the broker's messages chosen: the watchdog has driven their batches again."""
        seen = note_seen(dead_letter_ids=list(queryset.values_list("id", flat=True)))
        self.message_user(request, f"{seen} dead letters are marked as seen.")

    @admin.display(description="state")
    def state(self, dead_letter: DeadLetter) -> str:
        """Open, waiting for its retry, or resolved."""
        if dead_letter.resolved_at:
            return "resolved"
        return "waits to be tried" if dead_letter.retry_at else "open"


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Attempts at items of redelivered messages that are not finished."""

    list_display = ("task", "flow_id", "attempts")
    search_fields = ("task", "=flow_id")


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """Runs of periodic jobs that a scheduler claimed."""

    list_display = ("name", "period")
    list_filter = ("name",)
    ordering = ("-id",)
