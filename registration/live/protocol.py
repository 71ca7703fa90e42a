"""What a client may say, and how it is told that it said something else."""

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
    """The connection ends, with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMessage:
    """One message: sections to watch from now on, or a token that says who is asking. `times`:
    whether to say with each message when its news were told."""

    watch: frozenset[int] | None = None
    times: bool = False
    token: str | None = None


def parse_message(text: str | None) -> ClientMessage:
    """Understand a message; raises Unfit."""
    if text is None:
        raise ProtocolError(MALFORMED, "Send text, not bytes.")
    if len(text) > MOST_CHARACTERS:
        raise ProtocolError(TOO_LARGE, f"A message has {MOST_CHARACTERS} characters at most.")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(MALFORMED, "This is not JSON.") from error
    if isinstance(said, dict) and isinstance(said.get("token"), str):
        return ClientMessage(token=said["token"])
    if isinstance(said, dict) and isinstance(said.get("watch"), list):
        return ClientMessage(watch=_sections(said["watch"]), times=said.get("times") is True)
    raise ProtocolError(MALFORMED, 'Say {"watch": [section, ...]}.')


def _sections(said: list[object]) -> frozenset[int]:
    if len(said) > MOST_SECTIONS:
        raise ProtocolError(TOO_LARGE, f"Watch {MOST_SECTIONS} sections at most.")
    numbers = [one for one in said if type(one) is int and 0 < one < _HIGHEST]
    if len(numbers) < len(said):
        raise ProtocolError(MALFORMED, "A section is a number.")
    return frozenset(numbers)
