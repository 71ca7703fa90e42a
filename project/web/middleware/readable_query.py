"""A query with NUL is refused: no field has one, and PostgreSQL takes none."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from project.web.errors.pages import UNREADABLE, page


class ReadableQuery(MiddlewareMixin):
    """Responds 400 on pages. The API's parsers refuse it themselves."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Respond before anybody reads the query."""
        if "%00" in request.META["QUERY_STRING"] and not request.path.startswith("/api/"):
            return page(request, UNREADABLE, status=400)
        return None
