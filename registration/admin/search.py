"""Parse the text of a search box."""

BIGGEST_DIGITS = 18


def number_in(term: str) -> int | None:
    """The id searched for, if it is within PostgreSQL's range."""
    is_number = term.isascii() and term.isdigit() and len(term) <= BIGGEST_DIGITS
    return int(term) if is_number else None
