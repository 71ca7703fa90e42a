"""What ends a benchmark."""


class BenchmarkFailed(Exception):
    """The benchmark could not run, or its result is wrong; the text says why and what to do."""
