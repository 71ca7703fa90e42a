"""Static files: WhiteNoise, also without collected files."""

from pathlib import Path

from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # carries no types
    """Without a folder of collected files the sources are served; that is no reason for a
    warning."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        """Serve the files of a folder."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
