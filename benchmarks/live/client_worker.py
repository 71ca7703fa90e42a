"""`python -m benchmarks.live.client_worker JOB`: keeps many pages open, and takes commands.

Each line of its input is a command: `open`, `cut`, or `report FILE`. Prints one line of JSON twice
a second, and at once when all are ready: how many are ready, and since when.
"""

import asyncio
import json
import resource
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.live.client import PageClient, SharedStats

LOOKS_SECONDS = 0.05
PRINTED_EACH = 10


class ClientWorker:
    """All pages of this process."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.stats = SharedStats(address=job["address"], origin=job["origin"])
        self.pages = [PageClient(**row, stats=self.stats) for row in job["pages"]]
        self.over_seconds: float = job["over"]
        self.is_over = asyncio.Event()
        self._all_since = 0.0

    async def run(self) -> None:
        """Execute commands until the input ends."""
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._obey)
        printing = asyncio.create_task(self._print_often())
        await self.is_over.wait()
        printing.cancel()

    def _obey(self) -> None:
        command, _, rest = sys.stdin.readline().rstrip("\n").partition(" ")
        if command == "open":
            self._open()
        elif command == "cut":
            for page in self.pages:
                page.cut()
            self._all_since = 0.0
            self._print_ready()
        elif command == "report":
            Path(rest).write_text(json.dumps(self._report()))
            print(json.dumps({"report": rest}), flush=True)
        else:
            self.is_over.set()

    def _open(self) -> None:
        loop = asyncio.get_running_loop()
        for number, page in enumerate(self.pages):
            loop.call_later(number / len(self.pages) * self.over_seconds, page.open)

    def _report(self) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "pages": [page.report() for page in self.pages],
            "waits": self.stats.waits,
            "own_waits": self.stats.own_waits,
            "messages": self.stats.messages,
            "codes": self.stats.codes,
            "cpu": used.ru_utime + used.ru_stime,
        }

    async def _print_often(self) -> None:
        for tick in count():
            is_all = self.stats.ready == len(self.pages)
            is_new = is_all != bool(self._all_since)
            if is_new:
                self._all_since = time.time() if is_all else 0.0
            if is_new or tick % PRINTED_EACH == 0:
                self._print_ready()
            await asyncio.sleep(LOOKS_SECONDS)

    def _print_ready(self) -> None:
        print(json.dumps({"ready": self.stats.ready, "at": self._all_since}), flush=True)


def main(job_file: str) -> None:
    """Run one job."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def run() -> None:
        await ClientWorker(json.loads(Path(job_file).read_text())).run()

    asyncio.run(run())


if __name__ == "__main__":
    main(sys.argv[1])
