"""Shows how a configuration changes."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Text:
    """Return the lines of JSON that differ, with two lines around them, as ``diff -u`` has it."""
    was, will_be = (json.dumps(each, indent=2, sort_keys=True).splitlines() for each in (before, after))
    lines = list(difflib.unified_diff(was, will_be, n=2, lineterm=""))[2:]
    return Text("").join(Text(f"{line}\n", style=_STYLES.get(line[0], "dim")) for line in lines)
