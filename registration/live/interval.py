"""How often seat counts are sent to a page: less often the more messages a process sends."""

SHORTEST_SECONDS = 0.2
LONGEST_SECONDS = 3.0
MOST_PER_SECOND = 4000


class AdaptiveInterval:
    """Shared by all connections of this process; every message sent increments `sent`."""

    def __init__(self, *, pause: float = SHORTEST_SECONDS) -> None:
        self.pause = pause
        self.sent = 0

    def adapt(self, *, seconds: float) -> None:
        """Scale the pause by (messages sent / target) of the last `seconds`: at twice the target it
        doubles, below the target it shrinks."""
        wanted = self.pause * self.sent / (MOST_PER_SECOND * seconds)
        self.pause = min(LONGEST_SECONDS, max(SHORTEST_SECONDS, wanted))
        self.sent = 0
