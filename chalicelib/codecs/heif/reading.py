"""Reads AVIF and HEIC: what their boxes say, and the pixels as RGB, turned and cut as the file says.

libheif converts from YCbCr with the matrix and the range that the file states, and puts grids together.
"""

from __future__ import annotations

import ctypes
from contextlib import ExitStack, contextmanager
from ctypes import POINTER, byref, c_int, c_ubyte, c_void_p
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs import boxes
from chalicelib.codecs.colour import sources
from chalicelib.codecs.headers import Header
from chalicelib.codecs.heif.library import (
    INTERLEAVED,
    RGB,
    RGB_BYTES,
    RGB_WORDS,
    RGBA_BYTES,
    RGBA_WORDS,
    Nclx,
    check,
    libheif,
    new,
)
from chalicelib.codecs.imagemagick import zeroed_memory
from chalicelib.codecs.profiles import LARGEST_PROFILE
from chalicelib.codecs.samples import Samples
from chalicelib.errors import BrokenImage, NotAnImage
from chalicelib.geometry.plan import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.codecs.colour.sources import ColourSource

_BYTE = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture that a file shows first, not yet decoded; valid until its context is left.

    `size` is that after turning and cutting. `premultiplied`: its colours are multiplied by its alpha.
    `limited_grey`: it has only luma, in limited range, which libheif leaves as it is.
    """

    size: Extent
    alpha: bool
    premultiplied: bool
    limited_grey: bool
    bits: int
    colours: ColourSource
    handle: c_void_p

    def decoded(self) -> Samples:
        """Return its pixels; `BrokenImage` if they cannot be decoded, or are not as many as it says."""
        library = _library()
        deep = self.bits > _BYTE
        kinds = (RGB_WORDS, RGBA_WORDS) if deep else (RGB_BYTES, RGBA_BYTES)
        options = library.heif_decoding_options_alloc()
        with ExitStack() as opened:
            opened.callback(library.heif_decoding_options_free, options)
            options.contents.strict = 1
            image = _image(library, self.handle, kinds[self.alpha], options)
            opened.callback(library.heif_image_release, image)
            data = _rows(library, image, self.size, (4 if self.alpha else 3) * (2 if deep else 1))
        channels = "RGBA" if self.alpha else "RGB"
        return Samples(self.size, channels, _widened(data, self.bits) if deep else data, deep)


def _image(library: ctypes.CDLL, handle: c_void_p, chroma: int, options: object) -> c_void_p:
    image = c_void_p()
    # libde265 and libheif leave parts of damaged pictures unwritten, also in our own build, whose mends find
    # missing slices but not every block that a damaged slice skips.
    with zeroed_memory():
        check(library.heif_decode_image(handle, byref(image), RGB, chroma, options))
    return image


def header(data: bytes, largest: int) -> Header:
    """Return what the boxes say; `largest` is that of `Header`.

    Its orientation is 1: libheif turns the picture itself, as the boxes ``irot`` and ``imir`` say. The EXIF
    orientation only repeats that (ISO/IEC 23008-12, A.2).
    """
    with opened(data) as picture:
        return Header(picture.size, largest=largest, alpha=picture.alpha, colours=picture.colours)


@contextmanager
def opened(data: bytes) -> Iterator[Picture]:
    """Read the boxes of `data`."""
    library = _library()
    with ExitStack() as stack:
        context = c_void_p(library.heif_context_alloc())
        stack.callback(library.heif_context_free, context)
        check(library.heif_context_read_from_memory_without_copy(context, data, len(data), None))
        handle = new(library.heif_context_get_primary_image_handle, context)
        stack.callback(library.heif_image_handle_release, handle)
        said = _nclx(library, handle)
        yield Picture(
            Extent(library.heif_image_handle_get_width(handle), library.heif_image_handle_get_height(handle)),
            bool(library.heif_image_handle_has_alpha_channel(handle)),
            bool(library.heif_image_handle_is_premultiplied_alpha(handle)),
            said is not None and not said.full_range and boxes.is_monochrome(data),
            max(library.heif_image_handle_get_luma_bits_per_pixel(handle), _BYTE),
            _profiled(library, handle) or _coded(said, boxes.brightest(data)),
            handle,
        )


def _library() -> ctypes.CDLL:
    library = libheif()
    if library is None:
        raise NotAnImage("This server cannot read originals of the types avif and heic.")
    return library


class _Nclx(NamedTuple):
    """What the box ``colr`` says by code points of ITU-T H.273."""

    primaries: int
    transfer: int
    full_range: bool


def _profiled(library: ctypes.CDLL, handle: c_void_p) -> ColourSource | None:
    """Return the colours by the ICC profile, which comes before code points, as in Chromium; None without."""
    size = library.heif_image_handle_get_raw_color_profile_size(handle)
    if not 0 < size <= LARGEST_PROFILE:
        return None
    profile = (c_ubyte * size)()
    check(library.heif_image_handle_get_raw_color_profile(handle, profile))
    return sources.profiled(bytes(profile))


def _nclx(library: ctypes.CDLL, handle: c_void_p) -> _Nclx | None:
    found = POINTER(Nclx)()
    if library.heif_image_handle_get_nclx_color_profile(handle, byref(found)).code:
        return None
    said = found.contents
    nclx = _Nclx(said.primaries, said.transfer, bool(said.full_range))
    library.heif_nclx_color_profile_free(found)
    return nclx


def _coded(said: _Nclx | None, brightest: int) -> ColourSource:
    return sources.filmed(said.primaries, said.transfer, brightest) if said else sources.SRGB


def _rows(library: ctypes.CDLL, image: c_void_p, size: Extent, bytes_of_a_pixel: int) -> bytes:
    """Return the rows of the decoded image without the padding between them."""
    width = library.heif_image_get_width(image, INTERLEAVED)
    height = library.heif_image_get_height(image, INTERLEAVED)
    stride = c_int()
    start = library.heif_image_get_plane_readonly(image, INTERLEAVED, byref(stride))
    if (width, height) != tuple(size) or not start:
        raise BrokenImage("The original is broken: its picture is not of the size that its header says.")
    row = size.width * bytes_of_a_pixel
    plane = memoryview((c_ubyte * (stride.value * size.height)).from_address(start)).cast("B")
    if row == stride.value:
        return plane.tobytes()
    return b"".join(plane[at : at + row] for at in range(0, len(plane), stride.value))


_BLOCK = 1 << 20


def _widened(data: bytes, bits: int) -> bytes:
    """Return samples of `bits` as samples of 16 bits: the highest bits again below the lowest.

    All samples of a block are shifted at once, as one large number: it takes no longer than copying them.
    """
    gap = 16 - bits
    if gap <= 0:
        return data
    mask, beyond = _in_every_sample((1 << gap) - 1), _in_every_sample(0xFFFF >> bits << bits)
    widened = bytearray()
    for at in range(0, len(data), _BLOCK):
        block = data[at : at + _BLOCK]
        samples = int.from_bytes(block, "little")
        if samples & beyond:
            raise BrokenImage("The original is broken: its picture has more bits than its header says.")
        widened += (samples << gap | samples >> (bits - gap) & mask).to_bytes(len(block), "little")
    return bytes(widened)


def _in_every_sample(bits: int) -> int:
    return int.from_bytes(bits.to_bytes(2, "little") * (_BLOCK // 2), "little")
