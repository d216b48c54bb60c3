"""Skips the tests of this folder on machines without apt."""

from __future__ import annotations

import shutil

collect_ignore = [] if shutil.which("apt-get") else ["test_downloads.py", "test_mirror.py"]
"""Without apt, these tests cannot run."""
