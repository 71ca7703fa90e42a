"""The demonstration's students: they register through the public API, as any program could."""

import http.client
import json
import random
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from project.events.vocabulary import ItemState, Mode, OnFull

Found = TypeVar("Found")

REGISTRATIONS = "/api/v1/registrations/"
AT_ONCE = 8
MOST_SECTIONS = 4
TIMEOUT_SECONDS = 60


@dataclass(slots=True, kw_only=True)
class Student:
    """`wanted` shrinks until a request is accepted: then `accepted` is its id. `refusals` are the
    codes of the refused requests."""

    site: str
    token: str
    wanted: list[int] = field(default_factory=list)
    accepted: str = ""
    refusals: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """One request to the API; status and body."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
        }
        connection = http.client.HTTPConnection(self.site, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def register(self) -> None:
        """Register for all wanted sections; after a refusal, for one section less."""
        while self.wanted and not self.accepted:
            body = {"sections": self.wanted, "mode": Mode.ANY, "on_full": OnFull.WAITLIST}
            status, answer = self.ask("POST", REGISTRATIONS, body)
            if status == http.HTTPStatus.ACCEPTED:
                self.accepted = answer["id"]
            else:
                self.refusals.append(answer["code"] if status < 500 else str(status))
                self.wanted.pop()

    def outcome(self) -> dict[str, Any]:
        """The current state of the accepted request."""
        found: dict[str, Any] = self.ask("GET", f"{REGISTRATIONS}{self.accepted}/")[1]
        return found

    def drop_one(self) -> None:
        """Drop a confirmed section, so that its seat goes to the first on the waitlist."""
        items = self.outcome()["items"]
        confirmed = [item["section"] for item in items if item["state"] == ItemState.CONFIRMED]
        for section in confirmed[:1]:
            self.ask("DELETE", f"{REGISTRATIONS}{self.accepted}/items/{section}/")


def choose_sections(students: Sequence[Student], *, term: str, seed: int) -> None:
    """Give each a few sections of different modules, from so few that some become full."""
    drawn = random.Random(seed)  # noqa: S311 -- drawn, not guessed
    page = students[0].ask("GET", f"/api/v1/sections/?term={term}&open=true&size=200")[1]
    limited = [section for section in page["results"] if section["seats"]]
    pool = drawn.sample(limited, min(len(limited), max(len(students) // 10, MOST_SECTIONS)))
    for student in students:
        chosen = drawn.sample(pool, drawn.randint(1, MOST_SECTIONS))
        student.wanted = list({section["module"]: section["id"] for section in chosen}.values())


def each(
    students: Iterable[Student],
    do: Callable[[Student], Found],
    *,
    tick: Callable[[], object] = lambda: None,
) -> list[Found]:
    """Call `do` for each, a few at a time; `tick` is called whenever one is done."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        jobs = [threads.submit(do, student) for student in students]
        for _ in as_completed(jobs):
            tick()
        return [job.result() for job in jobs]
