"""Decisions of `registration`, pure: the same question always gets the same answer."""
