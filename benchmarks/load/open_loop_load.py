"""What students do on registration day: submit, retry after a lost connection, poll, drop."""

import asyncio
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.load.http_client import Answer, Cut, pool_for, request

SUBMIT = "/api/v1/registrations/"
LOOKS_AFTER = (1, 2, 4, 8)
TRIES = 10
PATIENCE_SECONDS = 240
_COME_AGAIN = ("still_processing", "busy")


@dataclass(slots=True, kw_only=True)
class Outcome:
    """One request as its client saw it. `sent` and `took` are in seconds: since the start, and from
    the planned moment to the answer, waiting for a free connection included."""

    student: int
    kind: str
    sent: float
    planned: float
    took: float = 0.0
    status: int = 0
    code: str = ""
    id: str = ""
    cuts: int = 0
    errors_5xx: int = 0


@dataclass(slots=True)
class Observations:
    """Everything the clients observed."""

    started: float = 0.0
    outcomes: list[Outcome] = field(default_factory=list)
    looks: list[dict[str, Any]] = field(default_factory=list)
    drops: list[dict[str, Any]] = field(default_factory=list)
    errors_5xx: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "started": self.started,
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
            "looks": self.looks,
            "drops": self.drops,
            "errors_5xx": self.errors_5xx,
        }


class OpenLoopLoad:
    """Sends every request at its planned time, however long earlier ones take."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.scripts: list[dict[str, Any]] = job["scripts"]
        self.host = f"{job['host']}:{job['port']}"
        self.pool = pool_for(job, limit=job["connections"])
        self.seen = Observations()
        self.beginning = 0.0
        self.later: set[asyncio.Task[None]] = set()

    async def run(self) -> dict[str, Any]:
        """Run everything, from the first request to the last poll."""
        days = [
            self._day(script, self._submission(script, script["key"])) for script in self.scripts
        ]
        self.seen.started, self.beginning = time.time(), time.perf_counter()
        await asyncio.gather(*days)
        while self.later:
            await asyncio.wait(self.later)
        self.pool.close()
        return self.seen.to_json()

    def progress(self) -> dict[str, int]:
        """The progress so far."""
        return {"decided": len(self.seen.outcomes), "later": len(self.later)}

    def _now(self) -> float:
        return time.perf_counter() - self.beginning

    def _submission(self, script: dict[str, Any], key: str) -> bytes:
        body = json.dumps({name: script[name] for name in ("sections", "mode", "on_full")}).encode()
        return request("POST", SUBMIT, host=self.host, token=script["token"], body=body, key=key)

    async def _day(self, script: dict[str, Any], submission: bytes) -> None:
        await asyncio.sleep(max(0.0, script["at"] - self._now()))
        outcome = Outcome(
            student=script["student"], kind=script["kind"], sent=self._now(), planned=script["at"]
        )
        if script["kind"] == "already_registered":
            outcome.kind = "allowed"
        await self._submit(outcome, submission)
        if outcome.status == 202:
            self._plan_the_rest(script, outcome)

    def _plan_the_rest(self, script: dict[str, Any], outcome: Outcome) -> None:
        if script["kind"] == "already_registered":
            self._spawn(self._submit_again(script))
        if script["followed"]:
            for after in LOOKS_AFTER:
                self._spawn(self._look_after(script, outcome.id, after))
        if script["drop_after"] is not None:
            self._spawn(self._drop(script, outcome.id))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.later.add(task)
        task.add_done_callback(self.later.discard)

    async def _submit_again(self, script: dict[str, Any]) -> None:
        now = self._now()
        outcome = Outcome(student=script["student"], kind=script["kind"], sent=now, planned=now)
        again = self._submission(script, script["key"] + "-again")
        await self._submit(outcome, again)

    async def _submit(self, outcome: Outcome, submission: bytes) -> None:
        """Send the request until there is an answer, always with the same idempotency key."""
        for attempt in range(TRIES):
            answer = await self._once(submission)
            outcome.cuts += answer is None
            outcome.errors_5xx += answer is not None and answer.status >= 500
            if answer is not None and _is_final(answer):
                _note(outcome, answer)
                break
            await asyncio.sleep(_pause(answer, attempt))
        outcome.took = self._now() - outcome.planned
        self.seen.outcomes.append(outcome)

    async def _once(self, ask: bytes) -> Answer | None:
        """One try; None if the connection was lost. Counts server errors."""
        try:
            answer = await self.pool.ask(ask)
        except Cut:
            return None
        self.seen.errors_5xx += answer.status >= 500
        return answer

    async def _get(self, script: dict[str, Any], registration: str) -> dict[str, Any] | None:
        path = f"{SUBMIT}{registration}/"
        answer = await self._once(request("GET", path, host=self.host, token=script["token"]))
        return answer.json() if answer is not None and answer.status == 200 else None

    async def _look_after(self, script: dict[str, Any], registration: str, after: float) -> None:
        await asyncio.sleep(after)
        asked = time.time()
        found = await self._get(script, registration)
        status = found["status"] if found else None
        look = {"id": registration, "asked": asked, "received": time.time(), "status": status}
        self.seen.looks.append(look)

    async def _drop(self, script: dict[str, Any], registration: str) -> None:
        """Drop the first confirmed item, some seconds after the decision was seen."""
        found = await self._answered(script, registration)
        confirmed = [item for item in found.get("items", []) if item["state"] == "confirmed"]
        if not confirmed:
            return
        await asyncio.sleep(script["drop_after"])
        section = confirmed[0]["section"]
        path = f"{SUBMIT}{registration}/items/{section}/"
        answer = await self._once(request("DELETE", path, host=self.host, token=script["token"]))
        status = 0 if answer is None else answer.status
        self.seen.drops.append({"id": registration, "section": section, "status": status})

    async def _answered(self, script: dict[str, Any], registration: str) -> dict[str, Any]:
        until, pause = self._now() + PATIENCE_SECONDS, 1.0
        while self._now() < until:
            await asyncio.sleep(pause)
            found = await self._get(script, registration)
            if found is not None and found["status"] == "decided":
                return found
            pause = min(pause * 1.5, 8.0)
        return {}


def _is_final(answer: Answer) -> bool:
    if answer.status >= 500 or answer.status == 429:
        return False
    return not (answer.status == 409 and _code(answer) in _COME_AGAIN)


def _pause(answer: Answer | None, attempt: int) -> float:
    asked = answer.retry_after() if answer is not None else None
    return float(min(asked if asked is not None else 0.1 * 2**attempt, 5.0))


def _code(answer: Answer) -> str:
    found = answer.json()
    return str(found.get("code", "")) if isinstance(found, dict) else ""


def _note(outcome: Outcome, answer: Answer) -> None:
    outcome.status = answer.status
    found = answer.json()
    if isinstance(found, dict):
        outcome.id, outcome.code = str(found.get("id", "")), str(found.get("code", ""))
