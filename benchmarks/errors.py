"""What ends a benchmark."""


class BenchmarkFailed(Exception):
    """It could not be run, or what it found is wrong; the text says why and what to do."""
