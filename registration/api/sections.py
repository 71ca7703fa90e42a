"""Search the sections, with live counts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.events.credits import credits_number
from project.live import seat_counts
from project.web.pagination import page_answer, page_asked
from registration.api.serializers import PAGE, SectionPage
from registration.selectors.availability import Availability
from registration.selectors.sections import BY_CODE, SectionSearch, sections_found
from registration.selectors.terms import load_terms

if TYPE_CHECKING:
    from registration.models import Section

_YES_NO = {"": None, "true": True, "1": True, "false": False, "0": False}
_LONGEST = 200
_EVERY_TERM = "*"
_WORDS = {
    "term": "Code of a term, or `*` for all. Without it the current one: where registration is "
    "open to you, the last opened; else the one taught now, else the next, else the latest.",
    "q": "Words that must all be in the module's code, title or instructor: capitals, accents, "
    "width and the spaces of a code do not count.",
    "module": "Code of a module.",
}


class SectionsView(APIView):
    """The sections of a term, or of all."""

    @extend_schema(
        operation_id="sections_list",
        parameters=[
            *PAGE,
            *(OpenApiParameter(name, str, description=text) for name, text in _WORDS.items()),
            OpenApiParameter("open", OpenApiTypes.BOOL, description="Whether it takes students."),
        ],
        responses=SectionPage,
    )
    def get(self, request: Request) -> Response:
        """Search sections by term, module, words and whether they are open."""
        page = page_asked(request, sections_found(_search(request)), order=BY_CODE)
        counts = seat_counts.read([row.id for row in page.rows])
        return page_answer(request, page, [_section(row, counts) for row in page.rows])


def _search(request: Request) -> SectionSearch:
    words = {name: request.query_params.get(name, "") for name in _WORDS}
    for name, word in words.items():
        if len(word) > _LONGEST or "\x00" in word:
            raise ValidationError({name: [_("This is no text to search for.")]})
    is_open = request.query_params.get("open", "").lower()
    if is_open not in _YES_NO:
        raise ValidationError({"open": [_('Say "true" or "false".')]})
    words["term"] = _term(request, words["term"])
    return SectionSearch(**words, open=_YES_NO[is_open])


def _term(request: Request, code: str) -> str:
    """The requested term; "" for all of them."""
    if code:
        return "" if code == _EVERY_TERM else code
    terms = load_terms(student=int(request.user.pk or 0))
    return terms[0].code if terms else ""


def _section(row: "Section", counts: Mapping[int, seat_counts.Counts]) -> dict[str, Any]:
    known = counts.get(row.id)
    seats = Availability(
        capacity=row.seats,
        is_open=row.is_open,
        taken=known.taken if known else None,
        waiting=known.waiting if known else None,
    )
    most = row.credit_quarters_max
    return {
        "id": row.id,
        "term": row.term.code,
        "module": row.module_code,
        "code": row.code,
        "title": row.module.title,
        "credits": credits_number(row.credit_quarters),
        "credits_max": None if most is None else credits_number(most),
        "seats": seats.capacity,
        "taken": seats.taken,
        "waiting": seats.waiting,
        "free": seats.free,
        "is_open": not seats.is_closed,
        "meetings": row.meetings,
        "instructor": row.instructor,
        "requires": row.module.requires,
        "requirement_text": row.module.requirement_note,
    }
