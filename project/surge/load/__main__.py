"""`python -m project.surge.load JOB RESULT`: read a job, play it, write what was seen.

Prints one line of JSON twice a second: how far it is.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Any

from project.surge.load.collect import Collection
from project.surge.load.crowd import Crowd
from project.surge.load.hammer import Hammer

PLAYS = {"crowd": Crowd, "collect": Collection, "hammer": Hammer}


async def _told(play: Any) -> Any:
    async def tell() -> None:
        while True:
            await asyncio.sleep(0.5)
            print(json.dumps(play.progress()), flush=True)

    telling = asyncio.create_task(tell())
    try:
        return await play.play()
    finally:
        telling.cancel()


def main(job_file: str, result_file: str) -> None:
    """Play one job."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    job = json.loads(Path(job_file).read_text())
    seen = asyncio.run(_told(PLAYS[job["play"]](job)))
    Path(result_file).write_text(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:3])
