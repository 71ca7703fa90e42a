"""Settings for mypy, which reads the models without any server."""

import os

os.environ |= {
    "SECRET_KEY": "only-to-read-the-models-of-this-project-0123456789abcdef",
    "DATABASE_URL": "postgresql://nowhere/none",
    "REDIS_URL": "redis://nowhere/0",
    "CACHE_URL": "redis://nowhere/1",
    "BROKER_URL": "amqp://nowhere//",
}

from project.settings import *  # noqa: F403
