"""Why a request is refused. The class is the cause; the HTTP status and the public text are its data.

    Refusal
    ├── Malformed          400  the variant or the key is not in the grammar
    ├── NotAdmitted        403  the variant is well formed, but this site does not make it
    ├── NoSuchOriginal     404  there is no original to make it from
    ├── TooLarge           403  the bytes, pixels or frames are over a limit
    │   └── OutOfMemory    403  it is within the limits, but the memory of this server is not enough
    ├── NotAnImage         415  the content is not an accepted image type
    ├── BrokenImage        415  the type is accepted, but the image cannot be decoded
    ├── Moderated          403  the original shows what this site does not show
    ├── Fault              500  our own failure: the log has the cause, the public does not
    │   ├── NoImageMagick  500  our own failure, too, but the person who sets the site up has to know
    │   └── UnreadableOriginal  500  likewise: S3 does not let the app read the original
    └── UpstreamBusy       503  S3 throttled or timed out; it is worth trying again

A message says what was wrong, what is allowed, and what to do. Everybody can read it, so it holds no bucket
names and no secrets. The internal cause goes into ``raise ... from`` and into the log.
"""

from __future__ import annotations

from itertools import accumulate
from typing import ClassVar

MESSAGE_LENGTH = 300
"""Characters of the longest message."""

QUOTE_LENGTH = 40
"""Characters of the longest quotation in a message, without quotation marks and dots."""

_CUT = "..."


def quoted(text: str, most: int = QUOTE_LENGTH) -> str:
    """Return a stranger's `text` for a message: in quotes, in printable ASCII, at most `most` characters.

    Every other character is escaped. So one can see look-alikes, invisible characters, and characters that
    reverse the direction of the writing. A text that is cut ends with three dots.
    """
    escaped = list(map(_escaped, text[:most]))
    kept = sum(end <= most for end in accumulate(map(len, escaped)))
    return f"'{''.join(escaped[:kept])}{_CUT if kept < len(text) else ''}'"


def one_line(message: str, most: int = MESSAGE_LENGTH) -> str:
    """Return `message` as one line of printable ASCII, at most `most` characters long."""
    line = message[: most + 1]
    if not (line.isascii() and line.isprintable()):
        line = "".join(map(_printable, line))
    return line if len(line) <= most else line[: most - len(_CUT)] + _CUT


def _printable(character: str) -> str:
    return character if " " <= character <= "~" else _escaped(character)


def _escaped(character: str) -> str:
    return ascii(character)[1:-1]


LASTING = 3600
"""Seconds that a cache may keep a refusal that lasts."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A request that is answered without a picture.

    ``status`` is the HTTP status. ``max_age`` is how many seconds a cache may keep the answer; 0 means
    ``no-store``. ``retry_after`` is how many seconds to wait before another try, or None if another try is of
    no use.

    ``lasts`` says that nothing helps but another original, or another configuration. The ``status`` of such a
    refusal is one that CloudFront keeps for ``max_age``. It never keeps 413 and 422 (developer guide,
    "HTTP 4xx and 5xx status codes that CloudFront caches"): each view would fetch the original and try again.
    ``is_logged`` says that the log already has the cause, in the words of who raised the refusal.
    ``cache_tag`` names the original, so that the answer leaves the CDN when the original changes.

    The message can stand in a header, whatever it was made from: it is one line of printable ASCII of
    at most `MESSAGE_LENGTH` characters.
    """

    status: ClassVar[int] = 500
    max_age: ClassVar[int] = 0
    retry_after: ClassVar[int | None] = None
    lasts: ClassVar[bool] = False
    is_logged: ClassVar[bool] = False
    text: ClassVar[str] = "The request was refused."

    cache_tag: str = ""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(one_line(message or self.text))

    @property
    def code(self) -> str:
        """The cause for programs: the name of the class."""
        return type(self).__name__


class Malformed(Refusal):
    """The variant or the key is not in the URL grammar."""

    status = 400
    max_age = 60
    text = "The address is not a variant and a key, such as 300x200/shoes/red.jpg."


class NotAdmitted(Refusal):
    """The variant is well formed, but this site does not make it."""

    status = 403
    max_age = 60
    text = "This variant is not allowed here."


class NoSuchOriginal(Refusal):
    """There is no original to make the variant from."""

    status = 404
    max_age = 10
    text = "There is no such image."


class TooLarge(Refusal):
    """The original or the variant is over a limit."""

    status = 403
    max_age = LASTING
    lasts = True
    text = "The original, or the variant, is too large."


class OutOfMemory(TooLarge):
    """The original and the variant are within the limits, but the memory of this server is not enough."""

    text = "Making this variant takes more memory than this server has. A smaller original may work."


class NotAnImage(Refusal):
    """The original's content is not an image of an accepted type, whatever its name says."""

    status = 415
    max_age = LASTING
    lasts = True
    text = "The original is not an image of an accepted type."


class BrokenImage(Refusal):
    """The original begins like an image but cannot be decoded."""

    status = 415
    max_age = LASTING
    lasts = True
    text = "The original is broken: it begins like an image, but it cannot be decoded."


class Moderated(Refusal):
    """The original shows what this site does not show (MODERATION).

    It is not 451, which is for what a law demands, and not 404: the original is there. CloudFront keeps 403.
    """

    status = 403
    max_age = LASTING
    lasts = True
    text = "This site does not show this picture, because of its content."


class Fault(Refusal):
    """Something of ours failed. The public learns no more than that."""

    status = 500
    text = "Something failed on this server. Its log says what."


class NoImageMagick(Fault):
    """ImageMagick is not there, or does not start. Variants that are stored already are still found."""

    text = "ImageMagick is missing on this server, or does not start. The server's log says why."


class UnreadableOriginal(Fault):
    """S3 does not let the app read the original: a policy, a key of KMS or an archive is in the way.

    It is the site owner's fault and not the viewer's, so it is not answered like a missing original.
    """

    is_logged = True
    advice = "The site's owner has to change that. The site's log says why."
    text = f"This site may not read the original. {advice}"


class UpstreamBusy(Refusal):
    """S3 throttled, timed out or could not be reached."""

    status = 503
    retry_after = 2
    text = "The image store is busy. Please try again."
