"""`manage.py import_staff FILE`."""

from project.accounts.staff_import import STAFF
from project.imports.command import ImportCommand


class Command(ImportCommand):
    """Staff with their departments and roles: all of them, or none, with every reason why."""

    help = "Load staff. A second run changes nothing; who is missing is listed and stays."
    format = STAFF
