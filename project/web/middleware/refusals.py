"""A refusal that no view caught gets its page."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from project.ops.locked import is_locked
from project.web.errors.base import Refusal
from project.web.errors.locked import busy
from project.web.errors.pages import refused


class Refusals(MiddlewareMixin):
    """Responds to a refusal, and to a row that another transaction locks. Django's handlers respond
    to the rest, the API to its own."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Respond to these two, and leave any other error to Django."""
        error = busy() if is_locked(error) else error
        return refused(request, error) if isinstance(error, Refusal) else None
