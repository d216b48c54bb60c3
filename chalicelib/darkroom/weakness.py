"""What the system refuses of the confinement: put into words, and into the log once for each process."""

from __future__ import annotations

import logging
import os
from functools import cache

from chalicelib.darkroom import kernel

log = logging.getLogger(__name__)


@cache
def of_hiding() -> str:
    """Hide this process's credentials from the one inside. Return why it cannot be, if it cannot."""
    try:
        kernel.hide()
    except OSError as refused:
        return _logged(f"credentials cannot be hidden from it ({refused.strerror})")
    return ""


@cache
def of_filter(refused: int) -> str:
    """Return why the process inside has no filter of system calls, by the number of the error; "" for 0."""
    return _logged(f"its system calls cannot be filtered ({os.strerror(refused)})") if refused else ""


def _logged(weakness: str) -> str:
    log.warning("ImageMagick's process is less confined: %s. See docs/hostile.md.", weakness)
    return weakness
