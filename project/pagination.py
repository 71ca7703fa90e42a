"""Pages by cursor: stable while rows come and go, and as cheap at the end as at the start."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """The project's pages. Views that order otherwise than by id, newest first, subclass it."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "size"
    max_page_size = 200

    def paginate_queryset(self, *args: Any, **kwargs: Any) -> Any:
        """Return one page; a cursor that was tampered with is 404, where DRF would break."""
        try:
            return super().paginate_queryset(*args, **kwargs)
        except (ValueError, TypeError, ValidationError, DataError) as error:
            raise NotFound(_("This cursor leads nowhere: start again without it.")) from error
