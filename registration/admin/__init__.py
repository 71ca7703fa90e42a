"""The admin of registration: staff edit students, windows and blocks; the rest is read-only."""

from registration.admin.blocks import BlockAdmin
from registration.admin.catalogue import ModuleAdmin, SectionAdmin, TermAdmin
from registration.admin.categories import CategoryAdmin
from registration.admin.registrations import RegistrationAdmin
from registration.admin.students import StudentAdmin
from registration.admin.windows import WindowAdmin

__all__ = [
    "BlockAdmin",
    "CategoryAdmin",
    "ModuleAdmin",
    "RegistrationAdmin",
    "SectionAdmin",
    "StudentAdmin",
    "TermAdmin",
    "WindowAdmin",
]
