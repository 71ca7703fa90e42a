"""Nobody reads one page more often than `READ_RATE` allows."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from project.web.errors.pages import TOO_OFTEN, page
from project.web.signed_in import is_signed_in
from project.web.throttling import take_token


class ReadRate(MiddlewareMixin):
    """Responds 429 to a person who reads one page too often. Strangers are not counted: a whole
    campus may come from one address."""

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Count by view, which is known only now."""
        match = request.resolver_match
        if match is None or request.method not in ("GET", "HEAD") or not is_signed_in(request):
            return None
        ident = f"{match.view_name}:{request.user.pk}"
        wait_ms = take_token(scope="read", ident=ident, fails_open=True)
        seconds = -(-wait_ms // 1000)
        return page(request, TOO_OFTEN, status=429, wait=seconds) if seconds else None
