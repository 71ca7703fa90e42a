"""A well-formed registration request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from project.events.vocabulary import Mode, OnFull


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    """Sections of one request, in the order of preference, and how to take them. `chosen_credits`
    has, by section, the quarters that were chosen; any other section counts its least."""

    sections: tuple[int, ...]
    mode: Mode
    on_full: OnFull
    chosen_credits: Mapping[int, int] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        """The same text for the same request, however its JSON was written."""
        return f"{','.join(map(self._section, self.sections))};{self.mode};{self.on_full}"

    def _section(self, section: int) -> str:
        chosen = self.chosen_credits.get(section)
        return f"{section}" if chosen is None else f"{section}:{chosen}"
