"""`python -m benchmarks.load JOB RESULT`: read a job, run it, write the observations.

Prints its progress as one line of JSON twice a second.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Any

from benchmarks.load.closed_loop_load import ClosedLoopLoad
from benchmarks.load.final_state import FinalState
from benchmarks.load.open_loop_load import OpenLoopLoad

LOADS = {"open_loop": OpenLoopLoad, "closed_loop": ClosedLoopLoad, "final_state": FinalState}


async def _run(load: Any) -> Any:
    async def report() -> None:
        while True:
            await asyncio.sleep(0.5)
            print(json.dumps(load.progress()), flush=True)

    reporting = asyncio.create_task(report())
    try:
        return await load.run()
    finally:
        reporting.cancel()


def main(job_file: str, result_file: str) -> None:
    """Run one job."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    job = json.loads(Path(job_file).read_text())
    seen = asyncio.run(_run(LOADS[job["load"]](job)))
    Path(result_file).write_text(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:3])
