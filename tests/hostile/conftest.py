"""What a process has, may and takes is to be seen in /proc, which only Linux has."""

from __future__ import annotations

import sys

collect_ignore = [] if sys.platform == "linux" else ["test_confinement.py", "test_originals.py"]
