"""The statement of account as a page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payments import selectors


@require_safe
@login_required
def statement(request: HttpRequest) -> HttpResponse:
    """What the user may owe and owes, and every payment."""
    cursor = request.GET.get("cursor", "")
    found = selectors.load_statement(student=int(request.user.pk or 0), cursor=cursor)
    return render(request, "account/statement.html", {"statement": found})
