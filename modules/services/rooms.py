"""Rooms and their capacities: one event per changed row."""

from django.db import transaction

from modules.rules.conflicts import fold_name
from modules.selectors.conflicts import load_rooms
from modules.services.catalogue import LOCK
from project.bus import locks
from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.modules import RoomChanged
from project.events.reasons import Reason
from project.web.errors.base import Refusal

ROOM_IDS = "modules_room_number"


@transaction.atomic
def room_save(*, name: str, capacity: int, room: int | None = None) -> int:
    """Create or edit a room; returns its id. Refuses a second room of the same name, however it is
    spelt. Appends no event if nothing changes."""
    locks.acquire_transaction_lock(LOCK)
    known = {one.room: one for one in load_rooms()}
    key = fold_name(name)
    if not key:
        raise Refusal(Reason.NO_ROOM_NAME, name=name)
    for other in known.values():
        if fold_name(other.name) == key and other.room != room:
            raise Refusal(Reason.ROOM_EXISTS, name=other.name)
    number = room or allocate_ids(sequence=ROOM_IDS, count=1)[0]
    event = RoomChanged(room=number, name=name.strip(), capacity=capacity)
    if known.get(number) != event:
        append([event])
    return number
