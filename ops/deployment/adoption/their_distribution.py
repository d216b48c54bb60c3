"""What a stack wants of an existing distribution, the distribution as it is, and whether it can serve.

Whatever is in the way is told before anything is made or changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.aws.invalidation import TAG_HEADER
from ops import distribution_config
from ops.deployment.adoption import unknown_settings
from ops.terminal.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from types_boto3_cloudfront import CloudFrontClient

    from ops.account import Account


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


class NoSuchDistribution(Refused):
    """There is no distribution with this id in the account."""


def read(account: Account, distribution: str) -> Found:
    """Return the distribution. `NoSuchDistribution` if the account has none with this id."""
    cloudfront = client(account)
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


def client(account: Account) -> CloudFrontClient:
    """Return a client for distributions."""
    made: CloudFrontClient = account.session.client("cloudfront")
    return made
