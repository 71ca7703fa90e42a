"""Admit connections at a steady rate, however many arrive at once."""

import asyncio


class AdmissionRateLimiter:
    """Admits `per_second` callers in each second, in the order they arrived."""

    def __init__(self, *, per_second: float) -> None:
        self._gap = 1 / per_second
        self._free_at = 0.0

    def delay(self) -> float:
        """Seconds that the next caller would wait."""
        return self._free_at - asyncio.get_running_loop().time()

    async def wait(self) -> None:
        """Wait until admitted; a single caller does not wait."""
        now = asyncio.get_running_loop().time()
        mine = max(now, self._free_at)
        self._free_at = mine + self._gap
        if mine > now:
            await asyncio.sleep(mine - now)
