"""A student's program: plain HTTP with a token."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

CUT = (OSError, HTTPException)
"""What a request raises when the site went away in the middle of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Sends requests to the site at `address` with a student's token."""

    address: str
    token: str

    def ask(
        self, method: str, path: str, *, body: object = None, key: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the response. Raises one of CUT."""
        link = HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            link.request(method, path, body=json.dumps(body) if body else None, headers=headers)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            link.close()

    def register(self, *sections: int, key: str) -> tuple[int, dict[str, Any]]:
        """Register for these sections."""
        request = {"sections": list(sections), "mode": "any", "on_full": "waitlist"}
        return self.ask("POST", "/api/v1/registrations/", body=request, key=key)
