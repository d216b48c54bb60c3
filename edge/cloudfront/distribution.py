"""A deployed distribution: the settings that the edge implements. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from edge.cloudfront.ttl import ERROR_TTL, Bounds
from edge.shared.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Mapping


READ_TIMEOUT = 30.0
CONNECT_TIMEOUT = 10.0
"""CloudFront's defaults, in seconds, for an origin without settings of its own."""


class UnsupportedDistributionError(ValueError):
    """A distribution with a setting that the edge does not implement."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The headers, cookies or query strings that a policy selects. Header names are in lower case."""

    kind: Literal["none", "only", "except", "all"] = "none"
    names: frozenset[str] = frozenset()

    def takes(self, name: str) -> bool:
        """Say whether the policy selects `name`."""
        match self.kind:
            case "only":
                return name in self.names
            case "except":
                return name not in self.names
            case _:
                return self.kind == "all"


NOTHING = Selection()
USUAL_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """The parts of a request in the cache key, which also go to the origin, and how long answers are kept."""

    bounds: Bounds = USUAL_BOUNDS
    headers: Selection = NOTHING
    cookies: Selection = NOTHING
    queries: Selection = NOTHING
    encodings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginRequestPolicy:
    """The parts of a request that go to the origin in addition to the cache key."""

    headers: Selection = NOTHING
    cookies: Selection = NOTHING
    queries: Selection = NOTHING


@dataclass(frozen=True, slots=True)
class CustomHeader:
    """A header that a response headers policy adds."""

    name: str
    value: str
    overrides: bool


@dataclass(frozen=True, slots=True)
class Cors:
    """The CORS part of a response headers policy."""

    origins: tuple[str, ...]
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age: int | None = None
    credentials: bool = False
    overrides: bool = False


@dataclass(frozen=True, slots=True)
class ResponseHeadersPolicy:
    """The headers that the distribution adds to, and removes from, answers to viewers."""

    custom: tuple[CustomHeader, ...] = ()
    removed: tuple[str, ...] = ()
    cors: Cors | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """An origin. `path` is put in front of every request path; `headers` are sent with every request.

    With origin access control, `signs_as` is the ARN of the distribution that signs every request.
    """

    id: str
    domain: str
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    read_timeout: float = READ_TIMEOUT
    connect_timeout: float = CONNECT_TIMEOUT
    signs_as: str = ""


@dataclass(frozen=True, slots=True)
class Failover:
    """The second member of an origin group: the `origin` that is asked after one of these `statuses`."""

    origin: Origin
    statuses: frozenset[int]

    def follows(self, method: str, status: int) -> bool:
        """Say whether CloudFront asks the second origin when the first one has answered this `status`."""
        return method in {"GET", "HEAD", "OPTIONS"} and status in self.statuses


@dataclass(frozen=True, slots=True)
class Association:
    """The function that runs for an event, such as ``viewer-request``: its ARN."""

    event: str
    arn: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the distribution treats the paths that match `pattern`."""

    pattern: str
    origin: Origin
    methods: frozenset[str] = frozenset({"GET", "HEAD"})
    cache: CachePolicy = CachePolicy()
    forwards: OriginRequestPolicy = OriginRequestPolicy()
    responses: ResponseHeadersPolicy = ResponseHeadersPolicy()
    associations: tuple[Association, ...] = ()
    failover: Failover | None = None

    def is_for(self, path: str) -> bool:
        """Say whether the raw `path` matches the behaviour's pattern."""
        return matches("/" + self.pattern.removeprefix("/"), path)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The page that viewers get in place of an error: its `path` in the distribution, and its `status`."""

    path: str
    status: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """One distribution. `behaviours` are in CloudFront's order, with the default behaviour last."""

    domain: str
    behaviours: tuple[Behaviour, ...]
    aliases: tuple[str, ...] = ()
    error_ttls: Mapping[int, float] = field(default_factory=dict)
    error_pages: Mapping[int, ErrorPage] = field(default_factory=dict)
    tag_header: str = ""
    root_object: str = ""
    id: str = ""

    @property
    def names(self) -> frozenset[str]:
        """All host names of the distribution, in lower case."""
        return frozenset(name.lower() for name in (self.domain, *self.aliases))

    def behaviour(self, path: str) -> Behaviour:
        """Return the first behaviour that matches the raw `path`."""
        return next(behaviour for behaviour in self.behaviours if behaviour.is_for(path))

    def error_ttl(self, status: int) -> float:
        """Return the minimum number of seconds that an error `status` is kept."""
        return self.error_ttls.get(status, ERROR_TTL)
