"""Finds and prepares ImageMagick. This is the only module that imports Wand, which loads the library.

The environment variables that configure ImageMagick are set before Wand is imported, since Wand loads the
library at that moment. Variables that are set already stay: an operator's own choice of library wins.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, MutableMapping

POLICY = Path(__file__).with_name("magick")
"""The folder with our policy.xml."""

_CHECKOUT = Path(__file__).parents[2] / "vendor"
_HOMEBREW = (Path("/opt/homebrew"), Path("/usr/local"))

SYSTEM_SUFFIXES = "-6.Q16;-7.Q16"
"""The system's libraries that Wand looks for first: with 16 bits a channel, and without HDRI, which decodes
slower. With these names, Wand need not search with the C compiler."""

_M_TRIM_THRESHOLD, _M_MMAP_MAX, _M_PERTURB, _M_ARENA_MAX = -1, -4, -6, -8

MISSING = """ImageMagick's MagickWand library is not installed. Install it with
  Debian, Ubuntu:  apt install libmagickwand-6.q16-6   (from Debian 13 on: libmagickwand-7.q16-10)
  macOS:           brew install imagemagick
  Lambda, Linux:   python -m infra.magick build   (into vendor/imagemagick, which is packaged with the app)"""


def homes(path: Iterable[str]) -> list[Path]:
    """Return the folders that may hold an ImageMagick, the best first; the system's own is not among them.

    First come the folders beside the imported code (`path`): in a Lambda bundle and in its layer. Then the
    one that was built in this checkout, then Homebrew's.
    """
    beside = [Path(entry) for entry in path if entry]
    return [folder / "imagemagick" for folder in (*beside, _CHECKOUT)] + list(_HOMEBREW)


def prepare(environ: MutableMapping[str, str], places: Iterable[Path]) -> None:
    """Set the variables in `environ` that tell Wand where the library is, and the library our policy."""
    others = environ.get("MAGICK_CONFIGURE_PATH", "")
    if str(POLICY) not in others.split(os.pathsep):
        environ["MAGICK_CONFIGURE_PATH"] = os.pathsep.join(filter(None, [str(POLICY), others]))
    library = next(_libraries(places), None)
    if library is None:
        environ.setdefault("WAND_MAGICK_LIBRARY_SUFFIX", SYSTEM_SUFFIXES)
        return
    environ.setdefault("MAGICK_HOME", str(library.parents[1]))
    environ.setdefault("WAND_MAGICK_LIBRARY_SUFFIX", _suffix(library))


def _libraries(places: Iterable[Path]) -> Iterator[Path]:
    ours = _machine(Path(sys.executable))
    for home in places:
        for library in sorted(home.glob("lib/libMagickWand*.[sd][oy]*")):
            # A library that was built for Lambda may be on a machine with another processor.
            if library.is_file() and _machine(library) in {b"", ours}:
                yield library


def _machine(file: Path) -> bytes:
    """Return the bytes of an ELF file's header that name its machine; empty for any other file."""
    with file.open("rb") as opened:
        head = opened.read(20)
    return head[4:6] + head[18:20] if head.startswith(b"\x7fELF") else b""


def _suffix(library: Path) -> str:
    return library.name.removeprefix("libMagickWand").partition(".so")[0].removesuffix(".dylib")


def keep_memory() -> None:
    """Make the C library keep freed memory instead of giving it back to the system (glibc only).

    A decoder's buffers are so large that each would be mapped, zeroed and unmapped again for every picture.
    That would take half of the time of a 12 megapixel JPEG.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_MMAP_MAX, 0)
        # Tiles of HEIC and AVIF are decoded in threads. With a heap for each, far more memory is kept.
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


def give_memory_back() -> None:
    """Give freed memory back to the system (glibc only), before something larger is needed than was freed."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


@contextmanager
def zeroed_memory() -> Iterator[None]:
    """Let the C library fill all memory with zeros that is asked for meanwhile (glibc only).

    A decoder may leave pixels of a damaged picture unwritten. They would be those of an earlier picture.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if not mallopt:
        yield
        return
    mallopt(_M_PERTURB, 0xFF)
    try:
        yield
    finally:
        mallopt(_M_PERTURB, int(os.environ.get("MALLOC_PERTURB_", "0")))


prepare(os.environ, homes(sys.path))
keep_memory()
try:
    import wand.api
    import wand.exceptions
    import wand.image
    import wand.resource
    import wand.sequence  # which Wand itself imports with the first picture
    import wand.version
except ImportError as missing:
    raise ImportError(MISSING) from missing

Image = wand.image.Image
exceptions = wand.exceptions
library = wand.api.library
core = wand.api.libmagick
VERSION: str = wand.version.MAGICK_VERSION
CLEARS_MEMORY = hasattr(core, "BlankPixelCache")
"""Whether ImageMagick is a build of ours that never shows memory which nobody has written."""

if wand.resource.limits["disk"] != 0:
    raise ImportError(
        f"ImageMagick does not heed {POLICY / 'policy.xml'}: originals would be read unguarded."
    )


def codec(function: str, names: Iterable[str]) -> ctypes.CDLL | None:
    """Return the library that has the `function` of a codec: ImageMagick's own, or one of these `names`."""
    if hasattr(core, function):
        own: ctypes.CDLL = core
        return own
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def declare(found: ctypes.CDLL, signatures: Mapping[str, tuple[object, tuple[object, ...]]]) -> None:
    """Tell ctypes what each function of the library returns and takes."""
    for name, (result, arguments) in signatures.items():
        function = getattr(found, name)
        function.restype, function.argtypes = result, arguments


def load(coders: Iterable[str]) -> None:
    """Have ImageMagick load its `coders` now: some builds look for each when it is first needed."""
    core.GetMagickInfo.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    core.GetMagicInfo.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p)
    unheeded = core.AcquireExceptionInfo()
    core.GetMagicInfo(b"", 0, unheeded)  # the list by which it knows types, which it asks of a few
    for coder in coders:
        core.GetMagickInfo(coder.encode(), unheeded)
    core.DestroyExceptionInfo(unheeded)
