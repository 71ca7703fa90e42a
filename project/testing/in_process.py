"""The whole flow in this process: for tests that must stop between two steps, or race them.

It uses the same runner and services as the pools, on the same database; only the messages are
missing.
"""

from typing import cast
from uuid import UUID

from celery import current_app
from django.core import mail
from django.core.mail import EmailMessage

from notifications.services import emails_send
from project.bus.consumers import CONSUMERS
from project.bus.runner import run_batch, run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch
from project.invariants.runner import InvariantBreach, run_invariants
from project.testing.system.running import System
from project.testing.system.world import World

EMAILS_SENT = "every email was sent"


class Here:
    """Stands in for the running system: `drain` does the work instead of waiting for it."""

    def drain(self) -> None:
        """Do all work until none is left."""
        while sequence_outbox() or self.batches():
            self.read_on()
            for batch, steps in self.batches():
                for task in steps:
                    self.do(task, batch)
        self.read_on()

    def batches(self) -> list[tuple[int, list[str]]]:
        """Number and remaining steps of every batch under way, oldest first."""
        return fetch(
            "SELECT id, steps[array_position(steps, step):] FROM bus_batch"
            " WHERE step IS NOT NULL ORDER BY id"
        )

    def read_on(self) -> None:
        """Let every subscription read to the last position."""
        for work in CONSUMERS.values():
            if work.cursor:
                run_cursor(work, is_redelivered=False)

    def do(self, task: str, batch: int) -> None:
        """Do what a pool does with the message (task, batch)."""
        work = CONSUMERS[task]
        run_one = run_cursor if work.cursor else run_batch
        run_one(work, batch=batch, is_redelivered=False)

    def do_until(self, task: str) -> None:
        """Run every batch up to the step before this one of its flow."""
        while sequence_outbox():
            pass
        if task == "modules.lock":
            return
        self.read_on()
        for batch, steps in self.batches():
            for name in steps[: steps.index(task)] if task in steps else ():
                self.do(name, batch)


def broken_invariants() -> list[InvariantBreach]:
    """Invariants that are broken now that no work is left. Emails are left out: nobody sends them
    here."""
    return [one for one in run_invariants(at_rest=True) if one.invariant != EMAILS_SENT]


def world_in_process() -> World:
    """A term with an open window; only the test does work."""
    current_app.loader.import_default_modules()
    world = World(system=cast(System, Here()))
    world.begin()
    world.ready()
    return world


def posted() -> list[EmailMessage]:
    """Every email so far, once the mail service has read the account events."""
    current_app.loader.import_default_modules()
    while sequence_outbox():
        pass
    run_cursor(CONSUMERS["notifications.accounts"], is_redelivered=False)
    emails_send()
    return list(mail.outbox)


def paid(student: int) -> int:
    rows = fetch(
        "SELECT captured + authorised FROM payments_account WHERE student_id = %s", [student]
    )
    return int(rows[0][0])


def get_announcements(registration: UUID) -> list[str]:
    """Kinds of the announcements of a registration in the inbox, one per email."""
    return [
        kind
        for (kind,) in fetch(
            "SELECT i.kind FROM notifications_inbox i JOIN notifications_email m USING (event_id)"
            " WHERE i.registration_id = %s ORDER BY i.event_id",
            [registration],
        )
    ]
