"""What can be tried here at all."""

from __future__ import annotations

import shutil

collect_ignore = [] if shutil.which("apt-get") else ["test_downloads.py", "test_mirror.py"]
"""Where there is no apt, nothing of it can be tried."""
