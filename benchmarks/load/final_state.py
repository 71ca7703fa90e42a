"""At the end every client requests the final state of its registration."""

import asyncio
from typing import Any

from benchmarks.load.http_client import Answer, Cut, pool_for, request
from benchmarks.load.open_loop_load import SUBMIT

TRIES = 8
AT_ONCE = 16


class FinalState:
    """Fetches every accepted registration."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.wanted: list[dict[str, str]] = job["registrations"]
        self.host = f"{job['host']}:{job['port']}"
        self.pool = pool_for(job, limit=AT_ONCE)
        self.found: dict[str, dict[str, Any]] = {}
        self.errors_5xx = 0

    async def run(self) -> dict[str, Any]:
        """The final state of each registration by id, and the number of server errors."""
        await asyncio.gather(*(self._ask(registration) for registration in self.wanted))
        self.pool.close()
        return {"registrations": self.found, "errors_5xx": self.errors_5xx}

    def progress(self) -> dict[str, int]:
        """The progress so far."""
        return {"decided": len(self.found), "later": 0}

    async def _ask(self, registration: dict[str, str]) -> None:
        path = f"{SUBMIT}{registration['id']}/"
        asking = request("GET", path, host=self.host, token=registration["token"])
        answer: Answer | None = None
        for attempt in range(TRIES):
            answer = await self._once(asking)
            if answer is not None and answer.status < 500 and answer.status != 429:
                break
            await asyncio.sleep(0.1 * 2**attempt)
        self.found[registration["id"]] = read_final(answer)

    async def _once(self, asking: bytes) -> Answer | None:
        try:
            answer = await self.pool.ask(asking)
        except Cut:
            return None
        self.errors_5xx += answer.status >= 500
        return answer


def read_final(answer: Answer | None) -> dict[str, Any]:
    """The state of a registration and its items, from the answer to its student."""
    found = answer.json() if answer is not None and answer.status == 200 else None
    if not isinstance(found, dict):
        return {"status": "missing", "items": []}
    items = [[item["section"], item["state"]] for item in found["items"]]
    return {"status": found["status"], "items": items}
