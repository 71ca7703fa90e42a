"""The event bus: event store, outbox, sequencer, relay, cursors, watchdog, replay."""
