"""Registration in the admin: people keep students, windows and blocks; the rest is looked at."""

from registration.admin.catalogue import ModuleAdmin, SectionAdmin, TermAdmin
from registration.admin.people import BlockAdmin, StudentAdmin, WindowAdmin
from registration.admin.registrations import RegistrationAdmin

__all__ = [
    "BlockAdmin",
    "ModuleAdmin",
    "RegistrationAdmin",
    "SectionAdmin",
    "StudentAdmin",
    "TermAdmin",
    "WindowAdmin",
]
