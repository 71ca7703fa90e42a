"""How long seats that change again wait until a page is told: longer where there is more to say."""

SHORTEST_SECONDS = 0.2
LONGEST_SECONDS = 3.0
MOST_PER_SECOND = 4000


class AdaptiveInterval:
    """Common to all pages of a process. Whoever says something counts it in `said`."""

    def __init__(self, *, pause: float = SHORTEST_SECONDS) -> None:
        self.pause = pause
        self.said = 0

    def adapt(self, *, seconds: float) -> None:
        """After so many seconds: twice as much was said as ought to be, so pauses become twice as
        long; less, and they become shorter again."""
        wanted = self.pause * self.said / (MOST_PER_SECOND * seconds)
        self.pause = min(LONGEST_SECONDS, max(SHORTEST_SECONDS, wanted))
        self.said = 0
