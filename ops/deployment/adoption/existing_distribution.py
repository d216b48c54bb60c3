"""One existing distribution: our behaviours are put in front of its own, and taken back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from botocore.exceptions import ClientError

from ops import distribution_config
from ops.deployment.adoption import their_distribution
from ops.distribution_config import Pattern
from ops.terminal.difference import difference
from ops.terminal.failures import Refused, Stopped
from ops.terminal.output import say, step

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rich.console import Console

    from ops.account import Account
    from ops.deployment.adoption.their_distribution import Found, Purpose

_OVERTAKEN = {"PreconditionFailed", "InvalidIfMatchVersion"}
_PAUSE = 5.0
"""Seconds between two looks at whether a change has reached all edges, at most. It takes some minutes."""


@dataclass(frozen=True, slots=True)
class ExistingDistribution:
    """The distribution with this id, which the `stack` did not make. `yes` skips questions."""

    console: Console
    account: Account
    stack: str
    id: str
    yes: bool = False

    @property
    def _mark(self) -> str:
        return distribution_config.mark(self.stack, self.account.region)

    def adopt(self, wanted: Purpose, own: str) -> None:
        """Let it serve the stack's pictures as the stack's `own` distribution would."""
        before = their_distribution.read(self.account, self.id)
        their_distribution.refuse_conflicts(self.account, before, wanted)
        configuration = their_distribution.read(self.account, own).configuration
        pattern = Pattern(configuration, self._mark, wanted.key_prefix, by_tag=wanted.by_tag)
        self._put(before, distribution_config.with_ours(before.configuration, pattern))
        if pages := distribution_config.error_pages(before.configuration):
            say(self.console, _warning(self.id, pages), "yellow")

    def release(self) -> None:
        """Give it back as it was: without what is ours."""
        try:
            before = their_distribution.read(self.account, self.id)
        except their_distribution.NoSuchDistribution as gone:
            say(self.console, str(gone), "yellow")
            return
        self._put(before, distribution_config.without_ours(before.configuration, self._mark))

    def _put(self, before: Found, after: Mapping[str, Any]) -> None:
        """Show the change, ask, make it, and wait until all edges have it."""
        if after == before.configuration:
            say(self.console, f"The distribution {self.id} stays as it is.")
            return
        _refuse_unknown(self.id, before)
        shown = difference(*map(distribution_config.without_secrets, (before.configuration, after)))
        self.console.print(shown or "Only values of headers that origins are sent differ.\n", end="")
        if not (self.yes or click.confirm(f"Change the distribution {self.id}?", err=True)):
            raise Refused("Nothing was changed.")
        try:
            their_distribution.client(self.account).update_distribution(
                Id=self.id,
                IfMatch=before.etag,
                DistributionConfig=after,  # type: ignore[arg-type]  # CloudFront's own answer, and ours
            )
        except ClientError as refusal:
            if refusal.response["Error"].get("Code") in _OVERTAKEN:
                changed = f"Somebody else has just changed the distribution {self.id}. Try again."
                raise Refused(changed) from refusal
            raise
        self._wait()

    def _wait(self) -> None:
        """Wait until all edges have the change: until then they ask a bucket that may be about to go."""
        cloudfront, pause = their_distribution.client(self.account), 0.05
        try:
            with step(self.console, f"The distribution {self.id} is changed, and all edges know it"):
                while cloudfront.get_distribution(Id=self.id)["Distribution"]["Status"] != "Deployed":
                    time.sleep(pause)
                    pause = min(pause * 1.5, _PAUSE)
        except KeyboardInterrupt as interrupt:
            raise Stopped(
                f"The distribution {self.id} is changed, and CloudFront goes on to tell all edges. To go on "
                "from here, type the same command again."
            ) from interrupt


def _refuse_unknown(distribution: str, found: Found) -> None:
    if found.unknown:
        raise Refused(
            f"The distribution {distribution} has settings that are newer than this boto3, and a change "
            f"would delete them: {', '.join(found.unknown)}. Type: .venv/bin/pip install -U boto3; try again."
        )


def _warning(distribution: str, pages: Mapping[int, str]) -> str:
    """Return what error responses for the whole distribution do to our refusals."""
    named = ", ".join(f"{status} ({path})" for status, path in sorted(pages.items()))
    return (
        f"The distribution {distribution} answers {named} with a page of its own. That is so for pictures, "
        "too: in place of one that is refused or missing, viewers get that page (docs/their-buckets.md)."
    )
