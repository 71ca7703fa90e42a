"""Registration over HTTP: ask, follow, drop, and search the sections."""
