"""User names as they are compared: without case and Unicode form."""

import unicodedata


def fold_name(said: str) -> str:
    """The name that limits are counted by. Each way to write one would else have its own; the
    database compares with its `fold_case()`."""
    folded = unicodedata.normalize("NFKC", said.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)
