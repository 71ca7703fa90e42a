"""A well-formed registration request."""

from dataclasses import dataclass

from project.events.vocabulary import Mode, OnFull


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    """Sections of one request, in the order of preference, and how to take them."""

    sections: tuple[int, ...]
    mode: Mode
    on_full: OnFull

    @property
    def canonical(self) -> str:
        """The same text for the same request, however its JSON was written."""
        return f"{','.join(map(str, self.sections))};{self.mode};{self.on_full}"
