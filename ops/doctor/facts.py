"""The facts about a site that checks judge: observations from outside, and data from the AWS APIs.

`ops.doctor.outside.probe` and `ops.doctor.inside` gather them once. A check is a pure function of `Facts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.config import config
from ops.doctor.known import NotKnown, Unread, known

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from edge.cloudfront.distribution import Behaviour
    from edge.cloudfront.distribution import Distribution as Deployed
    from edge.s3.routing_rules import Rule
    from edge.s3.site import Site, Website
    from ops.doctor.outside.seen import Outside


READ, STORE, REMOVE, EVICT = "read originals", "store variants", "remove stale variants", "invalidate"
MIRROR = "mirror originals"
LOOK = "have originals looked at"
"""The purposes of permissions."""


@dataclass(frozen=True, slots=True)
class SiteBucket:
    """The website's bucket.

    `site` is its configuration, `blocks` its enabled settings of Block Public Access.

    `account_blocks` are the enabled settings of the whole account. Both have effect.
    """

    name: str
    region: str
    site: Site
    blocks: frozenset[str]
    account_blocks: frozenset[str] | Unread

    @property
    def website(self) -> Website:
        """The website configuration; `NotKnown` if the bucket has none."""
        if self.site.website is None:
            raise NotKnown("the bucket is not a website")
        return self.site.website


@dataclass(frozen=True, slots=True)
class Distribution:
    """The distribution in front of the site."""

    id: str
    deployed: Deployed

    @property
    def host(self) -> str:
        """The name that viewers use: the first alias, or the distribution's own name if it has no alias."""
        return next(iter(self.deployed.aliases), self.deployed.domain)

    def behaviour(self, path: str) -> Behaviour:
        """Return the behaviour for a raw path."""
        return self.deployed.behaviour(path)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What `ops adopt` has made of the distribution that serves a stack, which the stack did not make.

    Our behaviours are there, and they are current: those that the stack has now, in front of the others.
    """

    is_there: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Api:
    """The REST API: `types` holds REGIONAL, EDGE or PRIVATE."""

    id: str
    region: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function and its configuration. The `environment` can hold secrets, so it is never shown."""

    name: str
    arn: str
    role: str
    region: str
    environment: Mapping[str, str] = field(repr=False)

    @property
    def partition(self) -> str:
        """The AWS partition of the function: aws, aws-cn."""
        return self.arn.split(":")[1]

    @property
    def account(self) -> str:
        """The number of the function's account."""
        return self.arn.split(":")[4]

    @property
    def configuration(self) -> config.Config:
        """The parsed environment; `NotKnown` if it has faults. Another check reports these."""
        try:
            return config.read(self.environment)
        except config.ConfigError as faults:
            raise NotKnown("the function's configuration has faults") from faults


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission that the code needs, and whether IAM grants it to the role."""

    purpose: str
    role: str
    action: str
    resource: str
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """The function's report about itself. `problem` says why ImageMagick does not load; empty if it does.

    `reads` and `writes` are the formats that the function tried with success. `weaknesses` says what its
    system refuses of confining ImageMagick. `skew` is how far its clock is ahead of ours.
    """

    imagemagick: str
    problem: str
    reads: frozenset[str]
    writes: frozenset[str]
    skew: timedelta
    weaknesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """A dead-letter queue and the number of messages in it."""

    name: str
    messages: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """How often a function failed, or was throttled, in the last hour."""

    function: str
    errors: int
    throttles: int


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """How often the app refused a variant in the last hour because it is not allowed, and one of its keys."""

    variant: str
    key: str
    times: int


@dataclass(frozen=True, slots=True)
class Spending:
    """The invalidated `paths` that were counted this month, of a `budget`.

    No redirect is evicted from `redirects` on. When `most` has no more room for the paths of `everything`,
    changed originals leave CloudFront together with everything else, `minutes` late at most.
    """

    paths: int
    most: int
    budget: int
    minutes: int
    redirects: int
    everything: int


@dataclass(frozen=True, slots=True)
class Inside:
    """The data from the AWS APIs. A part that could not be read is `Unread`, with the reason."""

    stack: str | Unread
    bucket: SiteBucket | Unread
    distribution: Distribution | Unread
    adoption: Adoption | Unread | None
    """None if the stack made its distribution itself."""
    api: Api | Unread
    function: Function | Unread
    inspection: Inspection | Unread
    permissions: tuple[Permission, ...] | Unread
    source_regions: Mapping[str, str] | Unread
    dead_letters: tuple[Queue, ...] | Unread
    troubles: tuple[Trouble, ...] | Unread
    not_allowed: tuple[NotAllowed, ...] | Unread
    """The variants that the app refused, most often first."""
    tag_arrives: bool | Unread
    """Whether the origin answers for a stored variant with its cache tag."""
    is_indexed: bool | Unread
    """Whether the app finds the variants of an original without looking into every folder of the bucket."""
    mirrors_left: tuple[str, ...] | Unread
    """The keys of mirrors that nothing changes any more, since the site is to have none."""
    silent_sources: tuple[str, ...] | Unread
    """The source buckets that do not tell the stack of changes."""
    spending: Spending | Unread | None
    """What is used of the month's budget of invalidations; None if there is no budget."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts about a site."""

    outside: Outside
    inside: Inside

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The bucket's routing rules, in their order."""
        return known(self.inside.bucket).website.rules

    @property
    def configuration(self) -> config.Config:
        """The function's configuration."""
        return known(self.inside.function).configuration

    @property
    def fails_over(self) -> bool:
        """Whether the distribution asks the app itself for what is missing, as far as that can be seen."""
        distribution, function = self.inside.distribution, self.inside.function
        if not isinstance(distribution, Unread) and distribution.behaviour(f"/{self.a_key}").failover:
            return True
        if not isinstance(function, Unread):
            return config.fails_over(function.environment)
        entry = self.outside.entry
        return bool(entry and entry.app_code and not urlsplit(entry.url).path.startswith("/resize/"))

    @property
    def prefix(self) -> str:
        """The key prefix: the app's, or that of the address if the app's is not known."""
        try:
            return self.configuration.site.prefix
        except NotKnown:
            return self.outside.address.prefix

    @property
    def a_key(self) -> str:
        """A key of the site bucket that certainly has no object."""
        return f"{self.prefix}{self.outside.address.variant or '1x1'}/nowhere.jpg"

    @property
    def names(self) -> dict[str, str]:
        """The values of the placeholders in cures."""
        inside, address = self.inside, self.outside.address
        names = {"host": address.host, "site": address.base, "prefix": self.prefix}
        if not isinstance(inside.stack, Unread):
            names["stack"] = inside.stack
        if not isinstance(inside.bucket, Unread):
            names["bucket"] = inside.bucket.name
        if not isinstance(inside.api, Unread):
            names["api"] = inside.api.id
        if not isinstance(inside.function, Unread):
            names["function"] = inside.function.name
        if not isinstance(inside.distribution, Unread):
            # It may have several names, and be asked by one of them.
            is_named = address.host in inside.distribution.deployed.names
            host = address.host if is_named else inside.distribution.host
            names |= {"distribution": inside.distribution.id, "host": host}
        return names
