"""The settings of a process that tests start: the project's, on the stores that the test names.

On the servers that the project would have, TEST_DATABASE is a database, TEST_VHOST a virtual host,
and TEST_REDIS the first of two Redis numbers.
"""

import os
from urllib.parse import quote, urlsplit

from project.settings import *  # noqa: F403
from project.settings import (
    CACHE_URL,
    CACHES,
    CELERY_BROKER_URL,
    DATABASES,
    PASSWORD_HASHERS,
    REDIS_URL,
)


def _at(address: str, path: object) -> str:
    """The address with another last part."""
    return urlsplit(address)._replace(path=f"/{quote(str(path), safe='')}").geturl()


_redis = int(os.environ["TEST_REDIS"])
DATABASES["default"]["NAME"] = os.environ.get("TEST_DATABASE") or DATABASES["default"]["NAME"]
REDIS_URL, CACHE_URL = _at(REDIS_URL, _redis), _at(CACHE_URL, _redis + 1)
CACHES["default"]["LOCATION"], CACHES["sessions"]["LOCATION"] = CACHE_URL, REDIS_URL
CELERY_BROKER_URL = _at(CELERY_BROKER_URL, os.environ["TEST_VHOST"])

# A test may have set a password.
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
PASSWORD_HASHERS = [*PASSWORD_HASHERS, QUICK_HASHER]
