"""The inbox as a page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import selectors


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The announcements to the user, newest first; for htmx only the list."""
    cursor = request.GET.get("cursor", "")
    page = selectors.inbox_page(student=int(request.user.pk or 0), cursor=cursor)
    template = "inbox/parts/list.html" if request.htmx else "inbox/inbox.html"  # type: ignore[attr-defined]
    return render(request, template, {"page": page, "is_newest": not cursor})
