"""The refusal: an expected error. Any other exception is a bug: logged, and stored as a dead
letter."""

from typing import Any


class Refusal(Exception):
    """The rules say no. Never retried.

    Tests and programs match `code`; people read `detail`, a full sentence, and `fix`, what would
    change the answer. `extra` travels in the problem body.
    """

    def __init__(
        self, code: str, detail: str, *, status: int = 409, fix: str = "", **extra: Any
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.fix = fix
        self.extra = extra
