"""The project's settings on a database, a vhost and Redis numbers that no other run has."""

import os

from project.tests.system import servers
from project.tests.system.slot import SLOT

servers.ensure_up()
os.environ.update(SLOT.environment())
servers.ensure_vhost(SLOT.vhost)

from project.settings import *  # noqa: E402, F403
from project.settings import DATABASES  # noqa: E402

# pytest-xdist's worker adds its own name to it.
DATABASES["default"]["TEST"] = {"NAME": SLOT.database}
