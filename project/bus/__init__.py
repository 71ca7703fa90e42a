"""The event bus: event store, outbox, line, relay, cursors, watchdog, replay."""
