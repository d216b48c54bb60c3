"""What resize404 does: it makes the missing variant, stores it at the missed path, and redirects the viewer.

parse -> admit -> exists? -> fetch -> render -> store -> invalidate -> redirect, or hand over
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from chalicelib.address import key as keys
from chalicelib.address.wanted import Wanted
from chalicelib.aws import faces
from chalicelib.aws.eviction import Urgency
from chalicelib.aws.index import REFUSED, SIGNED
from chalicelib.config.config import Invalidate, OtherFiles
from chalicelib.errors import (
    LASTING,
    Moderated,
    NoSuchOriginal,
    NotAnImage,
    Refusal,
    UnreadableOriginal,
)
from chalicelib.observing import Outcome
from chalicelib.render.extras import Extras
from chalicelib.timing import Deadline, Timings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chalicelib.address.admission import Admission
    from chalicelib.address.key import Key
    from chalicelib.address.sources import ObjectName
    from chalicelib.address.variant import Variant
    from chalicelib.aws.bucket import Original, Originals, Site, Stored
    from chalicelib.aws.cdn import Evictor
    from chalicelib.aws.faces import Detector
    from chalicelib.aws.index import Entry
    from chalicelib.aws.moderation import Moderator
    from chalicelib.aws.overlays import Overlays
    from chalicelib.concurrently import Call
    from chalicelib.config.config import Config
    from chalicelib.geometry.focus import Faces
    from chalicelib.handing_over import Picture
    from chalicelib.render.rendered import Rendered

RACE_SECONDS = 5
"""Viewers that were redirected before a variant was stored may still ask for it while it is younger than
this. Later, a re-entry proves that a cache serves a redirect."""

ANSWER_SECONDS = 26
"""How long fetching and rendering may take together. API Gateway gives up after 29 seconds, and the picture
has to be stored before that."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where the viewer is sent, how long each step took, and what became of the request.

    The CDN may keep the answer for `seconds`, and knows it by the original's `cache_tag`; 0 is not at all.
    With a `picture` nobody has to be sent: it is what is stored there.
    """

    url: str
    timings: Timings
    outcome: Outcome = Outcome.MADE
    seconds: int = 0
    cache_tag: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Provided:
    """The `place` of a variant, its `original`, and what was `stored` there already, if anything.

    `made` is what was stored there just now; None if another request was faster.
    """

    place: str
    original: ObjectName
    stored: Stored | None
    made: Picture | None = None


class Readable(Protocol):
    """An original that can be read: one that S3 has been asked for, or one that is at hand already."""

    def read(self, accepted: frozenset[str], deadline: Deadline, /) -> Original:
        """Return the original, or raise what `chalicelib.aws.bucket.Asked.read` raises."""


class Render(Protocol):
    """Makes a variant of an original and of the extras that it needs: bytes in, bytes out."""

    def __call__(
        self, original: Original, variant: Variant, needed: Extras, deadline: Deadline, /
    ) -> Rendered:
        """Return the picture, or raise a refusal; `UpstreamBusy` if there is no time until the deadline."""


@dataclass(frozen=True, slots=True)
class Service:
    """Answers requests. Everything that it needs is passed to it."""

    config: Config
    originals: Originals
    site: Site
    evictor: Evictor
    render: Render
    detector: Detector
    overlays: Overlays
    ahead: Callable[[Wanted], None] = lambda _: None
    moderator: Moderator | None = None

    def answer(
        self,
        variant: str,
        key: Sequence[str],
        method: str = "GET",
        timings: Timings | None = None,
        *,
        hand_over: bool = False,
    ) -> Location:
        """Return where the `variant` of the original with this `key` is; make it first if it does not exist.

        Variant and the key's segments are percent-encoded, as API Gateway passes them. Every refusal that
        needs no network comes before the first call. A refused request stores no picture. The steps are noted
        in `timings`, also if the request is refused.

        With `hand_over`, the location brings the picture along if it is at the address that was asked for: a
        viewer of another address is redirected to the one that is cached.
        """
        timings = timings or Timings()
        spelling, name = keys.decode(variant), keys.read(key)
        admission = self.config.gate.admit(spelling, name, time.time())
        provided = self._provide(admission, name, timings)
        is_asked_place = provided.place == self._place(spelling, name)
        if provided.stored and is_asked_place:
            return self._re_enter(provided.stored, method, timings, hand_over=hand_over)
        outcome = Outcome.STORED if provided.stored else Outcome.MADE
        location = Location(self.config.site_url + keys.url_path(provided.place), timings, outcome)
        if hand_over and is_asked_place:
            found = provided.made or self.site.read(provided.place, _end(timings))
            return replace(location, picture=found if found and found.fits else None)
        if admission.signature and provided.place == self._place(str(admission.variant), name):
            seconds = admission.signature.seconds_left(time.time(), LASTING)
            return self._kept(location, seconds, provided.original, admission.variant)
        return location

    def _place(self, spelling: str, key: Key) -> str:
        return f"{self.config.site.prefix}{spelling}/{key}"

    def _kept(self, location: Location, seconds: int, original: ObjectName, variant: Variant) -> Location:
        """Return the answer to a signed request as one that the CDN may keep: its views need no function.

        It is entered in the index first, so that it leaves the CDN when the original changes: the variant
        that it leads to is then deleted, and without a signature nobody can have it made again.
        """
        self.site.index.enter(original.tag, SIGNED, str(variant))
        return replace(location, seconds=seconds, cache_tag=original.tag)

    def _provide(self, admission: Admission, key: Key, timings: Timings) -> Provided:
        """Return where the picture is now.

        A key without an original gets the fallback's own variant, so nothing is stored under that key. If the
        fallback is missing as well, the refusal names the key that was asked for.
        """
        try:
            return self._find_or_make(admission, key, timings)
        except NoSuchOriginal:
            fallback = self.config.fallback_key
            if fallback and fallback != key:
                with suppress(NoSuchOriginal):
                    return self._find_or_make(admission, fallback, timings)
            raise

    def _find_or_make(self, admission: Admission, key: Key, timings: Timings) -> Provided:
        place, name = self.locate(admission.variant, key)
        # Most variants that get here do not exist, so S3 is asked for both at once.
        with self.originals.ask(name) as asked:
            with timings.measure("exists"):
                stored = self.site.find(place)
            if stored:
                return Provided(place, name, stored)
            with self._noting_refusals(name, admission), self._refusing(key):
                made = self.make(admission, asked, place, timings)
            self._want_relatives(admission.variant, key)
            return Provided(place, name, None, made)

    def _want_relatives(self, variant: Variant, key: Key) -> None:
        """Have the other members of the variant's family made. Nobody waits, and it fails no picture."""
        if relatives := self.config.families.relatives(variant):
            self.ahead(Wanted(key, relatives))

    def locate(self, variant: Variant, key: Key) -> tuple[str, ObjectName]:
        """Return the place of this variant in the site, and the original that it is made of."""
        place = keys.check_length(self._place(str(variant), key))
        return place, self.config.sources.locate(key, self._pinned_to(variant, key))

    def _pinned_to(self, variant: Variant, key: Key) -> str:
        """Return the source that the variant is pinned to, if any; the fallback is pinned to none."""
        return "" if key == self.config.fallback_key else self.config.policy.source_of(variant)

    @contextmanager
    def _noting_refusals(self, name: ObjectName, admission: Admission) -> Iterator[None]:
        """Enter a refusal that lasts in the index, so that it leaves the CDN when the original changes."""
        try:
            yield
        except Refusal as refusal:
            if refusal.lasts:
                kind = SIGNED if admission.signature else REFUSED
                self.site.index.enter(name.tag, kind, str(admission.variant))
                refusal.cache_tag = name.tag
            raise

    @contextmanager
    def _refusing(self, key: Key) -> Iterator[None]:
        """Have the refusal of a missing or unreadable original name the `key` that was asked for.

        Unless OTHER_FILES says otherwise, a file that is not an image gets the same words as a missing one.
        So strangers do not learn what else is in the bucket.
        """
        try:
            yield
        except (NoSuchOriginal, NotAnImage) as refusal:
            if isinstance(refusal, NotAnImage) and self.config.other_files is OtherFiles.REFUSED:
                raise
            message = f"There is no original {keys.shown(key)} that this site can read."
            raise NoSuchOriginal(message) from refusal
        except UnreadableOriginal as refusal:
            message = f"This site may not read the original {keys.shown(key)}. {refusal.advice}"
            raise UnreadableOriginal(message) from refusal

    def make(self, admission: Admission, asked: Readable, place: str, timings: Timings) -> Picture | None:
        """Fetch, render, store, invalidate. Return what was stored; None if somebody else was faster.

        That is no failure. What is stored is then theirs, perhaps of another version of the original: ours is
        not to be handed over.
        """
        variant = admission.variant
        deadline = _end(timings)
        with timings.measure("fetch"):
            original = asked.read(self.config.image_types, deadline)
        timings.moved["fetch"] = len(original.data)
        with self.site.enter(place, original) as entered, _refusing_after(entered):
            needed = self._gather(original, variant, timings, deadline)
            with timings.measure("render"):
                rendered = self.render(original, variant, needed, deadline)
        with timings.measure("store"):
            new = self.site.store(place, rendered, original, entered)
        timings.moved["store"] = len(rendered.data)
        if not new:
            return None
        if self.config.invalidate in self._reasons_to_invalidate(admission):
            self._invalidate(new, timings, Urgency.OPTIONAL if admission.for_all else Urgency.DUE)
        return self.site.picture(rendered.data, rendered.content_type, original.name.tag)

    def _reasons_to_invalidate(self, admission: Admission) -> frozenset[Invalidate]:
        """Return the settings of INVALIDATE with which a new variant is invalidated at once.

        If only signed requests may ask for it, the CDN may have kept the redirect of a request without a
        signature. No re-entry will show that: those who meet the kept redirect are refused.
        """
        return frozenset({Invalidate.ALWAYS} if admission.for_all else {Invalidate.ALWAYS, Invalidate.STALE})

    def _gather(self, original: Original, variant: Variant, timings: Timings, deadline: Deadline) -> Extras:
        """Return what the variant needs besides its original; `Moderated` if nobody may see this one."""
        concealed = self.moderate(original, timings, deadline)
        overlay = self.overlays.find(variant.options.watermark, deadline)
        found = None if concealed else self._find_faces(original, variant, timings, deadline)
        return Extras(found, overlay, concealed, self.config.keeps_gamut)

    def _find_faces(
        self, original: Original, variant: Variant, timings: Timings, deadline: Deadline
    ) -> Faces | None:
        if not faces.wanted(variant):
            return None
        # A picture can do without faces: they must leave the rendering itself the time that it may take.
        spare = deadline.earlier(self.config.limits.seconds)
        with timings.measure("faces"):
            return self.detector.find(
                original, lambda: self.render(original, faces.COPY, Extras(), spare).data
            )

    def moderate(self, original: Original, timings: Timings, deadline: Deadline) -> bool:
        """Return whether the original has to be concealed; `Moderated` if nobody may see it at all.

        Nobody sees an original before it was looked at: it is refused as well if that fails.
        """
        if not self.moderator:
            return False
        with timings.measure("moderation"):
            action = self.moderator.judge(
                original, lambda variant: self.render(original, variant, Extras(), deadline), deadline
            )
        if action and action.refuses:
            raise Moderated
        return action is not None

    def _re_enter(self, stored: Stored, method: str, timings: Timings, *, hand_over: bool) -> Location:
        """Send the viewer to S3 itself, since a cache redirected it here although the variant exists.

        It is handed over to a distribution to which S3 did not give it: to say where it is would be a loop.
        """
        if hand_over and (picture := self.site.read(stored.key, _end(timings))):
            place = self.config.site_url + keys.url_path(stored.key)
            return Location(place, timings, Outcome.RE_ENTERED, picture=picture)
        if self.config.invalidate is not Invalidate.NEVER and stored.age > RACE_SECONDS:
            self._invalidate(stored, timings)
        return Location(self.site.presign(stored.key, method), timings, Outcome.RE_ENTERED)

    def _invalidate(self, stored: Stored, timings: Timings, urgency: Urgency = Urgency.OPTIONAL) -> None:
        with timings.measure("invalidate"):
            told = self.evictor.evict(stored, urgency)
        timings.paths.update(told=told.taken, held=told.held)


@contextmanager
def _refusing_after(entered: Call[Entry]) -> Iterator[None]:
    """Have no refusal noted in an index that could not be written to just now: it would come too late."""
    try:
        yield
    except Refusal:
        entered.result()
        raise


def _end(timings: Timings) -> Deadline:
    """Return when the answer to the request with these `timings` has to be ready."""
    return Deadline(timings.start + ANSWER_SECONDS)
