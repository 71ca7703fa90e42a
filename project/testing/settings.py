"""The project's settings on a database, a vhost and Redis numbers of this run alone.

Nothing is started here: that happens when a session begins (`project.testing.system.fixtures`).
"""

import os

from project.testing.system import servers
from project.testing.system.slot import SLOT

os.environ["DB_ROLE"] = "owner"
os.environ.update(SLOT.environment())
servers.foresee_addresses()

from project.testing.process_settings import *  # noqa: E402, F403
from project.testing.process_settings import DATABASES, PASSWORD_HASHERS, QUICK_HASHER  # noqa: E402

# pytest-xdist's worker adds its own name to it.
DATABASES["default"]["TEST"] = {"NAME": SLOT.database}
# Hardly a test is about how costly a hash is.
PASSWORD_HASHERS = [QUICK_HASHER, *PASSWORD_HASHERS]
