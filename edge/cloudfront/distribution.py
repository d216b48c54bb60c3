"""A distribution as it is deployed, as far as the edge honours it. Values and their own questions, pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from edge.cloudfront.ttl import ERROR_TTL, Bounds
from edge.shared.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Mapping


READ_TIMEOUT = 30.0
CONNECT_TIMEOUT = 10.0
"""Seconds that an origin has, where it is not said."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which headers, cookies or query strings a policy takes; the names of headers are in lower case."""

    kind: Literal["none", "only", "except", "all"] = "none"
    names: frozenset[str] = frozenset()

    def takes(self, name: str) -> bool:
        """Say whether the one called `name` is taken."""
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
    """What is part of the cache key, and so goes to the origin, and how long answers are kept."""

    bounds: Bounds = USUAL_BOUNDS
    headers: Selection = NOTHING
    cookies: Selection = NOTHING
    queries: Selection = NOTHING
    encodings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginRequestPolicy:
    """What goes to the origin besides the cache key."""

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
    """What is added to, and removed from, what viewers get."""

    custom: tuple[CustomHeader, ...] = ()
    removed: tuple[str, ...] = ()
    cors: Cors | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a behaviour asks; `path` stands before every path, `headers` go with every request."""

    id: str
    domain: str
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    read_timeout: float = READ_TIMEOUT
    connect_timeout: float = CONNECT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to the paths that `pattern` describes."""

    pattern: str
    origin: Origin
    methods: frozenset[str] = frozenset({"GET", "HEAD"})
    cache: CachePolicy = CachePolicy()
    forwards: OriginRequestPolicy = OriginRequestPolicy()
    responses: ResponseHeadersPolicy = ResponseHeadersPolicy()

    def is_for(self, path: str) -> bool:
        """Say whether the raw `path` is this behaviour's."""
        return matches("/" + self.pattern.removeprefix("/"), path)


@dataclass(frozen=True, slots=True)
class Distribution:
    """One distribution: its names, its behaviours in order with the default one last, and its errors."""

    domain: str
    behaviours: tuple[Behaviour, ...]
    aliases: tuple[str, ...] = ()
    error_ttls: Mapping[int, float] = field(default_factory=dict)
    tag_header: str = ""
    root_object: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Every host name that viewers know the distribution by, in lower case."""
        return frozenset(name.lower() for name in (self.domain, *self.aliases))

    def behaviour(self, path: str) -> Behaviour:
        """Return the first behaviour for the raw `path`."""
        return next(behaviour for behaviour in self.behaviours if behaviour.is_for(path))

    def error_ttl(self, status: int) -> float:
        """Return for how many seconds an error of `status` is kept at least."""
        return self.error_ttls.get(status, ERROR_TTL)
