"""One request repeated over many connections: the maximum rate of a server, or of this client."""

import asyncio
import time
from itertools import cycle
from typing import Any

from benchmarks.load.http_client import Cut, pool_for, request


class ClosedLoopLoad:
    """Counts successful answers per second after a warm-up."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.pool = pool_for(job, limit=job["connections"])
        self.counting = False
        self.good = self.bad = 0
        self.requests = cycle(self._requests())

    def _requests(self) -> list[bytes]:
        host, body = f"{self.job['host']}:{self.job['port']}", self.job["body"].encode()
        method, path = self.job["method"], self.job["path"]
        tokens = self.job["tokens"] or [""]
        return [request(method, path, host=host, token=token, body=body) for token in tokens]

    async def run(self) -> dict[str, Any]:
        """Successful answers per second, and the number of others."""
        tasks = [asyncio.create_task(self._repeat()) for _ in range(self.job["connections"])]
        await asyncio.sleep(self.job["warm_up"])
        self.counting, began = True, time.perf_counter()
        await asyncio.sleep(self.job["seconds"])
        self.counting, lasted = False, time.perf_counter() - began
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.pool.close()
        return {"per_second": self.good / lasted, "bad": self.bad}

    def progress(self) -> dict[str, int]:
        """The progress so far."""
        return {"decided": self.good, "later": 0}

    async def _repeat(self) -> None:
        while True:
            try:
                answer = await self.pool.ask(next(self.requests))
            except Cut:
                self.bad += self.counting
                await asyncio.sleep(0.05)
                continue
            self.good += self.counting and answer.status < 300
            self.bad += self.counting and answer.status >= 300
