"""The answer that is the picture itself, for a distribution that fails over from the site bucket to the app.

Such a distribution asks S3 first. If S3 has no such object, it sends the same request to the app, and keeps
what the app answers under the picture's own address. It says so in ``Accept``, with a media type that no
browser has: API Gateway hands out bytes only if the first type of ``Accept`` is one of the API's binary types
(API Gateway developer guide, "Content type conversions in API Gateway").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address import key
from chalicelib.errors import Malformed
from chalicelib.refusals import answer

if TYPE_CHECKING:
    from collections.abc import Sequence

ACCEPT = "image/vnd.resize404"
"""What the distribution says in ``Accept`` to be answered with the picture itself."""

MOST_BYTES = 4_500_000
"""Bytes of the largest picture that is handed over. Lambda answers with 6 MB at most, in base64 (Lambda
developer guide, "Lambda quotas"), and headers take some of it."""

MOST_TEXT = 2_000_000
"""Bytes of the largest variant that is handed over as text. Lambda answers in JSON, in which a character can
have three times as many bytes as in UTF-8."""

BINARY_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/jxl")
"""The types of variants that are no text. API Gateway takes SVG and JSON as they are."""

PREFIX_DEPTH = 2
"""Segments of the longest KEY_PREFIX with which a key may have all its segments behind a failover."""

SECONDS = 60
"""The longest time that a picture that was handed over may be kept. Then CloudFront gets S3's own answer. So
what was on its way while its original changed is gone after a minute, whichever reached the cache first: the
answer or the invalidation.

It has no entity tag, so that CloudFront does not only ask S3 whether it has changed: no document says that
S3's 304 repeats Cache-Control, and that CloudFront keeps a cache tag after a 304."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored variant: its bytes, with the type and the cache tag that S3 answers.

    `cache_control` is the ``Cache-Control`` of the site's stored variants.
    """

    data: bytes
    content_type: str
    cache_tag: str
    cache_control: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of an answer with this picture: those of S3 but for what has to do with caching."""
        return {
            **answer.EVERYWHERE,
            **answer.tagged(self.cache_tag),
            "Cache-Control": for_a_minute(self.cache_control),
            "Content-Type": self.content_type,
        }

    @property
    def fits(self) -> bool:
        """Say whether Lambda can answer with it."""
        return len(self.data) <= most_bytes(self.content_type)

    def body(self, binary_types: list[str]) -> bytes | str:
        """Return the body as Chalice takes it: bytes for one of the API's binary types, else text."""
        return self.data if self.content_type in binary_types else self.data.decode()


def most_bytes(content_type: str) -> int:
    """Return how many bytes a variant of this type may have to be handed over."""
    return MOST_BYTES if content_type in BINARY_TYPES else MOST_TEXT


def is_asked_for(accept: str) -> bool:
    """Say whether this header ``Accept`` asks for the picture itself."""
    return accept.split(",", maxsplit=1)[0].strip().lower() == ACCEPT


def for_a_minute(cache_control: str) -> str:
    """Return this ``Cache-Control`` with no number of seconds over `SECONDS`; no-store and its like stay."""
    return re.sub(r"(?<==)\s*\"?(\d+)\"?", lambda age: str(min(int(age[1]), SECONDS)), cache_control)


def below(prefix: str, captured: Sequence[str]) -> list[str]:
    """Return the segments of a path without those of KEY_PREFIX, which a failover leaves in it.

    `Malformed` if the path is not below the prefix, or is nothing more.
    """
    above = prefix.split("/")[:-1]
    if list(map(key.decode, captured[: len(above)])) != above or len(captured) == len(above):
        raise Malformed(f"The site has its pictures below /{prefix}, like /{prefix}300x200/shoes/red.jpg.")
    return list(captured[len(above) :])
