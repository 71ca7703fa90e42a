"""Files from other systems: bytes to rows, rows to a difference. Nothing is dropped in silence."""
