"""Why a request is refused: class = cause, with the HTTP status and the public text as data.

    Refusal
    ├── Malformed          400  the variant or the key is not in the grammar
    ├── NotAdmitted        403  the variant is well formed, but this site does not make it
    ├── NoSuchOriginal     404  there is nothing to make it from
    ├── TooLarge           413  bytes, pixels or frames over the limits
    ├── NotAnImage         415  content that is not an accepted image type
    ├── BrokenImage        422  an accepted type that cannot be decoded
    ├── Fault              500  ours: the cause is logged, never told
    │   └── NoImageMagick  500  but this one whoever set it up has to know
    └── UpstreamBusy       503  S3 throttled or timed out; worth trying again

A refusal's message is public. What is not for the public goes into ``raise ... from`` and the log.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A request that is answered without a picture.

    ``status`` is the HTTP status, ``max_age`` how many seconds a cache may keep the answer (0: ``no-store``)
    and ``retry_after`` the seconds after which it is worth asking again, if it ever is.
    """

    status: ClassVar[int] = 500
    max_age: ClassVar[int] = 0
    retry_after: ClassVar[int | None] = None
    text: ClassVar[str] = "The request was refused."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.text)

    @property
    def code(self) -> str:
        """The machine-readable name of the cause: the class's own."""
        return type(self).__name__


class Malformed(Refusal):
    """The variant or the key is not in the URL grammar."""

    status = 400
    max_age = 60
    text = "The address is not of the form <variant>/<key>."


class NotAdmitted(Refusal):
    """The variant is well formed, but it is not one that this site makes."""

    status = 403
    max_age = 60
    text = "This variant is not allowed here."


class NoSuchOriginal(Refusal):
    """There is no original to make the variant from."""

    status = 404
    max_age = 10
    text = "There is no such image."


class TooLarge(Refusal):
    """The original, or what was asked to be made of it, is over a limit."""

    status = 413
    max_age = 60
    text = "The image is too large."


class NotAnImage(Refusal):
    """The original's content is not an image of an accepted type, whatever its name says."""

    status = 415
    max_age = 60
    text = "The original is not an image of an accepted type."


class BrokenImage(Refusal):
    """The original begins like an image but cannot be decoded."""

    status = 422
    max_age = 60
    text = "The image is broken."


class Fault(Refusal):
    """Something of ours failed. The public learns no more than that."""

    status = 500
    text = "Something went wrong here."


class NoImageMagick(Fault):
    """ImageMagick is not there, or does not start. Variants that are stored already are still found."""

    text = "ImageMagick is missing on this server, or does not start."


class UpstreamBusy(Refusal):
    """S3 throttled, timed out or could not be reached."""

    status = 503
    retry_after = 2
    text = "The image store is busy. Please try again."
