"""Has Amazon Rekognition look at originals before they are shown, for MODERATION.

It is asked once for each version of an original. Its answer is noted (`chalicelib.aws.notes`) as it is, with
labels that no rule names: so it counts under every setting.

What nobody could look at is not shown. So every failure here is one of the picture; only a note that
cannot be read or stored does no harm.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from math import isqrt
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.key import MODERATION_FOLDER
from chalicelib.address.moderation import LEAST_CONFIDENCE, PARENTS
from chalicelib.address.options import Options
from chalicelib.address.values import Fit, Format, Metadata
from chalicelib.address.variant import INFO_VARIANT, Size, Variant
from chalicelib.aws.clients import REKOGNITION_TIMEOUTS, longest
from chalicelib.aws.notes import Notes
from chalicelib.aws.rekognition import NEVER_ACCEPTED
from chalicelib.codecs.formats import may_move
from chalicelib.errors import Fault, Moderated, UpstreamBusy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from chalicelib.address.moderation import Action, Moderation
    from chalicelib.address.sources import Source
    from chalicelib.aws.bucket import Original
    from chalicelib.aws.rekognition import Clients
    from chalicelib.codecs.limits import Limits
    from chalicelib.render.rendered import Rendered
    from chalicelib.timing import Deadline

log = logging.getLogger(__name__)

_SIDE = 1024
"""Pixels on each side of the picture that Rekognition gets. It takes 80 to 10,000, and 5 MB (developer guide,
"Guidelines and quotas"); our own limits may allow less."""

_FRAMES = 4
"""Frames of an animation that are looked at: the first, the last that a variant can show, and others between
at equal distances."""

_LONGEST_CALL = longest(REKOGNITION_TIMEOUTS)
"""Seconds that have to be left, or API Gateway gives up on what nobody can end."""

_THROTTLED = frozenset(
    {"LimitExceededException", "ProvisionedThroughputExceededException", "ThrottlingException"}
)

_BUSY = "This site looks at a picture before it shows it, and cannot at the moment. Please try again."
_UNABLE = "This site looks at a picture before it shows it, and cannot. Its log says why."
_NEVER = "This site looks at a picture before it shows it, and cannot look at this one."


@dataclass(frozen=True, slots=True)
class Moderator:
    """Applies `rules` to what Rekognition says, and keeps its answers in the `site`.

    The `limits` are those of the pictures that are made for Rekognition, as for viewers.
    """

    clients: Clients
    site: Source
    rules: Moderation
    limits: Limits

    def judge(
        self, original: Original, shown: Callable[[Variant], Rendered], deadline: Deadline
    ) -> Action | None:
        """Return what becomes of the original's variants; `shown` makes the pictures for Rekognition.

        `UpstreamBusy` if Rekognition cannot be asked now, or if its answer may come after the `deadline`;
        `Fault` if it cannot be asked at all, `Moderated` if it does not accept the picture; and what `shown`
        raises.
        """
        found = self._recall(original)
        if found is None:
            found = self._look(original, shown, deadline)
        return self.rules.verdict(found)

    @property
    def _notes(self) -> Notes:
        return Notes(self.clients, self.site, MODERATION_FOLDER, "labels")

    def _recall(self, original: Original) -> dict[str, float] | None:
        note = self._notes.recall(original)
        try:
            return None if note is None else _read(note)
        except ValueError:
            return None

    def _look(
        self, original: Original, shown: Callable[[Variant], Rendered], deadline: Deadline
    ) -> dict[str, float]:
        found: dict[str, float] = {}
        for picture in self._pictures(original, shown):
            for label, confidence in self._ask(original, picture, deadline).items():
                found[label] = max(confidence, found.get(label, 0.0))
        self._notes.remember(original, _spelled(found))
        return found

    def _pictures(self, original: Original, shown: Callable[[Variant], Rendered]) -> Iterator[bytes]:
        """Yield the pictures that are looked at."""
        side = min(_SIDE, isqrt(self.limits.output_pixels))
        for frame in _looked_at(self._frames(original, shown)):
            yield shown(_picture(side, frame)).data

    def _frames(self, original: Original, shown: Callable[[Variant], Rendered]) -> int:
        """Return the number of the last frame that a viewer can ask for: behind it, nothing can be seen."""
        if not may_move(original.data):
            return 1
        info = shown(INFO_VARIANT)
        return self.limits.decodable(info.frames, info.width * info.height)

    def _ask(self, original: Original, picture: bytes, deadline: Deadline) -> dict[str, float]:
        if deadline.left() < _LONGEST_CALL:
            raise UpstreamBusy(_BUSY)
        try:
            answer = self.clients.rekognition.detect_moderation_labels(
                Image={"Bytes": picture}, MinConfidence=LEAST_CONFIDENCE
            )
        except (BotoCoreError, ClientError) as fault:
            log.exception("Rekognition did not look at %r", original.name.key)
            raise _refusal(fault) from fault
        return _with_parents(answer["ModerationLabels"])


def _picture(side: int, frame: int) -> Variant:
    """Return the variant that is looked at: upright, on white, as large as it can be.

    It is contained in a square: a long and narrow picture then has the sides that Rekognition needs.
    """
    options = Options(fit=Fit.CONTAIN, format=Format.JPEG, frame=frame, metadata=Metadata.NONE, upscale=True)
    return Variant(Size(side, side), options)


def _looked_at(frames: int) -> list[int]:
    """Return the numbers of the frames that are looked at; the first is 1."""
    looked_at = min(frames, _FRAMES)
    return [1 + number * (frames - 1) // max(looked_at - 1, 1) for number in range(looked_at)]


def _refusal(fault: BotoCoreError | ClientError) -> Moderated | Fault | UpstreamBusy:
    """Return what the viewer is told: to try again, if that can help."""
    if not isinstance(fault, ClientError):
        return UpstreamBusy(_BUSY)
    code = fault.response["Error"]["Code"]
    status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _THROTTLED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UpstreamBusy(_BUSY)
    return Moderated(_NEVER) if code in NEVER_ACCEPTED else Fault(_UNABLE)


def _with_parents(labels: Iterable[Any]) -> dict[str, float]:
    """Return the confidence in percent of each label, and of every label above it."""
    told = {label["Name"]: label.get("ParentName") or "" for label in labels}
    parents: Mapping[str, str] = {**told, **PARENTS}
    found: dict[str, float] = {}
    for label in labels:
        name, confidence, path = label["Name"], round(float(label["Confidence"]), 1), set[str]()
        while name and name not in path:
            path.add(name)
            found[name] = max(confidence, found.get(name, 0.0))
            name = parents.get(name, "")
    return found


_NOTHING = "none"


def _spelled(found: Mapping[str, float]) -> str:
    """Return the labels as ``name=percent;…``, the most certain first."""
    ranked = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return ";".join(f"{name}={confidence:g}" for name, confidence in ranked) or _NOTHING


def _read(text: str) -> dict[str, float]:
    if text == _NOTHING:
        return {}
    pairs = (entry.rpartition("=") for entry in text.split(";"))
    return {name: float(confidence) for name, _, confidence in pairs}
