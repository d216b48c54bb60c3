"""The lines that a stack's functions leave (`chalicelib.observing`), read from CloudWatch Logs."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ops.terminal.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.clients import Clients

MOST_LINES = 100_000
"""Lines that are read of one log group, at most."""

_GROUPS = ("", "/evict", "/refresh", "/prewarm")
_PATTERN = '"outcome"'
"""What every line of ours has in it, so that CloudWatch does not send the others."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the function wrote it, and when, in milliseconds since 1970."""

    moment: int
    said: Mapping[str, Any]

    @property
    def outcome(self) -> str:
        """What became of the request or the batch."""
        return str(self.said["outcome"])

    def text(self, name: str) -> str:
        """Return the field called `name` as text; empty if the line has none."""
        return str(self.said.get(name, ""))

    def number(self, name: str) -> float:
        """Return the field called `name` as a number; 0 if the line has none."""
        return float(self.said.get(name) or 0)


def lines(clients: Clients, stack: str, seconds: int) -> list[Line]:
    """Return the lines of the last `seconds` of all functions of the `stack`, oldest first.

    `Refused` if there is no such log group in this account and region.
    """
    found = [line for group in _GROUPS for line in of_group(clients, f"/resize404/{stack}{group}", seconds)]
    return sorted(found, key=lambda line: line.moment)


def of_group(clients: Clients, name: str, seconds: int, pattern: str = _PATTERN) -> Iterator[Line]:
    """Yield the lines of the last `seconds` in the log group called `name` that match CloudWatch's `pattern`.

    `Refused` if there is no such log group in this account and region.
    """
    since = int((time.time() - seconds) * 1000)
    pages = clients.client("logs").get_paginator("filter_log_events")
    try:
        for page in pages.paginate(
            logGroupName=name,
            startTime=since,
            filterPattern=pattern,
            PaginationConfig={"MaxItems": MOST_LINES},
        ):
            for event in page["events"]:
                if said := _read(event["message"]):
                    yield Line(event["timestamp"], said)
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise Refused(
            f"There is no log group {name} here. Check the stack's name, and --region and --profile."
        ) from failure


def _read(message: str) -> Mapping[str, Any] | None:
    """Return what a line says; None if it is no line of ours."""
    try:
        said = json.loads(message)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "outcome" in said and "function" in said else None
