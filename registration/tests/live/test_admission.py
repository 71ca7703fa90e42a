"""Connections are admitted at a steady rate, in the order they arrived."""

import asyncio

import pytest

from project.testing.virtual_time import run_virtually
from registration.live.admission import AdmissionRateLimiter


@pytest.mark.parametrize(
    ("at", "admitted"),
    [
        ([0], [0]),
        ([0, 0, 0], [0, 2, 4]),
        ([0, 1, 1], [0, 2, 4]),
        ([0, 5, 5], [0, 5, 7]),
        ([0, 0, 3, 9], [0, 2, 4, 9]),
    ],
)
def test_many_are_admitted_one_by_one_and_a_single_one_at_once(
    at: list[float], admitted: list[float]
) -> None:
    async def caller(admission: AdmissionRateLimiter, seconds: float) -> float:
        await asyncio.sleep(seconds)
        await admission.wait()
        return asyncio.get_running_loop().time()

    async def all_of_them() -> list[float]:
        admission = AdmissionRateLimiter(per_second=0.5)
        return await asyncio.gather(*(caller(admission, seconds) for seconds in at))

    assert run_virtually(all_of_them()) == admitted
