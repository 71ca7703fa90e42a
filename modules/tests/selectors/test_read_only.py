"""Selectors only read: PostgreSQL enforces it in a read-only transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import getmembers, isfunction
from types import ModuleType

import pytest
from django.db import InternalError, transaction

from modules.rules.seat_snapshot import SeatEvent
from modules.selectors import catalogue, conflicts, seats, terms
from modules.services.catalogue import SECTION_IDS
from modules.services.seats import seats_decide
from modules.tests import factories
from project.bus.sequencer import sequence_outbox
from project.bus.sequences import allocate_ids
from project.bus.sql import run
from project.events.modules import SectionChanged

pytestmark = pytest.mark.usefixtures("seats")
SUBMISSION = factories.submission(1, 1)
SECTION = SectionChanged(
    section=1, term=1, module=1, module_code="M", code="A", seats=1, credit_quarters=4
)
SELECTORS: dict[Callable[..., object], dict[str, object]] = {
    catalogue.get_term: {"code": "T"},
    catalogue.get_term_of_id: {"term": 1},
    catalogue.load_modules: {},
    catalogue.load_sections: {"term": 1},
    catalogue.get_section: {"section": 1},
    catalogue.load_taken: {"sections": [1]},
    conflicts.load_student_conflicts: {"was": SECTION, "now": SECTION},
    conflicts.load_warnings: {"term": 1},
    conflicts.find_new_warnings: {"stored": [SECTION], "instead": [SECTION], "capacities": {}},
    conflicts.load_rooms: {},
    conflicts.load_capacities: {},
    terms.load_term_summaries: {"terms": [1]},
    seats.load_seat_snapshot: {
        "events": [SeatEvent(flow_id=1, position=1, event=SUBMISSION)],
        "beside": "0",
    },
    catalogue.load_parts: {"term": 1},
    seats.load_last_fencing_token: {},
    seats.load_section_counts: {},
    seats.load_seat_locks: {"seconds": 900, "over": 120},
}


@contextmanager
def read_only() -> Iterator[None]:
    """A read-only transaction: no row written or locked, no sequence drawn."""
    with transaction.atomic():
        run("SET TRANSACTION READ ONLY")
        yield


def public(module: ModuleType) -> set[Callable[..., object]]:
    own = getmembers(module, lambda m: isfunction(m) and m.__module__ == module.__name__)
    return {function for name, function in own if not name.startswith("_")}


def test_every_selector_is_here() -> None:
    modules = (catalogue, conflicts, terms, seats)
    assert set().union(*map(public, modules)) == set(SELECTORS)


@pytest.mark.parametrize("selector", SELECTORS, ids=lambda function: function.__name__)
def test_a_selector_needs_no_more_than_to_read(selector: Callable[..., object]) -> None:
    with read_only():
        selector(**SELECTORS[selector])


def test_control_drawing_an_id_is_more_than_reading() -> None:
    with pytest.raises(InternalError, match="nextval"), read_only():
        allocate_ids(sequence=SECTION_IDS, count=1)


def test_control_drawing_fencing_tokens_is_more_than_reading() -> None:
    flow_id = factories.submitted(1, factories.section(1))
    sequence_outbox()
    with pytest.raises(InternalError, match="nextval"), read_only():
        seats_decide(flow_ids=[flow_id])
    factories.work()
