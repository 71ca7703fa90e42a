"""The load generator, a process of its own: asyncio, one small HTTP client, no Django."""
