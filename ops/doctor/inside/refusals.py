"""Reads from the app's log which variants it refused because they are not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import NotAdmitted, one_line
from ops.doctor.facts import NotAllowed
from ops.doctor.known import NotKnown
from ops.doctor.outside.address import NOWHERE
from ops.logs.reading import of_group
from ops.terminal.failures import Refused

if TYPE_CHECKING:
    from infra.clients import Clients

_HOUR = 3600
_CAUSE = NotAdmitted.__name__
_LONGEST = 80
"""Characters of a variant or a key that a finding shows."""


def read_not_allowed(clients: Clients, stack: str) -> tuple[NotAllowed, ...]:
    """Return the variants that were not allowed in the last hour; `NotKnown` if the stack has no log.

    What the doctor itself has asked for is left out.
    """
    keys: dict[str, list[str]] = {}
    try:
        for line in of_group(clients, f"/resize404/{stack}", _HOUR, f'"{_CAUSE}"'):
            if line.text("cause") == _CAUSE and not line.text("key").startswith(NOWHERE):
                keys.setdefault(line.text("variant"), []).append(line.text("key"))
    except Refused as missing:
        raise NotKnown(str(missing)) from missing
    found = [
        NotAllowed(one_line(variant, _LONGEST), one_line(of[0], _LONGEST), len(of))
        for variant, of in keys.items()
    ]
    return tuple(sorted(found, key=lambda each: each.times, reverse=True))
