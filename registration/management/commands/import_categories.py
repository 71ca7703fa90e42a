"""`manage.py import_categories FILE`."""

from project.imports.command import ImportCommand
from registration.services.category_import import CATEGORIES


class Command(ImportCommand):
    """Programmes, levels, standings, campuses and groups."""

    help = "Load what students are classified by. A second run changes nothing."
    format = CATEGORIES
