"""The parsers of what strangers write, each with what has to hold for any bytes whatever.

A parser may refuse: `Refusal` is its answer, and the only exception that it may raise. What takes a picture
apart is given it after its header has been read, as in the renderer.
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.address import key, variant
from chalicelib.codecs import boxes, formats, gif, headers, jpeg, png, webp
from chalicelib.codecs.bare import bare
from chalicelib.darkroom import hatch
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = (formats.JPEG, formats.PNG, formats.GIF, formats.WEBP, formats.TIFF)
_FRAMES = 50


class WrongError(Exception):
    """Something that has to hold does not."""


def parse(name: str, data: bytes) -> None:
    """Give `data` to the parser called `name`; whatever is raised is a finding."""
    with suppress(Refusal):
        PARSERS[name](data)


def _must(holds: bool, what: str) -> None:  # noqa: FBT001 - the one thing that is asked
    if not holds:
        raise WrongError(what)


def _header(data: bytes) -> None:
    """Read a header of the type that the first byte names: its sizes are sizes."""
    kind = _KINDS[int.from_bytes(data[:1], "big") % len(_KINDS)]
    header = headers.read(data[1:], kind)
    if header:
        _must(min(header.size) >= 1, "a side of nothing")
        _must(1 <= header.orientation <= 8, "an orientation that there is not")  # noqa: PLR2004 - there are 8
        _must(header.pixels >= header.size.width * header.size.height, "fewer pixels than it has")


def _bare(data: bytes) -> None:
    """Take away metadata: it is the same picture, and there are none left to take away."""
    kind = _KINDS[int.from_bytes(data[:1], "big") % len(_KINDS)]
    header = headers.read(data[1:], kind)
    picture = bare(data[1:], kind)
    if header and picture is not None:
        again = headers.read(picture, kind)
        _must(again is not None and again.size == header.size, "another size than before")
        _must(bare(picture, kind) == picture, "metadata that were left")


def _boxes(data: bytes) -> None:
    _must(0 <= boxes.largest(data) <= 1 << 32, "more pixels than AV1 has")


def _sniff(data: bytes) -> None:
    formats.sniff(data)


def _webp(data: bytes) -> None:
    """Take an animation apart; put together again, it is the same one."""
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


def _png(data: bytes) -> None:
    """Take away what may harm: nothing is left to take away, and the picture is as large as before."""
    header, harmless = headers.read(data, formats.PNG), png.harmless(data)
    _must(headers.read(harmless, formats.PNG) == header, "another picture than before")
    _must(png.harmless(harmless) == harmless, "harm that was left")


def _jpeg(data: bytes) -> None:
    """Likewise."""
    header, harmless = headers.read(data, formats.JPEG), jpeg.harmless(data)
    _must(headers.read(harmless, formats.JPEG) == header, "another picture than before")
    _must(jpeg.harmless(harmless) == harmless, "harm that was left")


def _variant(data: bytes) -> None:
    """Read a variant: its spelling is read as the same, and spelled as before."""
    read = variant.parse(data.decode(errors="replace"))
    again = variant.parse(str(read))
    _must((again, str(again)) == (read, str(read)), f"{read} is read as {again}")


def _key(data: bytes) -> None:
    """Read a key: written into a path it is read as the same, and never leads elsewhere."""
    read = key.read(data.decode(errors="replace").split("/"))
    path = key.url_path(read)
    _must(key.read(path.removeprefix("/").split("/")) == read, f"{read!r} is another as {path}")
    _must(not {"", ".", ".."} & set(read.split("/")), f"{read!r} leads elsewhere")


def _outcome(data: bytes) -> None:
    """Read what comes out of the darkroom: an outcome, or none."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!II", len(data), 0) + data)
        with suppress(EOFError):
            hatch.take_out(ours)


PARSERS: dict[str, Callable[[bytes], None]] = {
    "bare": _bare,
    "boxes": _boxes,
    "gif": _gif,
    "headers": _header,
    "jpeg": _jpeg,
    "key": _key,
    "outcome": _outcome,
    "png": _png,
    "sniff": _sniff,
    "variant": _variant,
    "webp": _webp,
}
"""By name, which is also that of their folder in the corpus."""
