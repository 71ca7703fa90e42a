"""What open pages are told through Redis: changes to push, and live seat counts."""
