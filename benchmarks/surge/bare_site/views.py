"""The minimal Django REST view that stores a request."""

from django.db import transaction
from rest_framework import serializers, status
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.surge.bare_site.models import Item, Request
from project.accounts.authentication import StatelessAuthentication


class Body(serializers.Serializer[dict[str, object]]):
    """The two fields of a request."""

    section = serializers.IntegerField(min_value=1)
    mode = serializers.ChoiceField(choices=("all", "any"))


class BareView(APIView):
    """Validates two fields, inserts two rows."""

    authentication_classes = (StatelessAuthentication,)
    throttle_classes = ()

    def post(self, request: HttpRequest) -> Response:
        """Store one request."""
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        with transaction.atomic():
            stored = Request(student_id=request.user.pk, mode=asked["mode"])
            stored.save(force_insert=True)
            Item(request_id=stored.pk, section_id=asked["section"]).save(force_insert=True)
        return Response({"id": stored.pk}, status=status.HTTP_202_ACCEPTED)
