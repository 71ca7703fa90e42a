"""What the API's description adds to drf-spectacular: our tokens, and problems on every answer."""

from typing import Any

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from project.problems import MEDIA_TYPE

IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    type=str,
    location=OpenApiParameter.HEADER,
    required=True,
    description="Any text of your own, up to 200 characters. The same key with the same body is "
    "answered as the first time; with another body it is refused.",
)

_TEXT = {"type": "string"}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is for programs; `detail` and `fix` are for people.",
    "required": ["type", "title", "status", "detail", "code", "fix"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "fix": {**_TEXT, "description": "What would change the answer; empty where nothing would."},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"detail": _TEXT, "pointer": _TEXT}},
        },
    },
    "additionalProperties": True,
}
_MEANINGS = {
    "400": "Malformed.",
    "401": "No token, or one that does not count.",
    "403": "Not for you.",
    "404": "Not there, or not yours.",
    "406": "Only JSON is served.",
    "409": "Refused by the rules: see `code`.",
    "415": "Only JSON is taken.",
    "422": "Refused by the rules: see `code`.",
    "429": "Too many requests: see `Retry-After`.",
    "default": "Any other problem.",
}
_WITH_BODY = {"409", "415", "422"}


class Bearer(SimpleJWTScheme):  # type: ignore[misc, no-untyped-call]
    """Documents our authentication classes as what they are: bearer tokens."""

    target_class = "project.authentication.CheckedAuthentication"
    match_subclasses = True
    name = "jwtAuth"


class Schema(AutoSchema):
    """Adds the problem answers to every operation."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self._problem()
        for status, meaning in _MEANINGS.items():
            if self._fits(status) and status not in bodies:
                bodies[status] = {"description": meaning, "content": {MEDIA_TYPE: problem}}
        return bodies

    def _fits(self, status: str) -> bool:
        return self.method in {"POST", "PUT", "PATCH", "DELETE"} or status not in _WITH_BODY

    def _problem(self) -> dict[str, Any]:
        component = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=_PROBLEM
        )
        self.registry.register_on_missing(component)
        return {"schema": component.ref}
