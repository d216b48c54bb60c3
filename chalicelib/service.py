"""What resize404 does: make the variant that was missed, store it where it was missed, send the viewer there.

parse -> admit -> exists? -> fetch -> render -> store -> invalidate -> redirect
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib import key as keys
from chalicelib.config import Invalidate
from chalicelib.errors import NoSuchOriginal
from chalicelib.timing import Timings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.bucket import Original, Originals, Site, Stored
    from chalicelib.cdn import Distribution
    from chalicelib.config import Config
    from chalicelib.key import Key
    from chalicelib.render import Rendered
    from chalicelib.sources import ObjectName
    from chalicelib.variant import Variant

RACE_SECONDS = 5
"""A variant younger than this may be asked for again by viewers that were redirected before it was stored.
Only after it does a re-entry prove that a cache serves a redirect."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where the viewer is sent, and how long each step took."""

    url: str
    timings: Timings


class Render(Protocol):
    """Makes a variant of an original: bytes in, bytes out."""

    def __call__(self, original: Original, variant: Variant) -> Rendered:
        """Return the picture, or raise a refusal."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An admitted request: variant, key, the original it is made of, and the key it is stored under."""

    variant: Variant
    key: Key
    original: ObjectName
    place: str


@dataclass(frozen=True, slots=True)
class Service:
    """The way of a request. Everything it needs is handed to it."""

    config: Config
    originals: Originals
    site: Site
    distribution: Distribution
    render: Render

    def answer(self, variant: str, key: Sequence[str], method: str = "GET") -> Location:
        """Return where the `variant` of the `key`, given by its segments, is; make it if it is nowhere yet.

        Variant and segments arrive percent-encoded, as API Gateway hands them on. Every refusal that needs no
        network comes before the first call, and none stores anything.
        """
        timings = Timings()
        spelling = keys.decode(variant)
        wanted = self._admit(self.config.policy.read(spelling), keys.read(key))
        if str(wanted.variant) != spelling:
            return Location(self._url(wanted.place), timings)
        with timings.measure("exists"):
            stored = self.site.find(wanted.place)
        if stored:
            return self._re_enter(stored, method, timings)
        try:
            new = self._make(wanted, timings)
        except NoSuchOriginal:
            return self._fall_back(wanted, timings)
        if new and self.config.invalidate is Invalidate.ALWAYS:
            self._evict(new, timings)
        return Location(self._url(wanted.place), timings)

    def _admit(self, variant: Variant, key: Key) -> Wanted:
        self.config.policy.admit(variant)
        original = self.config.sources.locate(key, self.config.policy.source_of(variant))
        return Wanted(variant, key, original, self._place(variant, key))

    def _make(self, wanted: Wanted, timings: Timings) -> Stored | None:
        """Fetch, render, store; None if somebody else has stored it meanwhile."""
        with timings.measure("fetch"):
            original = self.originals.fetch(wanted.original)
        with timings.measure("render"):
            rendered = self.render(original, wanted.variant)
        with timings.measure("store"):
            return self.site.store(wanted.place, rendered, original)

    def _re_enter(self, stored: Stored, method: str, timings: Timings) -> Location:
        """Send the viewer around the cache that sent it here in spite of the variant being there."""
        if self.config.invalidate is not Invalidate.NEVER and stored.age > RACE_SECONDS:
            self._evict(stored, timings)
        return Location(self.site.presign(stored.key, method), timings)

    def _evict(self, stored: Stored, timings: Timings) -> None:
        with timings.measure("invalidate"):
            self.distribution.evict(stored)

    def _fall_back(self, wanted: Wanted, timings: Timings) -> Location:
        """Send the viewer to the fallback's own variant, so that a key without an original stores nothing."""
        fallback = self.config.fallback_key
        if not fallback or fallback == wanted.key:
            raise NoSuchOriginal
        return Location(self._url(self._place(wanted.variant, fallback)), timings)

    def _place(self, variant: Variant, key: Key) -> str:
        return keys.check_length(f"{self.config.site.prefix}{variant}/{key}")

    def _url(self, place: str) -> str:
        return self.config.site_url + keys.url_path(place)
