"""Ids are given out once."""

from typing import Any

import pytest
from django.db import transaction

from project.bus.sequences import allocate_ids

pytestmark = pytest.mark.django_db
SEQUENCE = "accounts_user_id_seq"


def test_ids_are_new_however_many_are_asked_for(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        first = allocate_ids(sequence=SEQUENCE, count=3)
        later = allocate_ids(sequence=SEQUENCE, count=2)
    assert len({*first, *later}) == 5
    assert min(later) > max(first)


def test_an_id_that_was_given_up_is_not_given_again() -> None:
    with transaction.atomic():
        (lost,) = allocate_ids(sequence=SEQUENCE, count=1)
        transaction.set_rollback(True)
    assert lost not in allocate_ids(sequence=SEQUENCE, count=5)


def test_no_ids_are_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert allocate_ids(sequence=SEQUENCE, count=0) == []
