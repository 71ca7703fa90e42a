"""A well-formed registration request."""

from dataclasses import dataclass
from typing import Literal, get_args

Mode = Literal["all", "any"]
OnFull = Literal["waitlist", "refuse"]
MODES: tuple[str, ...] = get_args(Mode)
ON_FULL: tuple[str, ...] = get_args(OnFull)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    """Sections of one request, in the order of preference, and how to take them."""

    sections: tuple[int, ...]
    mode: str
    on_full: str

    @property
    def canonical(self) -> str:
        """The same text for the same request, however its JSON was written."""
        return f"{','.join(map(str, self.sections))};{self.mode};{self.on_full}"
