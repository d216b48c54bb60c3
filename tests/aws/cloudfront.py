"""A CloudFront that takes and refuses invalidations as AWS's does, and counts what they cost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.cdn import Distribution

ID = "E2EXAMPLE"
BAD_PATHS = "Your request contains one or more invalid invalidation paths."
KNOWN = (
    "Your request contains a caller reference that was used for a previous invalidation batch for the same "
    "distribution."
)
_PATH = re.compile(r"/([A-Za-z0-9$\-_.+!(),;/?:@&=]|%[0-9A-Fa-f]{2})*\*?")
_TAG = re.compile(r"#[\x21-\x2b\x2d-\x7e]{1,256}")


def refusal(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "CreateInvalidation")


@dataclass
class CloudFront:
    """Notes the batches that it takes.

    It refuses what CloudFront refuses, what is in `spoilt`, and everything while there is a `fault`. To a
    caller reference that it knows it answers as AWS is seen to, or with `is_idempotent` as its documents say.
    """

    batches: list[Any] = field(default_factory=list)
    fault: Exception | None = None
    spoilt: frozenset[str] = frozenset()
    is_idempotent: bool = False
    calls: int = 0

    def create_invalidation(self, *, DistributionId: str, InvalidationBatch: Any) -> None:  # noqa: N803 - boto3's
        assert DistributionId == ID
        self.calls += 1
        items = InvalidationBatch["Paths"]["Items"]
        assert InvalidationBatch["Paths"]["Quantity"] == len(items) > 0
        if self.fault:
            raise self.fault
        if self.is_idempotent and InvalidationBatch in self.batches:
            return
        if _reference(InvalidationBatch) in self.references:
            raise refusal("InvalidArgument", KNOWN)
        if not all(_PATH.fullmatch(item) or _TAG.fullmatch(item) for item in items) or self.spoilt & {*items}:
            raise refusal("InvalidArgument", BAD_PATHS)
        if len(items) > 3000 or sum(item.endswith("*") for item in items) > 15:
            raise refusal("TooManyInvalidationsInProgress")
        self.batches.append(InvalidationBatch)

    @property
    def items(self) -> list[list[str]]:
        return [batch["Paths"]["Items"] for batch in self.batches]

    @property
    def paid(self) -> list[str]:
        """Every item that is paid for, sorted."""
        return sorted(item for items in self.items for item in items)

    @property
    def references(self) -> list[str]:
        return [_reference(batch) for batch in self.batches]

    @property
    def distribution(self) -> Distribution:
        clients: Any = SimpleNamespace(cloudfront=self)
        return Distribution(clients, ID)


def _reference(batch: Any) -> str:
    return str(batch["CallerReference"])
