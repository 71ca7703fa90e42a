"""The command of a file format: `manage.py import_<name> FILE [options] [--dry-run] [--yes]`."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from project.imports.defects import FileInvalid
from project.imports.formats import (
    Comparison,
    FileFormat,
    Option,
    OptionKind,
    Unconfirmed,
    Upload,
)
from project.imports.records import File
from project.imports.reports import comparison_lines, defect_lines

INVALID, NEEDS_YES = 1, 3
_LINES_SHOWN = 20


class ImportCommand(BaseCommand):
    """Exit code 0: done, or nothing to do; 1: the file has defects; 2: wrong options; 3: it needs
    `--yes`. Nothing is ever imported in part."""

    format: ClassVar[FileFormat]

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the options of the format, and those of every import."""
        parser.add_argument("file", metavar="FILE", help="a CSV file or an .xlsx workbook")
        for option in self.format.options:
            _add_option(parser, option)
        parser.add_argument(
            "--dry-run", action="store_true", help="show the whole difference, change nothing"
        )
        parser.add_argument("--yes", action="store_true", help="agree to what would be asked")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, or apply and print what was done."""
        upload = self._upload(options)
        try:
            if options["dry_run"]:
                self._show(self.format.compare(upload), limit=None)
                self.stdout.write("Nothing was changed (--dry-run).")
            else:
                self.finish(self._apply(upload, is_confirmed=options["yes"]), options)
        except FileInvalid as wrong:
            raise CommandError("\n".join(defect_lines(wrong.defects)), returncode=INVALID) from None
        except Unconfirmed as asked:
            self._show(asked.comparison, limit=_LINES_SHOWN)
            text = f"Nothing was changed. {asked} Look at it with --dry-run; agree with --yes."
            raise CommandError(text, returncode=NEEDS_YES) from None

    def finish(self, done: Comparison, options: dict[str, Any]) -> None:
        """Print what was done. A format may wait for something more."""
        self._show(done, limit=_LINES_SHOWN)
        if done.is_empty:
            self.stdout.write("Nothing has changed: all of it is there already.")

    def _upload(self, options: dict[str, Any]) -> Upload:
        texts, files = {}, {}
        for option in self.format.options:
            given = options[option.name]
            if option.kind is OptionKind.FILE and given:
                files[option.name] = _file(given)
            elif given:
                texts[option.name] = "yes" if given is True else given
        return Upload(file=_file(options["file"]), texts=texts, files=files)

    def _apply(self, upload: Upload, *, is_confirmed: bool) -> Comparison:
        with tqdm(desc=self.format.name, unit="", file=self.stderr, disable=None) as bar:

            def show(so_far: int, total: int) -> None:
                bar.total = total
                bar.update(so_far - bar.n)

            return self.format.apply(upload, is_confirmed, show)

    def _show(self, comparison: Comparison, *, limit: int | None) -> None:
        for line in comparison_lines(comparison, limit=limit):
            self.stdout.write(line)


def _add_option(parser: CommandParser, option: Option) -> None:
    flag = f"--{option.name.replace('_', '-')}"
    if option.kind is OptionKind.FLAG:
        parser.add_argument(flag, action="store_true", help=option.meaning)
        return
    parser.add_argument(
        flag,
        required=option.is_required,
        type=_READERS.get(option.kind) or partial(_text, option),
        choices=option.choices or None,
        metavar=option.kind.upper() if option.kind is not OptionKind.CHOICE else None,
        help=option.meaning,
    )


def _file(path: str) -> File:
    try:
        return File(name=Path(path).name, data=Path(path).read_bytes())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ArgumentTypeError(f'"{text}" is not a day like 2026-09-07') from None


def _text(option: Option, text: str) -> str:
    text = text.strip()
    if len(text) > option.longest or not text or not text.isprintable():
        raise ArgumentTypeError(f"it needs 1 to {option.longest} printable characters")
    return text


_READERS: dict[OptionKind, Callable[[str], str]] = {OptionKind.DAY: _day, OptionKind.FILE: str}
