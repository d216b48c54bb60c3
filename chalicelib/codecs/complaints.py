"""What a decoder complains of while it reads an original, and which of it makes the original broken.

A decoder that goes on after an error leaves pixels that nobody has written: they are whatever lay in that
memory, such as the original of somebody else. So an error is always the end. The warnings of libjpeg are
looked at one by one, since it goes on where data is damaged, and has no other way to say so.
"""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING

from chalicelib.codecs.formats import JPEG, TIFF
from chalicelib.codecs.imagemagick import core, exceptions, library
from chalicelib.errors import BrokenImage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wand.image import Image

    from chalicelib.codecs.formats import SourceType

_MEMORY = (exceptions.CacheError, exceptions.ResourceLimitError, exceptions.ResourceLimitFatalError)
_ERRORS = (exceptions.BaseError, exceptions.BaseFatalError)

_NO_SUCH_COLOUR = ("InvalidColormapIndex", "invalid colormap index")
"""An error that is none here, by its name and as ImageMagick's texts have it: a pixel names a colour that the
palette lacks, and is given the first."""

_OF_JPEG = re.compile(
    r"@ warning/(?:jpeg\.c/(?:JPEGWarningHandler|ReadJPEGImage_?)|exception\.c/ThrowException)/"
)
"""Where the warnings come from that concern a JPEG's pixels, and the one that there were too many of them. An
error that has become a warning, in another function, is one that libjpeg met behind the last row."""

_CUT_OFF = "Premature end of JPEG file"
"""What libjpeg says where the file ends too soon. It makes the rest gray, and whatever more it says follows
from that."""

_NO_DECODER = re.compile(r"compression (?:support is not configured|not supported)")
"""What libtiff and ImageMagick say of a TIFF that is compressed in a way which this build does not read."""

_HARMLESS = re.compile(
    r"Corrupt JPEG data: \d+ extraneous bytes before marker 0x(?!d[0-7])"
    r"|Invalid SOS parameters for sequential JPEG"
    r"|Unknown Adobe color transform code"
    r"|Warning: unknown JFIF revision number"
)
"""Warnings upon which libjpeg reads every pixel as it is coded. Cameras and phones give cause for them.

Extraneous bytes stand between two segments, or behind a scan of which nothing is missing. But before a
restart marker they are what was left over of damaged data.
"""


def of(image: Image) -> list[Exception]:
    """Return the errors and warnings of reading `image`, which the wand then forgets.

    Some are said to the wand, which shows the worst of them. ImageMagick 6 says others to the picture, which
    keeps them all in their order: those of libjpeg and libpng. Reading may succeed in spite of either.
    """
    worst = image.get_exception()
    return [*([worst] if worst else []), *_of_picture(image)]


def lacks_decoder(error: Exception) -> bool:
    """Return whether the `error` says nothing of the original, but that this build has no decoder for it."""
    return _NO_DECODER.search(str(error)) is not None


def is_sound(said: Sequence[Exception], kind: SourceType) -> bool:
    """Return whether nothing at all was `said` of a picture of type `kind` while it was read.

    Raises `BrokenImage` if the picture is not all that its file holds, and ImageMagick's own error if there
    was not enough memory for it: some pictures then have no pixels, and nobody says so.
    """
    if lacking := next((error for error in said if isinstance(error, _MEMORY)), None):
        raise lacking
    if damage := next(filter(_is_error, said), None) or _damage(said, kind):
        raise BrokenImage from damage
    return not said


def _is_error(said: Exception) -> bool:
    return isinstance(said, _ERRORS) and not str(said).startswith(_NO_SUCH_COLOUR)


def _damage(said: Sequence[Exception], kind: SourceType) -> Exception | None:
    """Return the first warning that means damage."""
    if kind is TIFF:
        return next((warning for warning in said if "`JPEGLib'" in str(warning)), None)
    if kind is not JPEG:
        return None
    for warning in said:
        if str(warning).startswith(_CUT_OFF):
            return None
        if _OF_JPEG.search(str(warning)) and not _HARMLESS.match(str(warning)):
            return warning
    return None


class _Thrown(ctypes.Structure):
    """The beginning of ExceptionInfo (magick/exception.h): one that was thrown, or a list of them."""

    _fields_ = (
        ("severity", ctypes.c_int),
        ("error_number", ctypes.c_int),
        ("reason", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("exceptions", ctypes.c_void_p),
    )


# Wand declares some of these otherwise. By its name in brackets, a function of a library is one of our own.
if hasattr(core, "GetImageException"):
    _picture = library["GetImageFromMagickWand"]
    _picture.argtypes, _picture.restype = (ctypes.c_void_p,), ctypes.c_void_p
    _acquire = core["AcquireExceptionInfo"]
    _acquire.argtypes, _acquire.restype = (), ctypes.POINTER(_Thrown)
    _destroy = core["DestroyExceptionInfo"]
    _destroy.argtypes, _destroy.restype = (ctypes.POINTER(_Thrown),), ctypes.c_void_p
    _gather = core["GetImageException"]
    _gather.argtypes, _gather.restype = (ctypes.c_void_p, ctypes.POINTER(_Thrown)), ctypes.c_int
    _rewind = core["ResetLinkedListIterator"]
    _rewind.argtypes, _rewind.restype = (ctypes.c_void_p,), None
    _next = core["GetNextValueInLinkedList"]
    _next.argtypes, _next.restype = (ctypes.c_void_p,), ctypes.POINTER(_Thrown)


def _of_picture(image: Image) -> Iterator[Exception]:
    if not hasattr(core, "GetImageException"):  # ImageMagick 7 says everything to the wand
        return
    gathered = _acquire()
    try:
        _gather(_picture(image.wand), gathered)
        _rewind(gathered.contents.exceptions)
        while thrown := _next(gathered.contents.exceptions):
            yield _exception(thrown.contents)
    finally:
        _destroy(gathered)


def _exception(thrown: _Thrown) -> Exception:
    kind: type[Exception] = exceptions.TYPE_MAP[thrown.severity]
    return kind((thrown.reason or b"").decode(errors="replace"))
