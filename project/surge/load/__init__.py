"""The crowd: asyncio, one small HTTP/1.1 client, no Django. Runs as a process of its own."""
