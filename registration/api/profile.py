"""A person's profile, and what they may change of it themselves."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts.models import User
from project.accounts.services import ProfileChange, profile_change
from project.events.credits import credits_number
from registration.api.serializers import CREDITS, Json
from registration.selectors.profile import Profile, load_profile

_CHANGEABLE = ("preferred_name", "address", "language", "wants_email")


class BlockSerializer(serializers.Serializer[Any]):
    """Why somebody cannot register, and whom to see."""

    reason = serializers.CharField()
    office = serializers.CharField(allow_blank=True)


class WindowSerializer(serializers.Serializer[Any]):
    """When somebody may register for a term."""

    term = serializers.CharField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()


class StudiesSerializer(serializers.Serializer[Any]):
    """What only the registry changes."""

    programme = serializers.CharField()
    year = serializers.IntegerField()
    level = serializers.CharField(allow_blank=True)
    standing = serializers.CharField(allow_blank=True)
    campus = serializers.CharField(allow_blank=True)
    groups = serializers.ListField(child=serializers.CharField())
    adviser = serializers.CharField(allow_blank=True)
    credit_limit = CREDITS
    credits_earned = CREDITS
    blocks = BlockSerializer(many=True)
    windows = WindowSerializer(many=True)


class ProfileChangeSerializer(serializers.Serializer[Any]):
    """What a person changes themselves; what is left out stays."""

    preferred_name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    address = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    language = serializers.ChoiceField(required=False, choices=settings.LANGUAGES)
    wants_email = serializers.BooleanField(required=False)


class ProfileSerializer(ProfileChangeSerializer):
    """A person; `studies` is null for whoever is no student."""

    number = serializers.CharField(allow_blank=True)
    full_name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    studies = StudiesSerializer(allow_null=True)


class ProfileView(APIView):
    """The profile of the holder of the token."""

    @extend_schema(operation_id="profile", responses=ProfileSerializer)
    def get(self, request: Request) -> Response:
        """Return it."""
        return Response(_profile_json(User.objects.get(pk=request.user.pk or 0)))

    @extend_schema(
        operation_id="profile_change", request=ProfileChangeSerializer, responses=ProfileSerializer
    )
    def patch(self, request: Request) -> Response:
        """Change what a person may change; anything else is refused."""
        change = ProfileChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        _refuse_others(request.data)
        person = User.objects.get(pk=request.user.pk or 0)
        profile_change(person=person, change=_merged(person, change.validated_data))
        return Response(_profile_json(person))


def _refuse_others(data: Any) -> None:
    others = sorted(set(data) - set(_CHANGEABLE))
    if others:
        text = _("You cannot change this yourself. Ask the registry.")
        raise ValidationError({name: [text] for name in others})


def _merged(person: User, data: dict[str, Any]) -> ProfileChange:
    values: Json = {name: getattr(person, name) for name in _CHANGEABLE}
    return ProfileChange(**{**values, **data})


def _profile_json(person: User) -> Json:
    profile = load_profile(person.pk)
    return {
        "number": person.number,
        "full_name": person.full_name,
        "preferred_name": person.preferred_name,
        "email": person.email,
        "address": person.address,
        "language": person.language,
        "wants_email": person.wants_email,
        "studies": profile and _studies_json(profile),
    }


def _studies_json(profile: Profile) -> Json:
    return {
        "programme": profile.programme,
        "year": profile.year,
        "level": profile.level,
        "standing": profile.standing,
        "campus": profile.campus,
        "groups": profile.groups,
        "adviser": profile.adviser,
        "credit_limit": credits_number(profile.credit_limit_quarters),
        "credits_earned": credits_number(profile.credits_earned_quarters),
        "blocks": [{"reason": one.reason, "office": one.office} for one in profile.blocks],
        "windows": [
            {"term": one.term, "opens_at": one.opens_at, "closes_at": one.closes_at}
            for one in profile.windows
        ],
    }
