"""Additions to the API description of drf-spectacular: our tokens, and problems on every
operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from project.web.errors.api import MEDIA_TYPE

IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    type=str,
    location=OpenApiParameter.HEADER,
    required=True,
    description="Any text of your own, up to 200 characters. The same key with the same body is "
    "answered as the first time; with another body it is refused.",
)

_TEXT = {"type": "string"}
_TOKEN = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
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
    "415": "Only JSON is taken.",
    "429": "Too many requests: see `Retry-After`.",
    "default": "Any other problem.",
}


class Schema(AutoSchema):
    """Adds the problem responses to every operation, and states that both authentication classes
    read the same token."""

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the security requirement: a token, unless anybody may call the operation."""
        if not self.view.get_authenticators():
            return []
        self._component("token", _TOKEN, ResolvedComponent.SECURITY_SCHEMA)
        return [{"token": []}]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self._problem()
        for status, meaning in _MEANINGS.items():
            if self._fits(status) and status not in bodies:
                bodies[status] = {"description": meaning, "content": {MEDIA_TYPE: problem}}
        return bodies

    def _fits(self, status: str) -> bool:
        return {
            "404": "{" in self.path,
            "415": self.method in {"POST", "PUT", "PATCH"},
        }.get(status, True)

    def _problem(self) -> dict[str, Any]:
        component = self._component("Problem", _PROBLEM, ResolvedComponent.SCHEMA)
        return {"schema": component.ref}

    def _component(self, name: str, schema: dict[str, Any], kind: Any) -> ResolvedComponent:
        make: Any = ResolvedComponent
        component: ResolvedComponent = make(name=name, type=kind, object=name, schema=schema)
        self.registry.register_on_missing(component)
        return component
