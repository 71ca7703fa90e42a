"""The inbox as a page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import selectors

_LONGEST = 19


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first; for htmx only the list."""
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) < _LONGEST
    start = int(before) if is_number else None
    page = selectors.inbox_page(student=int(request.user.pk or 0), before=start)
    template = "inbox/parts/list.html" if request.htmx else "inbox/inbox.html"  # type: ignore[attr-defined]
    return render(request, template, {"page": page, "is_newest": start is None})
