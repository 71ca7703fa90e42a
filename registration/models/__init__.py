"""Tables of `registration`. Rows come from events, and only projections write them; those of the
models that say "Operational" do not."""

from registration.models.calendars import CalendarToken
from registration.models.catalogue import Module, Section, Term
from registration.models.categories import Category
from registration.models.plans import Plan
from registration.models.registrations import IdempotencyKey, Item, Registration
from registration.models.students import Attempt, Block, BlockReason, Student, StudentRecord
from registration.models.windows import Window

__all__ = [
    "Attempt",
    "Block",
    "BlockReason",
    "CalendarToken",
    "Category",
    "IdempotencyKey",
    "Item",
    "Module",
    "Plan",
    "Registration",
    "Section",
    "Student",
    "StudentRecord",
    "Term",
    "Window",
]
