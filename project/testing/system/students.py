"""How many students the fault tests load: few in `make test`, FAULT_STUDENTS in `make faults`."""

import os

FAULT_STUDENTS = int(os.environ.get("FAULT_STUDENTS") or 300)
"""Of a surge in the middle of which something breaks."""

CELL_STUDENTS = int(os.environ.get("FAULT_STUDENTS") or 8)
"""Of one cell of the crash matrix."""

BATCH_SIZE = min(FAULT_STUDENTS // 10, 200)
"""A surge has ten batches and more, however few its students."""
