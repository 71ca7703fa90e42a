"""The admin edits rates and limits through services, and shows the rest."""

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client

from payments import services
from payments.models import Account, LedgerEntry, Payment, Rate
from payments.tests import factories
from project.bus.sql import fetch

pytestmark = pytest.mark.django_db


def event_types() -> list[str]:
    rows = fetch("SELECT type FROM bus_event WHERE type LIKE 'payments.%%_changed.v1' ORDER BY id")
    return [kind for (kind,) in rows]


def test_saving_a_rate_appends_one_event(admin_client: Client) -> None:
    form = {"programme": "CS", "per_credit": 100, "limit": 5_000}
    admin_client.post("/admin/payments/rate/add/", form)
    admin_client.post("/admin/payments/rate/CS/change/", form | {"per_credit": 120})
    assert list(Rate.objects.values_list()) == [("CS", 120, 5_000)]
    assert event_types() == ["payments.rate_changed.v1"] * 2


def test_limit_is_all_that_can_be_edited_of_an_account(admin_client: Client) -> None:
    factories.account(7, limit=500)
    form = {"limit": 900, "captured": 1, "authorised": 1, "student_id": 8}
    admin_client.post("/admin/payments/account/7/change/", form)
    assert list(Account.objects.values_list()) == [(7, 900, 0, 0)]
    assert event_types() == ["payments.account_changed.v1"] * 2


@pytest.mark.parametrize("model", ["account", "payment", "ledgerentry", "rate"])
def test_lists_and_pages_open_and_nothing_can_be_deleted(admin_client: Client, model: str) -> None:
    factories.rate()
    flow = factories.submitted(7).seated()
    with transaction.atomic():
        services.payments_authorise(flow_ids=[flow.flow_id])
        services.payments_capture(flow_ids=[flow.decided().flow_id])
    kinds: dict[str, type[Model]] = {
        "account": Account,
        "payment": Payment,
        "ledgerentry": LedgerEntry,
        "rate": Rate,
    }
    key = str(kinds[model]._default_manager.all()[0].pk)
    assert admin_client.get(f"/admin/payments/{model}/?q=7").status_code == 200
    quoted = key.replace("/", "_2F").replace(":", "_3A")
    assert admin_client.get(f"/admin/payments/{model}/{quoted}/change/").status_code == 200
    assert admin_client.post(f"/admin/payments/{model}/{quoted}/delete/").status_code == 403


@pytest.mark.parametrize("model", ["payment", "ledgerentry"])
def test_payments_and_entries_cannot_be_added(admin_client: Client, model: str) -> None:
    assert admin_client.get(f"/admin/payments/{model}/add/").status_code == 403
