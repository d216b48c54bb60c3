"""ImageMagick, found and prepared. This is the only module that imports Wand, which loads the library.

Everything that decides how it behaves is set in the environment before Wand is imported, since Wand loads the
library right then. What is set already stays, so that an operator's own choice of library wins.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

POLICY = Path(__file__).with_name("magick")
"""The folder of our policy.xml."""

_SITE_PACKAGES = f"/opt/python/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
HOMES = (
    Path("/var/task/imagemagick"),
    Path(_SITE_PACKAGES, "imagemagick"),
    Path("/opt/homebrew"),
    Path("/usr/local"),
)
"""Where an ImageMagick may be that the loader does not find: in the bundle, in its layer, Homebrew's."""

SYSTEM_SUFFIXES = "-6.Q16;-7.Q16"
"""The system's libraries that are looked for first: with 16 bits a channel, and not HDRI, which decodes
slower. Naming them also spares Wand a search with the C compiler."""

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4

MISSING = """ImageMagick's MagickWand library is not installed. Install it with
  Debian, Ubuntu:  apt install libmagickwand-6.q16-6   (from Debian 13 on: libmagickwand-7.q16-10)
  macOS:           brew install imagemagick"""


def prepare(environ: MutableMapping[str, str], homes: Iterable[Path] = HOMES) -> None:
    """Set in `environ` what leads Wand to the library and the library to our policy."""
    others = environ.get("MAGICK_CONFIGURE_PATH", "")
    if str(POLICY) not in others.split(os.pathsep):
        environ["MAGICK_CONFIGURE_PATH"] = os.pathsep.join(filter(None, [str(POLICY), others]))
    library = next(
        (found for home in homes for found in sorted(home.glob("lib/libMagickWand*.[sd][oy]*"))), None
    )
    if library is None:
        environ.setdefault("WAND_MAGICK_LIBRARY_SUFFIX", SYSTEM_SUFFIXES)
        return
    environ.setdefault("MAGICK_HOME", str(library.parents[1]))
    environ.setdefault("WAND_MAGICK_LIBRARY_SUFFIX", _suffix(library))


def _suffix(library: Path) -> str:
    return library.name.removeprefix("libMagickWand").partition(".so")[0].removesuffix(".dylib")


def keep_memory() -> None:
    """Have the C library keep freed memory instead of handing it back to the system (glibc only).

    A decoder's buffers are large enough that each would be mapped, zeroed and unmapped anew for every
    picture: half of the time that a 12 megapixel JPEG takes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


prepare(os.environ)
keep_memory()
try:
    import wand.api
    import wand.exceptions
    import wand.image
    import wand.resource
except ImportError as missing:
    raise ImportError(MISSING) from missing

Image = wand.image.Image
exceptions = wand.exceptions
library = wand.api.library
core = wand.api.libmagick

if wand.resource.limits["disk"] != 0:
    raise ImportError(
        f"ImageMagick does not heed {POLICY / 'policy.xml'}: originals would be read unguarded."
    )
