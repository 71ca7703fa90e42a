"""Whether a page is read by a person who has signed in."""

from django.http import HttpRequest

# Independent of the user. The offline page must be served while PostgreSQL is away.
_FOR_ALL = ("/api/", "/sw.js", "/offline/")


def is_signed_in(request: HttpRequest) -> bool:
    """True for a page that depends on its reader. The API knows its callers by itself."""
    return not request.path.startswith(_FOR_ALL) and request.user.is_authenticated
