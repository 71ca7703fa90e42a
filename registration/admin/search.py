"""What somebody types into a search box."""

BIGGEST_DIGITS = 18


def number_in(term: str) -> int | None:
    """The id that somebody searches for, if it is one that PostgreSQL can hold."""
    is_number = term.isascii() and term.isdigit() and len(term) <= BIGGEST_DIGITS
    return int(term) if is_number else None
