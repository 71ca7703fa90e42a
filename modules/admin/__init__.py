"""The administration of `modules`: the catalogue is edited by events, seats are only looked at."""

from modules.admin.catalogue import ModuleAdmin, SectionAdmin, TermAdmin
from modules.admin.seats import AllocationAdmin, WaitlistEntryAdmin

__all__ = ["AllocationAdmin", "ModuleAdmin", "SectionAdmin", "TermAdmin", "WaitlistEntryAdmin"]
