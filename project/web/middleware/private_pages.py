"""Browsers keep no copy of what a signed-in person sees: others may use them next."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin

from project.web.signed_in import is_signed_in


class PrivatePages(MiddlewareMixin):
    """Forbids caching of personal pages that say nothing about it themselves."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the header where a person reads the page, and to each failure of ours."""
        if "Cache-Control" not in response and _is_personal(request, response):
            add_never_cache_headers(response)
        return response


def _is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    # After an error the user is not loaded again.
    return response.status_code >= 500 or is_signed_in(request)
