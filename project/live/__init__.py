"""Live updates for open pages through Redis: messages to push, and live seat counts."""
