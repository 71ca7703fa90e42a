"""User names as they are compared: regardless of case and Unicode form."""

import unicodedata


def fold_name(name: str) -> str:
    """The form of a name that rate limits are counted by, so that each spelling of it shares one
    limit. The database compares names with its `fold_case()`."""
    folded = unicodedata.normalize("NFKC", name.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)
