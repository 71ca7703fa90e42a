"""One after another at a steady pace, however many come at once."""

import asyncio


class AdmissionRateLimiter:
    """Lets `per_second` pass in each second, in the order they came."""

    def __init__(self, *, per_second: float) -> None:
        self._gap = 1 / per_second
        self._free_at = 0.0

    def ahead(self) -> float:
        """How many seconds whoever comes now would wait."""
        return self._free_at - asyncio.get_running_loop().time()

    async def turn(self) -> None:
        """Wait for one's turn; whoever comes alone does not wait."""
        now = asyncio.get_running_loop().time()
        mine = max(now, self._free_at)
        self._free_at = mine + self._gap
        if mine > now:
            await asyncio.sleep(mine - now)
