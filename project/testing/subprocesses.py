"""Our Python in a process of its own, with the project's own settings."""

import os
import subprocess
import sys

from project.ops.env import ROOT


def python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DB_ROLE", "DJANGO_SETTINGS_MODULE")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**kept, **environment},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
