"""`manage.py import_blocks FILE [--lift-missing]`."""

from project.imports.command import ImportCommand
from registration.services.block_import import BLOCKS


class Command(ImportCommand):
    """Blocks of one or more offices: all of them, or none, with every reason why."""

    help = "Load blocks on students. A second run changes nothing."
    format = BLOCKS
