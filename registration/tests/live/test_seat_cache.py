"""The seats that pages are shown, kept by one process."""

import asyncio
from collections.abc import Mapping
from typing import Any

from registration.live.seat_cache import SeatCache
from registration.selectors.availability import Availability


def test_an_update_during_a_read_of_the_seat_cache_wins() -> None:
    async def read() -> Any:
        seat_cache = SeatCache(look)
        caches.append(seat_cache)
        await seat_cache.learn([1, 2])
        return await seat_cache.read_again(), seat_cache.shown(1), seat_cache.shown(2)

    looks = 0
    caches: list[SeatCache] = []

    async def look(sections: object) -> Mapping[int, Availability]:
        nonlocal looks
        looks += 1
        if looks == 2:
            caches[0].update(fencing_token=1, counts={1: (9, 0)})
        seats = Availability(capacity=10, is_open=True, taken=looks, waiting=0)
        return {1: seats, 2: seats}

    assert asyncio.run(read()) == ([2], (1, 0), (8, 0))
