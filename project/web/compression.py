"""Compression of pages and of files without a compressed copy."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_API = "/api/v1/"


class Compression(GZipMiddleware):
    """Django's own, which also obscures lengths. API responses are short and stay uncompressed."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress everything but API responses."""
        is_api = request.path.startswith(_API)
        return response if is_api else super().process_response(request, response)
