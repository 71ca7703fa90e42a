"""The description of the API, as the site gives it."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator


def schema_now() -> dict[str, Any]:
    """The schema as `/api/schema/` returns it."""
    generator: Any = SchemaGenerator
    found: dict[str, Any] = generator().get_schema(request=None, public=True)
    return found
