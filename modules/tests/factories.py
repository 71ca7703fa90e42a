"""Test data: a catalogue, submissions in position order, and runs of the seats' writer."""

from collections.abc import Sequence

from django.db import transaction

from modules.invariants import INVARIANTS
from modules.models import Allocation, WaitlistEntry
from modules.selectors.catalogue import get_section
from modules.services.catalogue import module_save, section_save, term_save
from project.bus.consumers import CONSUMERS
from project.bus.runner import run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.bus.store import load_flows
from project.events.base import Event
from project.events.modules import ModuleChanged, SectionChanged
from project.events.registration import Dropped, EndedItem, RequestedItem, Submitted
from project.events.vocabulary import ItemState, Mode, OnFull
from project.invariants.runner import broken_rows
from project.ops.ids import uuid7
from project.testing import received_events


def receive(event: Event) -> int:
    """An event of another service, to be given a position, without that service's projections."""
    with transaction.atomic():
        event_id = received_events.receive(event)
        run("INSERT INTO bus_outbox (event_id) VALUES (%s)", [event_id])
    return event_id


def section(seats: int | None, *, module: str = "MATH 1", code: str = "A01") -> int:
    """A section in a term of its own module."""
    rows = fetch("SELECT id FROM modules_term WHERE code = 'T'")
    term = rows[0][0] if rows else term_save(code="T", name="T")
    known = fetch("SELECT id FROM modules_module WHERE code = %s", [module])
    number = (
        known[0][0]
        if known
        else module_save(
            module=ModuleChanged(module=0, code=module, title=module, credit_quarters=16)
        )
    )
    return section_save(
        section=SectionChanged(
            section=0,
            term=term,
            module=number,
            module_code=module,
            code=code,
            seats=seats,
            credit_quarters=16,
        )
    )


def submission(
    student: int, *sections: int, mode: str = "any", on_full: str = "waitlist"
) -> Submitted:
    return Submitted(
        registration=str(uuid7()),
        student=student,
        programme="CS",
        term=1,
        mode=Mode(mode),
        on_full=OnFull(on_full),
        items=tuple(RequestedItem(section=one, module="M", credit_quarters=16) for one in sections),
    )


def submitted(student: int, *sections: int, mode: str = "any", on_full: str = "waitlist") -> int:
    """The event of a submission."""
    return receive(submission(student, *sections, mode=mode, on_full=on_full))


def dropped(flow_id: int, *sections: int) -> int:
    """The event by which the student drops sections of that submission."""
    asked = load_flows([flow_id])[flow_id].trigger
    assert isinstance(asked, Submitted)
    items = tuple(EndedItem(section=one, was=ItemState.CONFIRMED) for one in sections)
    return receive(Dropped(registration=asked.registration, student=asked.student, items=items))


def work() -> None:
    """Assign positions to new events, and let the seats' writer process all of them."""
    while sequence_outbox():
        pass
    run_cursor(CONSUMERS["modules.lock"], is_redelivered=False)
    dead_letters = fetch("SELECT error, traceback FROM bus_dead_letter WHERE resolved_at IS NULL")
    assert dead_letters == []


def live(section: int) -> list[tuple[int, int | None]]:
    """(student, seat) of every live allocation, oldest first."""
    rows = Allocation.objects.filter(section=section, state="live").order_by("fencing_token")
    return list(rows.values_list("student_id", "seat"))


def waiting(section: int) -> list[int]:
    """The students on the waitlist, in order."""
    rows = WaitlistEntry.objects.filter(section=section, state="waiting").order_by("position")
    return list(rows.values_list("student_id", flat=True))


def events(*types: str) -> list[str]:
    """Wire names of the events appended since the catalogue was created, in order."""
    rows = fetch("SELECT type FROM bus_event WHERE type LIKE 'modules.seat%%' ORDER BY id")
    return [row[0].split(".")[1] for row in rows]


def broken(at_rest: bool = True) -> Sequence[str]:
    """Names of the invariants of modules that are violated now."""
    return [one.name for one in INVARIANTS if (at_rest or not one.at_rest) and broken_rows(one)]


def resized(section: int, seats: int | None) -> None:
    stored = get_section(section=section)
    assert stored is not None
    data = {**stored.to_data(), "seats": seats}
    section_save(section=SectionChanged.from_data(data))
