"""Pagination of the API's lists: page size, and links to the pages before and after."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from project.web.keyset import M, Order, Page, page_of

SIZE, MOST = 50, 200


def page_asked(request: Request, rows: QuerySet[M], *, order: Order) -> Page[M]:
    """The page selected by `cursor` and `size`."""
    cursor = request.query_params.get("cursor", "")
    return page_of(rows, order=order, cursor=cursor, size=_size(request))


def page_answer(request: Request, page: Page[Any], results: Sequence[Any]) -> Response:
    """The response with a page."""
    sides = {"next": page.next, "previous": page.previous}
    links = {name: cursor and _address(request, cursor) for name, cursor in sides.items()}
    return Response({**links, "results": results})


def _size(request: Request) -> int:
    size = request.query_params.get("size", "")
    if not size:
        return SIZE
    if not (size.isascii() and size.isdigit() and len(size) < 9 and 0 < int(size) <= MOST):
        words = _("Say a whole number from 1 to {most}.").format(most=MOST)
        raise ValidationError({"size": [words]})
    return int(size)


def _address(request: Request, cursor: str) -> str:
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))
