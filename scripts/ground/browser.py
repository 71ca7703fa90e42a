"""See to the browser that the tests of pages and `make screenshots` drive.

    python3 scripts/ground/browser.py

CHROMIUM names a browser that lies elsewhere. The site itself needs none.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from ground.common import Trouble  # noqa: E402 -- after the path is set
from ground.install import ensure_browser  # noqa: E402

if __name__ == "__main__":
    try:
        ensure_browser()
    except Trouble as trouble:
        sys.exit(f"\n{trouble}")
    except KeyboardInterrupt:
        sys.exit("\nStopped by you; run it again to go on.")
