"""Private PostgreSQL, Redis and RabbitMQ for one checkout, on loopback. Standard library only."""
