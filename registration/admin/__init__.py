"""The admin of registration: staff edit students, windows and blocks; the rest is read-only."""

from registration.admin.catalogue import ModuleAdmin, SectionAdmin, TermAdmin
from registration.admin.registrations import RegistrationAdmin
from registration.admin.students import BlockAdmin, StudentAdmin, WindowAdmin

__all__ = [
    "BlockAdmin",
    "ModuleAdmin",
    "RegistrationAdmin",
    "SectionAdmin",
    "StudentAdmin",
    "TermAdmin",
    "WindowAdmin",
]
