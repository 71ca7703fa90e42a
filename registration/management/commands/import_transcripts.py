"""`manage.py import_transcripts FILE`."""

from project.imports.command import ImportCommand
from registration.services.transcript_import import TRANSCRIPTS


class Command(ImportCommand):
    """Transcripts from the student system: all of them, or none, with every reason why."""

    help = "Load transcripts of students. A second run changes nothing."
    format = TRANSCRIPTS
