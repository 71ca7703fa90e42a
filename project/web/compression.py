"""Pages, and the files for which there are no compressed ones, go out compressed."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_API = "/api/v1/"


class Compression(GZipMiddleware):
    """Django's own, which blurs lengths too. The API answers briefly, and in haste: as it is."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress what is worth it."""
        is_api = request.path.startswith(_API)
        return response if is_api else super().process_response(request, response)
