"""One existing distribution: our behaviours are put in front of its own, and taken back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import ClientError

from chalicelib.aws.invalidation import TAG_HEADER
from ops import distribution_config
from ops.deployment.adoption import unknown_settings
from ops.distribution_config import Pattern
from ops.terminal.difference import difference
from ops.terminal.failures import Refused, Stopped
from ops.terminal.output import say, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console
    from types_boto3_cloudfront import CloudFrontClient

    from ops.account import Account

_OVERTAKEN = {"PreconditionFailed", "InvalidIfMatchVersion"}
_PAUSE = 5.0
"""Seconds between two looks at whether a change has reached all edges, at most. It takes some minutes."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the distribution `id` is for, as the parameters of the stack called `stack` say it."""

    stack: str
    id: str
    domain_name: str
    key_prefix: str
    by_tag: bool
    has_playground: bool

    @property
    def patterns(self) -> list[str]:
        """The path patterns of our behaviours (infra/stack.yaml)."""
        return ["/resize/*", *(["/playground/*"] if self.has_playground else []), f"/{self.key_prefix}*"]


def purpose(stack: str, parameters: Mapping[str, str]) -> Purpose | None:
    """Return what the stack wants of an existing distribution; None if it has none."""
    if not (found := parameters.get("ExistingDistribution", "")):
        return None
    return Purpose(
        stack,
        found,
        domain_name=parameters.get("DomainName", ""),
        key_prefix=parameters.get("KeyPrefix", ""),
        by_tag=parameters.get("EvictBy") != "path",
        has_playground=bool(parameters.get("Playground")),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A distribution as it is now. `etag` is the version of its configuration.

    `unknown` are settings of it that this boto3 would lose.
    """

    domain: str
    configuration: Mapping[str, Any]
    etag: str
    unknown: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names that it answers to. An alias may begin with ``*.``."""
        return [self.domain, *self.configuration.get("Aliases", {}).get("Items", [])]


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
        before = read(self.account, self.id)
        refuse_conflicts(self.account, before, wanted)
        configuration = read(self.account, own).configuration
        pattern = Pattern(configuration, self._mark, wanted.key_prefix, by_tag=wanted.by_tag)
        self._put(before, distribution_config.with_ours(before.configuration, pattern))
        if pages := distribution_config.error_pages(before.configuration):
            say(self.console, _warning(self.id, pages), "yellow")

    def release(self) -> None:
        """Give it back as it was: without what is ours."""
        try:
            before = read(self.account, self.id)
        except NoSuchDistribution as gone:
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
        self.console.print(shown or "Only values of headers that origins are sent differ.", end="")
        if not (self.yes or click.confirm(f"Change the distribution {self.id}?", err=True)):
            raise Refused("Nothing was changed.")
        try:
            _cloudfront(self.account).update_distribution(
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
        cloudfront, pause = _cloudfront(self.account), 0.05
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


class NoSuchDistribution(Refused):
    """There is no distribution with this id in the account."""


def read(account: Account, distribution: str) -> Found:
    """Return the distribution. `NoSuchDistribution` if the account has none with this id."""
    cloudfront = _cloudfront(account)
    unknown = unknown_settings.watch(cloudfront)
    try:
        answer = cloudfront.get_distribution(Id=distribution)
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") == "NoSuchDistribution":
            where = f"in account {account.number}"
            raise NoSuchDistribution(f"There is no distribution {distribution} {where}.") from refusal
        raise
    found = answer["Distribution"]
    return Found(found["DomainName"], {**found["DistributionConfig"]}, answer["ETag"], tuple(unknown))


def refuse_conflicts(account: Account, found: Found, wanted: Purpose) -> None:
    """Raise `Refused` if the distribution cannot serve the pictures of the stack."""
    if not (wanted.domain_name and wanted.key_prefix):
        raise Refused(
            "ExistingDistribution needs a KeyPrefix, the folder below which pictures are, such as img/; and "
            "the DomainName under which viewers reach the distribution, such as www.example.com."
        )
    if not found.configuration.get("Enabled"):
        raise Refused(f"The distribution {wanted.id} is disabled, so nobody would get pictures from it.")
    if not _answers_to(found.names, wanted.domain_name):
        names = ", ".join(found.names)
        raise Refused(
            f"The distribution {wanted.id} does not answer to {wanted.domain_name}. Its names are {names}."
        )
    mark = distribution_config.mark(wanted.stack, account.region)
    _refuse_covered(found, wanted, mark)
    header = distribution_config.tag_header(distribution_config.without_ours(found.configuration, mark))
    if wanted.by_tag and header not in {"", TAG_HEADER}:
        raise Refused(
            f"The distribution {wanted.id} reads cache tags from {header}, and pictures have theirs in "
            f"{TAG_HEADER}. A distribution reads one header. Let pictures be invalidated by their paths: "
            f"python -m ops deploy {wanted.stack} --parameter EvictBy=path"
        )


def _refuse_unknown(distribution: str, found: Found) -> None:
    if found.unknown:
        raise Refused(
            f"The distribution {distribution} has settings that are newer than this boto3, and a change "
            f"would delete them: {', '.join(found.unknown)}. Type: .venv/bin/pip install -U boto3; try again."
        )


def _refuse_covered(found: Found, wanted: Purpose, mark: str) -> None:
    covered = distribution_config.covered(found.configuration, mark, wanted.patterns)
    if covered:
        raise Refused(
            f"The distribution {wanted.id} has {_behaviours(covered)} already, which nobody would reach any "
            f"more behind ours ({', '.join(wanted.patterns)}). Choose another KeyPrefix, or take them out."
        )


def _behaviours(patterns: Iterable[str]) -> str:
    return f"behaviours for {', '.join(patterns)}"


def _answers_to(names: Iterable[str], domain_name: str) -> bool:
    """Say whether one of the names is the domain's, or ends like it behind a ``*``."""
    return any(fnmatchcase(domain_name, name.lower()) for name in names)


def _warning(distribution: str, pages: Mapping[int, str]) -> str:
    """Return what error responses for the whole distribution do to our refusals."""
    named = ", ".join(f"{status} ({path})" for status, path in sorted(pages.items()))
    return (
        f"The distribution {distribution} answers {named} with a page of its own. That is so for pictures, "
        "too: in place of one that is refused or missing, viewers get that page (docs/their-buckets.md)."
    )


def _cloudfront(account: Account) -> CloudFrontClient:
    client: CloudFrontClient = account.session.client("cloudfront")
    return client
