"""Invokes the stack's Inspect function, and parses its report about ImageMagick and its clock."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ops.doctor.facts import Inspection
from ops.doctor.known import NotKnown

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

    from infra.clients import Clients


def read_inspection(clients: Clients, name: str) -> Inspection:
    """Return the report of the function called `name`; `NotKnown` with its error message if it fails."""
    client: LambdaClient = clients.client("lambda")
    before = time.time()
    answer = client.invoke(FunctionName=name)
    after = time.time()
    said = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise NotKnown(f"{name} failed: {said.get('errorMessage', said)}")
    try:
        return _parsed(said, _skew(said["clock"], before, after))
    except (KeyError, TypeError) as other:
        raise NotKnown(f"this version cannot read the report of {name}") from other


def _skew(clock: float, before: float, after: float) -> timedelta:
    """Return how far `clock`, which was read between `before` and `after`, is ahead of ours.

    Zero if it is between the two.
    """
    return timedelta(seconds=min(clock - before, 0.0) + max(clock - after, 0.0))


def _parsed(said: dict[str, Any], skew: timedelta) -> Inspection:
    magick = said["imagemagick"]
    return Inspection(
        imagemagick=magick.get("version", ""),
        problem=magick.get("error", ""),
        reads=frozenset(magick.get("reads", ())),
        writes=frozenset(magick.get("writes", ())),
        skew=skew,
        weaknesses=tuple(magick.get("weaknesses", ())),
    )
