"""What makes the load: asyncio, one small HTTP client, no Django. A process of its own."""
