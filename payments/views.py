"""The statement of account as a page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payments import selectors

_LAST_PAGE = 999


@require_safe
@login_required
def statement(request: HttpRequest) -> HttpResponse:
    """What the person may owe and owes, and every payment."""
    page = _page(request.GET.get("page", ""))
    found = selectors.statement(student=int(request.user.pk or 0), page=page)
    known = {"statement": found, "page": page, "newer": page - 1, "older": page + 1}
    return render(request, "account/statement.html", known)


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), _LAST_PAGE)
