"""`manage.py import_students FILE [--partial] [--end-missing]`."""

from project.imports.command import ImportCommand
from registration.services.student_format import STUDENTS


class Command(ImportCommand):
    """Students from the student system: all of them, or none, with every reason why."""

    help = "Load students, and list those who are missing. A second run changes nothing."
    format = STUDENTS
