"""What more seats would do, in words: for staff, before they save."""


def waitlist_moves(*, seats: int | None, is_open: bool, taken: int, waiting: int) -> int:
    """How many on the waitlist are offered a seat with that many seats."""
    if not is_open or seats == 0:
        return 0
    return waiting if seats is None else min(waiting, max(seats - taken, 0))


def seats_now(*, seats: int | None, taken: int, waiting: int) -> str:
    """33 seats, 33 taken, 4 waiting."""
    total = "Unlimited seats" if seats is None else f"{seats} seats"
    return f"{total}, {taken} taken, {waiting} waiting."


def seats_help(*, seats: int | None, taken: int, waiting: int) -> str:
    """The seats, and what it takes to seat everybody who waits."""
    now = seats_now(seats=seats, taken=taken, waiting=waiting)
    if not waiting or seats is None:
        return now
    return f"{now} Raising to {taken + waiting} {who_moves(waiting, waiting)}"


def who_moves(moves: int, waiting: int) -> str:
    """How many of those who wait get a seat; the beginning says by what."""
    if moves == waiting:
        who = "the one who waits" if waiting == 1 else f"all {waiting}"
    else:
        who = f"the first {moves} of {waiting}" if moves > 1 else f"the first of {waiting}"
    return f"seats {who} and charges the fee."
