"""The schemas of the API's responses, for its description; rendering does not use them."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from project.events.credits import MOST, QUARTERS, credits_number
from project.events.reasons import NextAction, ReasonStage
from project.events.vocabulary import ItemState, Mode, OnFull, RegistrationStatus
from registration.selectors.progress import ItemProgress, Progress

Json = dict[str, Any]


SECTION_ID = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
CREDITS = serializers.FloatField(help_text="Whole quarters: 4, 3.5 or 0.25.")


@extend_schema_field(
    {
        "oneOf": [
            SECTION_ID,
            {
                "type": "object",
                "properties": {
                    "section": SECTION_ID,
                    "credits": {
                        "type": "number",
                        "minimum": 0,
                        "maximum": float(MOST),
                        "multipleOf": 1 / QUARTERS,
                        "description": "From the section's `credits` to its `credits_max`.",
                    },
                },
                "required": ["section", "credits"],
                "additionalProperties": False,
            },
        ]
    }
)
class RequestedSectionField(serializers.Field[Any, Any, Any, Any]):
    """A section by its id, which counts its `credits`, or with the credits chosen."""


class RegistrationRequestSerializer(serializers.Serializer[Any]):
    """The request to submit."""

    sections = serializers.ListField(child=RequestedSectionField(), min_length=1)
    mode = serializers.ChoiceField(choices=list(Mode))
    on_full = serializers.ChoiceField(choices=list(OnFull))


class AcceptedSerializer(serializers.Serializer[Any]):
    """An accepted request and the address to follow it at."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=[RegistrationStatus.PENDING])
    url = serializers.CharField()


class ReasonSerializer(serializers.Serializer[Any]):
    """Why an item is in its state."""

    code = serializers.CharField()
    stage = serializers.ChoiceField(choices=list(ReasonStage), allow_null=True)
    sentence = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)
    next_actions = serializers.ListField(child=serializers.ChoiceField(choices=list(NextAction)))


class ItemSerializer(serializers.Serializer[Any]):
    """One section of a registration."""

    section = serializers.IntegerField()
    module = serializers.CharField()
    code = serializers.CharField()
    credits = CREDITS
    state = serializers.ChoiceField(choices=list(ItemState))
    reason = ReasonSerializer(allow_null=True)
    drop_requested = serializers.BooleanField()
    waitlist_position = serializers.IntegerField(allow_null=True)
    changed_at = serializers.DateTimeField()


class MomentSerializer(serializers.Serializer[Any]):
    """One entry of the timeline."""

    at = serializers.DateTimeField()
    what = serializers.CharField()
    sentence = serializers.CharField()


class SummarySerializer(serializers.Serializer[Any]):
    """A registration in the list."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    term = serializers.IntegerField()
    status = serializers.ChoiceField(choices=list(RegistrationStatus))
    mode = serializers.ChoiceField(choices=list(Mode))
    on_full = serializers.ChoiceField(choices=list(OnFull))
    submitted_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    items = ItemSerializer(many=True)


class PageSerializer(serializers.Serializer[Any]):
    """One page: the addresses of the next and previous page, and its results."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SummaryPage(PageSerializer):
    """A page of registrations."""

    results = SummarySerializer(many=True)


class RegistrationSerializer(SummarySerializer):
    """A registration with its position and its timeline."""

    submissions_ahead = serializers.IntegerField(allow_null=True)
    timeline = MomentSerializer(many=True)


class MeetingSerializer(serializers.Serializer[Any]):
    """One meeting; minutes since midnight on the campus, an `end` after 1440 is on the next day. A
    weekly one has `starts_on` and `ends_on` where it is not held all term."""

    kind = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    day = serializers.IntegerField(allow_null=True)
    date = serializers.DateField(allow_null=True)
    room = serializers.CharField(allow_blank=True)
    number = serializers.IntegerField(required=False)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)


class SectionSerializer(serializers.Serializer[Any]):
    """A section with its live counts; they are null while Redis is unreachable."""

    id = serializers.IntegerField()
    term = serializers.CharField()
    module = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    credits = CREDITS
    credits_max = serializers.FloatField(
        allow_null=True,
        help_text="Where it is not null, a student chooses from `credits` to it, in quarters.",
    )
    seats = serializers.IntegerField(allow_null=True)
    taken = serializers.IntegerField(allow_null=True)
    waiting = serializers.IntegerField(allow_null=True)
    free = serializers.IntegerField(allow_null=True)
    is_open = serializers.BooleanField()
    meetings = MeetingSerializer(many=True)
    instructor = serializers.CharField(allow_blank=True)
    requires = serializers.ListField(child=serializers.JSONField())
    requirement_text = serializers.CharField(allow_blank=True)


class SectionPage(PageSerializer):
    """A page of sections."""

    results = SectionSerializer(many=True)


PAGE = (
    OpenApiParameter("cursor", str, description="As in `next` and `previous`; any other is 400."),
    OpenApiParameter("size", int, description="How many on a page: 1 to 200."),
)


def summary_json(progress: Progress, *, url: str) -> Json:
    """A registration without position and timeline."""
    return {
        "id": str(progress.id),
        "url": url,
        "term": progress.term,
        "status": progress.status,
        "mode": progress.mode,
        "on_full": progress.on_full,
        "submitted_at": progress.submitted_at,
        "decided_at": progress.decided_at,
        "items": [item_json(item) for item in progress.items],
    }


def registration_json(progress: Progress, *, url: str) -> Json:
    """A registration in full."""
    timeline = [
        {"at": moment.at, "what": moment.what, "sentence": moment.sentence}
        for moment in progress.timeline
    ]
    return {
        **summary_json(progress, url=url),
        "submissions_ahead": progress.submissions_ahead,
        "timeline": timeline,
    }


def item_json(item: ItemProgress) -> Json:
    """One item."""
    return {
        "section": item.section,
        "module": item.module,
        "code": item.code,
        "credits": credits_number(item.credit_quarters),
        "state": item.state,
        "reason": item.reason and asdict(item.reason),
        "drop_requested": item.drop_requested,
        "waitlist_position": item.waitlist_position,
        "changed_at": item.changed_at,
    }
