"""Students, registration windows, blocks, and the lifecycle of each registration."""
