"""What students do on registration day: ask, ask again where a line was cut, follow, drop."""

import asyncio
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from project.surge.load.client import Answer, Cut, Pool, request

SUBMIT = "/api/v1/registrations/"
LOOKS_AFTER = (1, 2, 4, 8)
TRIES = 10
PATIENCE_SECONDS = 240
_COME_AGAIN = ("still_processing", "busy")


@dataclass(slots=True, kw_only=True)
class Outcome:
    """One request as its client saw it. `sent` and `took` are seconds: since the start, and from
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
class Seen:
    """All that the crowd's clients saw."""

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


class Crowd:
    """Plays all wishes against one server."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.wishes: list[dict[str, Any]] = job["wishes"]
        self.host = f"{job['host']}:{job['port']}"
        self.pool = Pool(host=job["host"], port=job["port"], limit=job["connections"])
        self.seen = Seen()
        self.beginning = 0.0
        self.later: set[asyncio.Task[None]] = set()

    async def play(self) -> dict[str, Any]:
        """Everything, from the first request to the last look."""
        days = [self._day(wish, self._submission(wish, wish["key"])) for wish in self.wishes]
        self.seen.started, self.beginning = time.time(), time.perf_counter()
        await asyncio.gather(*days)
        while self.later:
            await asyncio.wait(self.later)
        self.pool.close()
        return self.seen.to_json()

    def progress(self) -> dict[str, int]:
        """How far it is."""
        return {"answered": len(self.seen.outcomes), "later": len(self.later)}

    def _now(self) -> float:
        return time.perf_counter() - self.beginning

    def _submission(self, wish: dict[str, Any], key: str) -> bytes:
        body = json.dumps({name: wish[name] for name in ("sections", "mode", "on_full")}).encode()
        return request("POST", SUBMIT, host=self.host, token=wish["token"], body=body, key=key)

    async def _day(self, wish: dict[str, Any], submission: bytes) -> None:
        await asyncio.sleep(max(0.0, wish["at"] - self._now()))
        outcome = Outcome(
            student=wish["student"], kind=wish["kind"], sent=self._now(), planned=wish["at"]
        )
        if wish["kind"] == "already_registered":
            outcome.kind = "allowed"
        await self._submit(outcome, submission)
        if outcome.status == 202:
            self._plan_the_rest(wish, outcome)

    def _plan_the_rest(self, wish: dict[str, Any], outcome: Outcome) -> None:
        if wish["kind"] == "already_registered":
            self._spawn(self._submit_again(wish))
        if wish["followed"]:
            for after in LOOKS_AFTER:
                self._spawn(self._look_after(wish, outcome.id, after))
        if wish["drop_after"] is not None:
            self._spawn(self._drop(wish, outcome.id))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.later.add(task)
        task.add_done_callback(self.later.discard)

    async def _submit_again(self, wish: dict[str, Any]) -> None:
        now = self._now()
        outcome = Outcome(student=wish["student"], kind=wish["kind"], sent=now, planned=now)
        again = self._submission(wish, wish["key"] + "-again")
        await self._submit(outcome, again)

    async def _submit(self, outcome: Outcome, submission: bytes) -> None:
        """Ask until there is an answer, always with the same key."""
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
        """One try; None where it was cut. Counts what went wrong on the server."""
        try:
            answer = await self.pool.ask(ask)
        except Cut:
            return None
        self.seen.errors_5xx += answer.status >= 500
        return answer

    async def _get(self, wish: dict[str, Any], registration: str) -> dict[str, Any] | None:
        path = f"{SUBMIT}{registration}/"
        answer = await self._once(request("GET", path, host=self.host, token=wish["token"]))
        return answer.json() if answer is not None and answer.status == 200 else None

    async def _look_after(self, wish: dict[str, Any], registration: str, after: float) -> None:
        await asyncio.sleep(after)
        asked = time.time()
        found = await self._get(wish, registration)
        status = found["status"] if found else None
        look = {"id": registration, "asked": asked, "received": time.time(), "status": status}
        self.seen.looks.append(look)

    async def _drop(self, wish: dict[str, Any], registration: str) -> None:
        """Drop the first confirmed item, some seconds after the answer was seen."""
        found = await self._answered(wish, registration)
        confirmed = [item for item in found.get("items", []) if item["state"] == "confirmed"]
        if not confirmed:
            return
        await asyncio.sleep(wish["drop_after"])
        section = confirmed[0]["section"]
        path = f"{SUBMIT}{registration}/items/{section}/"
        answer = await self._once(request("DELETE", path, host=self.host, token=wish["token"]))
        status = 0 if answer is None else answer.status
        self.seen.drops.append({"id": registration, "section": section, "status": status})

    async def _answered(self, wish: dict[str, Any], registration: str) -> dict[str, Any]:
        until, pause = self._now() + PATIENCE_SECONDS, 1.0
        while self._now() < until:
            await asyncio.sleep(pause)
            found = await self._get(wish, registration)
            if found is not None and found["status"] == "answered":
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
