"""The task of the pool `imports`."""

from project.bus.decorators import job_task
from project.imports.jobs import run_jobs


@job_task("imports.run", queue="imports")
def run() -> None:
    """Compare and apply what was uploaded."""
    run_jobs()
