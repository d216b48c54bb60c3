"""The parsers of input from strangers, each with the conditions that hold for any bytes.

A parser may refuse its input: `Refusal` is the only exception that it may raise. Code that takes a picture
apart gets it after its header has been read, as in the renderer.
"""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.address import key, variant
from chalicelib.codecs import apng, bmp, boxes, formats, gif, headers, jpeg, png, webp
from chalicelib.codecs.bare import bare
from chalicelib.codecs.colour.sources import SRGB
from chalicelib.codecs.heif import sequence
from chalicelib.codecs.limits import Limits
from chalicelib.codecs.rights import LONGEST, Rights, exif, reading, shot, xmp
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.codecs.svg import document, measures
from chalicelib.codecs.svg.document import written
from chalicelib.codecs.svg.sanitised import sanitised
from chalicelib.darkroom import outcome
from chalicelib.darkroom.order import Order
from chalicelib.darkroom.outcome import OutcomeError
from chalicelib.errors import Refusal
from chalicelib.render import info
from chalicelib.render.extras import NONE
from fuzz.drawings import references
from fuzz.drawn import drawn

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = (formats.JPEG, formats.PNG, formats.GIF, formats.WEBP, formats.TIFF)
_FRAMES = 50
_FRAME = 1024
"""Bytes of the boxes around one frame. The same bytes may be coded for the picture and its transparency."""

_ORDER = Order(variant.parse("8x"), Limits(10_000, 10_000, 10_000), formats.SOURCE_TYPES, NONE)


class WrongError(Exception):
    """A condition that has to hold does not hold."""


def parse(name: str, data: bytes) -> None:
    """Give `data` to the parser called `name`; any exception is a finding."""
    with suppress(Refusal):
        PARSERS[name](data)


def _must(holds: bool, what: str) -> None:  # noqa: FBT001 - the one thing that is asked
    if not holds:
        raise WrongError(what)


def _header(data: bytes) -> None:
    """Read a header of the type that the first byte selects: its numbers are plausible."""
    kind = _KINDS[int.from_bytes(data[:1], "big") % len(_KINDS)]
    header = headers.read(data[1:], kind)
    if header:
        _must(min(header.size) >= 1, "a side of nothing")
        _must(1 <= header.orientation <= 8, "an orientation that there is not")  # noqa: PLR2004 - there are 8
        _must(header.pixels >= header.size.width * header.size.height, "fewer pixels than it has")


def _bare(data: bytes) -> None:
    """Remove the metadata: the picture has the same size, and no metadata are left."""
    kind = _KINDS[int.from_bytes(data[:1], "big") % len(_KINDS)]
    header = headers.read(data[1:], kind)
    picture = bare(data[1:], kind)
    if header and picture is not None:
        again = headers.read(picture, kind)
        _must(again is not None and again.size == header.size, "another size than before")
        _must(bare(picture, kind) == picture, "metadata that were left")


def _boxes(data: bytes) -> None:
    _must(0 <= boxes.largest(data) <= 1 << 32, "more pixels than AV1 has")


def _sequence(data: bytes) -> None:
    """Take the first frame of a sequence: what comes of it is a picture, of no more bytes than the whole."""
    picture = sequence.still(data)
    if picture is not data:
        _must(sequence.still(picture) is picture, "a picture that is a sequence")
        _must(len(picture) < 3 * len(data) + _FRAME, "more bytes than the sequence has")
        boxes.largest(picture)


def _sniff(data: bytes) -> None:
    formats.sniff(data)


def _webp(data: bytes) -> None:
    """Take an animation apart and put it together: it is the same as before."""
    headers.read(data, formats.WEBP)
    animation = webp.animation(data)
    if not animation:
        webp.picture(data)
        return
    for frame in animation.frames:
        _must(webp.animation(webp.still(frame, animation.profile)) is None, "a still that moves")
    again = webp.animation(webp.assemble(animation))
    _must(again is not None and again.frames == animation.frames, "other frames than before")


def _gif(data: bytes) -> None:
    """Take an animation apart: every still is a GIF of one picture."""
    headers.read(data, formats.GIF)
    for _, layer in zip(range(_FRAMES), gif.layers(data), strict=False):
        stills = sum(layer.still[at] == gif.PICTURE for at, _ in gif.blocks(layer.still))
        _must(stills == 1, f"a still of {stills} pictures")


def _apng(data: bytes) -> None:
    """Take an animation apart: every still is a PNG of the size of its frame, and does not move."""
    animation = apng.animation(data)
    for frame in animation.frames[:_FRAMES] if animation else ():
        still = apng.still(data, frame)
        _must(png.size(still) == (frame.width, frame.height), "a still of another size")
        _must(apng.animation(still) is None, "a still that moves")


def _bmp(data: bytes) -> None:
    """Rewrite the bitmap: its header says the same as before, and there is nothing left to rewrite."""
    header, plain = headers.read(data, formats.BMP), bmp.plain(data)
    _must(headers.read(plain, formats.BMP) == header, "another picture than before")
    _must(bmp.plain(plain) == plain, "a plain bitmap that is not plain")


