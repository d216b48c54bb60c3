"""What each system uses: calls for each view, for each picture that is made, and for each month.

Ours is counted: ``tests/test_counts.py`` and ``tests/e2e/test_counts.py`` hold the numbers. Those
of the others are read in their sources, at the commits that ``docs/costs.md`` names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.prices import Item, Usage, together

if TYPE_CHECKING:
    from collections.abc import Callable

GIGABYTE = 2**30
MONTH_HOURS = 730
_MONTH_SECONDS = MONTH_HOURS * 3600

_PROCESSOR = 1769
"""Memory in MB with which a Lambda function has one processor. With less it has a part of one."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one picture: `work` of one processor, and `wait` for each call of S3 on the way."""

    work: float = 75
    """A JPEG of 12 megapixels to a WebP of 300 pixels, in Lambda's own runtime (docs/performance.md)."""

    wait: float = 20
    """An assumption, since S3 was on the same machine where the work was measured."""


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function with this memory in MB, which waits for S3 `waits` times while it makes a picture."""

    memory: int
    waits: int

    def seconds(self, times: Times) -> float:
        """Return the seconds that it works for one picture."""
        work = times.work * max(1, _PROCESSOR / self.memory)
        return (work + self.waits * times.wait) / 1000

    def usage(self, pictures: float, times: Times) -> Usage:
        """Return what making that many pictures uses, one at each call."""
        seconds = pictures * self.seconds(times)
        return {
            Item.LAMBDA_REQUEST: pictures,
            Item.LAMBDA_GIGABYTE_SECOND: seconds * self.memory / 1024,
        }


_BUSY = 0.7
"""The part of the month for which a container may be busy. Above it the stack adds another one."""


@dataclass(frozen=True, slots=True)
class Containers:
    """Containers of one processor and two gigabytes that always run: at least one, more for more work."""

    def usage(self, pictures: float, times: Times) -> Usage:
        """Return what a month uses in which they make that many pictures."""
        needed = pictures * times.work / 1000 / (_MONTH_SECONDS * _BUSY)
        hours = max(1, needed) * MONTH_HOURS
        return {
            Item.FARGATE_PROCESSOR_HOUR: hours,
            Item.FARGATE_GIGABYTE_HOUR: 2 * hours,
            Item.LOAD_BALANCER_HOUR: MONTH_HOURS,
        }


@dataclass(frozen=True, slots=True)
class System:
    """A system, and what it uses.

    `view` is for each view. `found` comes on top if CloudFront lacks the picture and the bucket has it; it is
    None where pictures are not stored. `made` comes on top if the picture has to be made. `month` is for each
    month, even without a view. `compute` counts the time of what makes the pictures.
    """

    name: str
    view: Usage
    found: Usage | None
    made: Usage
    compute: Callable[[float, Times], Usage]
    month: Usage = field(default_factory=dict)

    @property
    def stores(self) -> bool:
        """True if a picture is made once, and stored."""
        return self.found is not None


_ANSWER = 829
"""Bytes of an answer beside its picture, with HTTP/1.1's headers: counted on the local stack."""

_REDIRECTED = 2310
"""The same for the three answers of a first view with redirects."""

_VIEW: Usage = {Item.CDN_REQUEST: 1, Item.CDN_FUNCTION: 1, Item.CDN_GIGABYTE: _ANSWER / GIGABYTE}
"""Each of the systems has one function at the edge, which every request passes."""

_APP: Usage = {Item.API_REQUEST: 1, Item.S3_READ: 2, Item.S3_WRITE: 2}
"""Our app looks for the picture, fetches the original, and stores the picture and its entry in the index."""

_POLLED_QUEUES = 3
_POLLS = _POLLED_QUEUES * 5 * _MONTH_SECONDS / 20
"""Lambda asks each queue five times at once, and each empty answer takes 20 seconds (AWS Lambda's guide,
"Using Lambda with Amazon SQS")."""

_OURS: Usage = {Item.ALARM: 16, Item.METRIC: 10, Item.DASHBOARD: 1, Item.SQS_REQUEST: _POLLS}
"""As of a stack in us-east-1 without a RateLimit, whose metrics have data all month."""

MAKING = Function(memory=1769, waits=2)
"""HEAD and GET at once; the index is entered while the picture is made; then the picture is stored."""

_HOPS: Usage = {
    Item.CDN_REQUEST: 2,
    Item.CDN_FUNCTION: 2,
    Item.S3_READ: 2,
    Item.CDN_GIGABYTE: (_REDIRECTED - _ANSWER) / GIGABYTE,
}
"""The two redirects of a first view. S3 answers with the first, and later with the stored picture."""

REDIRECT = System(
    "resize404, redirect",
    _VIEW,
    {Item.S3_READ: 1},
    together((1, _APP), (1, _HOPS)),
    MAKING.usage,
    _OURS,
)

FAILOVER = System(
    "resize404, failover",
    _VIEW,
    {Item.S3_READ: 1},
    together((1, _APP), (1, {Item.S3_READ: 1})),
    MAKING.usage,
    _OURS,
)

SAMPLE = System(
    "aws-samples",
    _VIEW,
    {Item.S3_READ: 1},
    {Item.S3_READ: 2, Item.S3_WRITE: 1},
    Function(memory=1500, waits=2).usage,
)

DIT = System(
    "DIT, Lambda",
    _VIEW,
    None,
    {Item.API_REQUEST: 1, Item.S3_READ: 1},
    Function(memory=1024, waits=1).usage,
    {Item.DASHBOARD: 1},
)

CONTAINERS = System("DIT, ECS", _VIEW, None, {Item.S3_READ: 1}, Containers().usage)

ALL = (REDIRECT, FAILOVER, SAMPLE, DIT, CONTAINERS)
OURS = (REDIRECT, FAILOVER)
