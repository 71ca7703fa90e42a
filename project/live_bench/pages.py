"""`python -m project.live_bench.pages JOB`: keeps many pages open, and does what it is told.

Each line of its input is an order: `open`, `cut`, or `tell FILE`. Prints one line of JSON twice a
second, and at once when all are ready: how many are, and since when.
"""

import asyncio
import json
import resource
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from project.live_bench.page import Notes, Page

LOOKS_SECONDS = 0.05
TOLD_EACH = 10


class Pages:
    """All pages of this process."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.notes = Notes(address=job["address"], origin=job["origin"])
        self.pages = [Page(**row, notes=self.notes) for row in job["pages"]]
        self.over_seconds: float = job["over"]
        self.is_over = asyncio.Event()
        self._all_since = 0.0

    async def play(self) -> None:
        """Obey until the input ends."""
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._obey)
        telling = asyncio.create_task(self._tell_often())
        await self.is_over.wait()
        telling.cancel()

    def _obey(self) -> None:
        order, _, rest = sys.stdin.readline().rstrip("\n").partition(" ")
        if order == "open":
            self._open()
        elif order == "cut":
            for page in self.pages:
                page.cut()
            self._all_since = 0.0
            self._tell()
        elif order == "tell":
            Path(rest).write_text(json.dumps(self._heard()))
            print(json.dumps({"told": rest}), flush=True)
        else:
            self.is_over.set()

    def _open(self) -> None:
        loop = asyncio.get_running_loop()
        for number, page in enumerate(self.pages):
            loop.call_later(number / len(self.pages) * self.over_seconds, page.open)

    def _heard(self) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "pages": [page.heard() for page in self.pages],
            "waits": self.notes.waits,
            "own_waits": self.notes.own_waits,
            "messages": self.notes.messages,
            "codes": self.notes.codes,
            "cpu": used.ru_utime + used.ru_stime,
        }

    async def _tell_often(self) -> None:
        for tick in count():
            is_all = self.notes.ready == len(self.pages)
            is_new = is_all != bool(self._all_since)
            if is_new:
                self._all_since = time.time() if is_all else 0.0
            if is_new or tick % TOLD_EACH == 0:
                self._tell()
            await asyncio.sleep(LOOKS_SECONDS)

    def _tell(self) -> None:
        print(json.dumps({"ready": self.notes.ready, "at": self._all_since}), flush=True)


def main(job_file: str) -> None:
    """Play one job."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def played() -> None:
        await Pages(json.loads(Path(job_file).read_text())).play()

    asyncio.run(played())


if __name__ == "__main__":
    main(sys.argv[1])
