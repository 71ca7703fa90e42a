"""Credits from the request to the fee and the ledger: the whole flow, in one process."""

from uuid import UUID

from project.bus.sql import fetch
from project.testing.system.world import PER_CREDIT, World


def fees(registration: UUID) -> list[float]:
    """The fee charged for each item, in credits."""
    rows = fetch(
        "SELECT amount FROM payments_payment WHERE registration_id = %s AND state = 'captured'"
        " ORDER BY section_id",
        [registration],
    )
    return [amount / PER_CREDIT for (amount,) in rows]


# Least and most credits of a section, the credits chosen, and those charged.
CHOICES: list[tuple[float, float | None, float | None, float]] = [
    (1, 4, None, 1),
    (1, 4, 1, 1),
    (1, 4, 4, 4),
    (1, 12, 3.5, 3.5),
    (0.5, 2, 0.75, 0.75),
    (3, None, None, 3),
    (3, None, 3, 3),
]


def test_the_fee_follows_the_credits(quiet_world: World) -> None:
    world = quiet_world
    (frugal,) = world.students(1, credit_limit=2)
    halves = [world.section(credits=0.5) for _ in range(4)]
    ranges = [world.section(credits=least, credits_max=most) for least, most, *_ in CHOICES]
    students = world.students(len(CHOICES))
    world.ready()
    four = world.submit(frugal, *halves)
    chosen = [
        world.submit(student, section, credits=credits)
        for student, section, (_, _, credits, _) in zip(students, ranges, CHOICES, strict=True)
    ]
    world.ready()
    assert fees(four) == [0.5] * 4
    assert [fees(one) for one in chosen] == [[charged] for *_, charged in CHOICES]


def test_an_offer_counts_the_credits_chosen_when_the_section_was_full(quiet_world: World) -> None:
    first, second = quiet_world.students(2)
    section = quiet_world.section(credits=1, credits_max=6, seats=1)
    quiet_world.ready()
    taken = quiet_world.submit(first, section)
    waiting = quiet_world.submit(second, section, credits=4.5)
    quiet_world.ready()
    quiet_world.drop(first, taken, section)
    quiet_world.ready()
    assert quiet_world.items(waiting) == {section: "confirmed"}
    assert fees(waiting) == [4.5]
