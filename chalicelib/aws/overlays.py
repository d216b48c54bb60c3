"""Fetches the overlays of watermarks from the site owner's bucket."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.errors import Fault, Refusal, UpstreamBusy
from chalicelib.render.extras import Overlay
from chalicelib.timing import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address.sources import Sources
    from chalicelib.aws.bucket import Originals
    from chalicelib.render.extras import Watermark
    from chalicelib.timing import Deadline

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Overlays:
    """The overlays by name. Each is fetched when it is first needed, and kept until the process ends."""

    originals: Originals
    sources: Sources
    watermarks: Mapping[str, Watermark]
    fetched: dict[str, Overlay] = field(default_factory=dict)

    def find(self, name: str | None, deadline: Deadline = NEVER) -> Overlay | None:
        """Return the overlay with an admitted `name`; `Fault` if the owner's bucket does not contain it.

        `UpstreamBusy` if it is not read by the `deadline`.
        """
        if name is None:
            return None
        if name not in self.fetched:
            self.fetched[name] = self._fetch(name, self.watermarks[name], deadline)
        return self.fetched[name]

    def _fetch(self, name: str, watermark: Watermark, deadline: Deadline) -> Overlay:
        try:
            place = self.sources.locate(watermark.key, watermark.source)
            return Overlay(self.originals.fetch(place, deadline=deadline).data, watermark)
        except UpstreamBusy:
            raise
        except Refusal as refusal:
            log.exception(
                "cannot fetch the watermark %r from %r", name, f"{watermark.source}:{watermark.key}"
            )
            raise Fault from refusal
