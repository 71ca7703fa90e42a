"""Events: the only interface between apps. Plain Python, no framework."""
