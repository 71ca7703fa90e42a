"""`python -m benchmarks NAME …`: run one benchmark."""

import argparse
import os
import sys

import django
from django.core.management import CommandError

from benchmarks.errors import BenchmarkFailed
from project.bus.idle import NotIdle


def parser() -> argparse.ArgumentParser:
    """Every benchmark with its options."""
    # Their modules import models, so Django has to be set up first.
    from benchmarks.live import command as live
    from benchmarks.pages import command as pages
    from benchmarks.surge import command as surge
    from benchmarks.surge import sizes_command as sizes

    found = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = found.add_subparsers(required=True, metavar="NAME")
    for name, command in (("surge", surge), ("sizes", sizes), ("live", live), ("pages", pages)):
        options = names.add_parser(name, help=command.HELP, description=command.HELP)
        command.add_arguments(options)
        options.set_defaults(run=command.run)
    return found


def main() -> int:
    """Run the benchmark; on failure print the reason and return 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    options = parser().parse_args()
    try:
        options.run(options)
    except (BenchmarkFailed, NotIdle, CommandError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
