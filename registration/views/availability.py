"""Current seat counts, for pages that receive no live updates."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views import View

from registration.selectors.availability import get_availability

MOST = 200
_LONGEST = 19


class SeatsView(LoginRequiredMixin, View):
    """`?ids=1,2,3`: free seats and waitlisted students by section; null: unknown or unlimited."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Return the counts; unknown sections are left out."""
        ids = request.GET.get("ids", "").split(",")
        if len(ids) > MOST or not all(_is_number(one) for one in ids):
            detail = _("Ask for 1 to %(most)s sections by number: ?ids=1,2,3") % {"most": MOST}
            return JsonResponse({"detail": detail}, status=400)
        found = get_availability([int(one) for one in ids])
        return JsonResponse(
            {
                str(section): {
                    "free": 0 if seats.capacity == 0 else seats.free,
                    "waiting": seats.waiting,
                }
                for section, seats in found.items()
            }
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _LONGEST
