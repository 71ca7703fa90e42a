"""What tests do without, to be quick: Django's TRUNCATE, a search for static files per client."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Redirect, StaticFile

from project.testing.emptying import delete_rows

_find = WhiteNoiseMiddleware.add_files_from_finders
_found: dict[str, StaticFile | Redirect] = {}


def _add_found(site: WhiteNoiseMiddleware) -> None:
    """Every `Client` is a site of its own, and each would search for all files again."""
    if not _found:
        _find(site)
        _found.update(site.files)
    site.files.update(_found)


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    with (
        patch.object(WhiteNoiseMiddleware, "add_files_from_finders", _add_found),
        patch.object(TransactionTestCase, "_fixture_teardown", delete_rows),
    ):
        yield
