"""Messages a client may send, and the close codes for everything else."""

import json
from dataclasses import dataclass

MOST_SECTIONS = 200
MOST_CHARACTERS = 4096
_HIGHEST = 10**18

UNAUTHENTICATED = 4401
WRONG_ORIGIN = 4403
MALFORMED = 4400
TOO_LARGE = 4413
TOO_SLOW = 4408
TOO_MANY = 4429
RECONNECT = 4205
BUSY = 1013


class ProtocolError(Exception):
    """The connection is closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMessage:
    """One message: sections to watch from now on, or an access token. `times`: whether each message
    is to carry the times its updates were published at."""

    watch: frozenset[int] | None = None
    times: bool = False
    token: str | None = None


def parse_message(text: str | None) -> ClientMessage:
    """Parse a message. Raises ProtocolError."""
    if text is None:
        raise ProtocolError(MALFORMED, "Send text, not bytes.")
    if len(text) > MOST_CHARACTERS:
        raise ProtocolError(TOO_LARGE, f"A message has {MOST_CHARACTERS} characters at most.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(MALFORMED, "This is not JSON.") from error
    if isinstance(message, dict) and isinstance(message.get("token"), str):
        return ClientMessage(token=message["token"])
    if isinstance(message, dict) and isinstance(message.get("watch"), list):
        return ClientMessage(watch=_sections(message["watch"]), times=message.get("times") is True)
    raise ProtocolError(MALFORMED, 'Say {"watch": [section, ...]}.')


def _sections(numbers: list[object]) -> frozenset[int]:
    if len(numbers) > MOST_SECTIONS:
        raise ProtocolError(TOO_LARGE, f"Watch {MOST_SECTIONS} sections at most.")
    sections = [one for one in numbers if type(one) is int and 0 < one < _HIGHEST]
    if len(sections) < len(numbers):
        raise ProtocolError(MALFORMED, "A section is a number.")
    return frozenset(sections)
