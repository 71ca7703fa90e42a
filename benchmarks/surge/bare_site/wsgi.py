"""The bare site, served by the same command as the real one."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.surge.bare_site.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