def _but_colours(header: headers.Header | None) -> headers.Header | None:
    return header and dataclasses.replace(header, colours=SRGB)


def _png(data: bytes) -> None:
    """Remove what may do harm: nothing harmful is left, and the header is the same as before.

    It no longer says which colours the picture has: that was read, and ImageMagick must not heed it as well.
    """
    header, harmless = headers.read(data, formats.PNG), png.harmless(data)
    left = headers.read(harmless, formats.PNG)
    _must(_but_colours(left) == _but_colours(header), "another picture than before")
    _must(png.harmless(harmless) == harmless, "harm that was left")


def _jpeg(data: bytes) -> None:
    """Remove what may do harm: as for PNG."""
    header, harmless = headers.read(data, formats.JPEG), jpeg.harmless(data)
    _must(headers.read(harmless, formats.JPEG) == header, "another picture than before")
    _must(jpeg.harmless(harmless) == harmless, "harm that was left")


def _variant(data: bytes) -> None:
    """Read a variant: reading its spelling gives the same variant and the same spelling."""
    read = variant.parse(data.decode(errors="replace"))
    again = variant.parse(str(read))
    _must((again, str(again)) == (read, str(read)), f"{read} is read as {again}")


def _key(data: bytes) -> None:
    """Read a key: reading its path gives the same key, and the path never leads elsewhere."""
    read = key.read(data.decode(errors="replace").split("/"))
    path = key.url_path(read)
    _must(key.read(path.removeprefix("/").split("/")) == read, f"{read!r} is another as {path}")
    _must(not {"", ".", ".."} & set(read.split("/")), f"{read!r} leads elsewhere")


def _outcome(data: bytes) -> None:
    """Read what comes out of the darkroom: a PNG, as ordered, a refusal in plain words, or no outcome."""
    head, _, body = data.partition(b"\0")
    with suppress(OutcomeError):
        made, cause = outcome.read(head, body, _ORDER, SPECIMENS["png"])
        _must(all(line.isprintable() for line in cause.split("\n")), "a cause that forges the log")
        if isinstance(made, Refusal):
            _must(str(made).isascii() and str(made).isprintable(), "a message that is no sentence")
        else:
            _must(made.content_type == "image/png", "a type that was not asked for")
            _must(formats.sniff(made.data) is formats.PNG, "another type than it says")


def _svg(data: bytes) -> None:
    """Sanitise a drawing: nothing in it runs or leads out of it, it is as large, and once is enough."""
    root = sanitised(data)
    drawing = written(root)
    _must(references(drawing) == [], f"what is left runs or fetches: {references(drawing)}")
    _must(_again(drawing) == drawing, "another drawing when it is sanitised again")
    with suppress(Refusal):  # one of which there is nothing to see
        sides = measures.size(root)
        measures.resize(root, sides)
        _must(measures.size(document.read(written(root))) == sides, "another size than it was given")


def _again(drawing: bytes) -> bytes:
    """Sanitise what was sanitised: a refusal is no answer here."""
    try:
        return written(sanitised(drawing))
    except Refusal as refusal:
        raise WrongError(f"refused when it is sanitised again: {refusal}") from refusal


def _info(data: bytes) -> None:
    """Read an info: whatever is read has a size, and is spelled as it was."""
    with suppress(ValueError):  # the answer to what is none
        told = info.read(data)
        _must(told.spell() == data, "another spelling")
        _must(min(told.width, told.height, told.frames, told.length) >= 1, "a picture of nothing")
        _must(set(data) <= set(range(32, 127)), "bytes that are no plain text")


def _rights(data: bytes) -> None:
    """Read whose picture it is, of the type that the first byte selects: short lines, the same ones again."""
    kind = formats.TYPES[int.from_bytes(data[:1], "big") % len(formats.TYPES)]
    said = reading.read(data[1:], kind)
    _must(all(len(value) <= LONGEST and value.isprintable() for value in said), "a value that is no line")
    _must(xmp.read(xmp.written(said)) == said, "another value in XMP")
    told = Rights(copyright=said.copyright, artist=said.artist, description=said.description)
    _must(exif.read(exif.written(said)) == told, "another value in EXIF")
    taken = reading.taken(data[1:], kind)
    _must(shot.read(exif.written(said, taken)) == taken, "another shot")


PARSERS: dict[str, Callable[[bytes], None]] = {
    "apng": _apng,
    "bare": _bare,
    "bmp": _bmp,
    "boxes": _boxes,
    "drawn": lambda data: _svg(drawn(data)),
    "gif": _gif,
    "headers": _header,
    "info": _info,
    "jpeg": _jpeg,
    "key": _key,
    "outcome": _outcome,
    "png": _png,
    "rights": _rights,
    "sequence": _sequence,
    "sniff": _sniff,
    "svg": _svg,
    "variant": _variant,
    "webp": _webp,
}
"""The parsers by name, which is also the name of their folder in the corpus."""
