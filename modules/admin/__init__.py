"""The administration of `modules`: the catalogue is edited by events, seats are read-only."""

from modules.admin.catalogue import ModuleAdmin, SectionAdmin, TermAdmin
from modules.admin.rooms import RoomAdmin
from modules.admin.seats import AllocationAdmin, WaitlistEntryAdmin

__all__ = [
    "AllocationAdmin",
    "ModuleAdmin",
    "RoomAdmin",
    "SectionAdmin",
    "TermAdmin",
    "WaitlistEntryAdmin",
]
