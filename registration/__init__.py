"""Students, their windows and blocks, and what becomes of each registration."""
