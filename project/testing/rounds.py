"""How often races are run and requests generated: few times in `make test`, all in `make races`."""

import os

IS_LONG = os.environ.get("ROUNDS") == "all"


def rounds(number: int, *, few: int) -> int:
    """So many in `make races`, `few` otherwise."""
    return number if IS_LONG else few
