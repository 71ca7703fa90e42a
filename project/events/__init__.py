"""Events: what services tell each other, and nothing else. Plain Python, no framework."""
