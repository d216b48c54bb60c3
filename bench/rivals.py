"""The engines that take part: how each is installed, by one command, and how its process is started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench import places
from bench.failing import BenchFailed

SHARP = "0.35.5"


@dataclass(frozen=True, slots=True)
class Engine:
    """A library that takes part: `requirements` for a venv of its own, and the `debian` packages it needs.

    `cannot` has the names of the cases in which it takes no part, and why.
    """

    name: str
    label: str
    requirements: tuple[str, ...] = ()
    debian: tuple[str, ...] = ()
    needs: Path | None = None
    environment: tuple[tuple[str, str], ...] = ()
    cannot: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def venv(self) -> Path:
        """The folder of its own venv."""
        return places.CACHE / self.name

    @property
    def command(self) -> tuple[str, ...]:
        """The command that starts its process."""
        if self.name == "sharp":
            return ("node", str(places.PROJECT / "bench/engines/sharp.mjs"), str(places.NODE))
        python = str(places.interpreter(self.venv)) if self.requirements else sys.executable
        return (python, "-m", f"bench.engines.{self.module}")

    @property
    def module(self) -> str:
        """Its module of `bench.engines`; all builds of ImageMagick share ours."""
        return self.name.partition("-")[0]

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its process: one thread, and no MAGICK_HOME except its own."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("MAGICK_", "WAND_"))
        }
        alone = {"VIPS_CONCURRENCY": "1", "OMP_NUM_THREADS": "1", "MAGICK_THREAD_LIMIT": "1"}
        return {**inherited, **alone, "PYTHONPATH": str(places.PROJECT), **dict(self.environment)}

    @property
    def present(self) -> bool:
        """Whether it is installed, in these versions."""
        if self.needs is None or not self.needs.exists():
            return self.needs is None
        return not self.requirements or self.needs.read_text(encoding="ascii") == self.installed

    @property
    def installed(self) -> str:
        """What the file of its venv says that is installed."""
        return "\n".join(self.requirements)


def _python(name: str, label: str, *requirements: str) -> Engine:
    return Engine(name, label, requirements, needs=places.CACHE / name / "installed")


OURS = Engine("ours", "resize404")
"""Our renderer on the ImageMagick of ``vendor/``, as in production, or else on the system's."""

ON_SYSTEM = Engine(
    "ours-system",
    "resize404, system's ImageMagick",
    environment=(("MAGICK_HOME", ""), ("WAND_MAGICK_LIBRARY_SUFFIX", "-6.Q16;-7.Q16")),
    needs=places.PROJECT / "vendor/imagemagick/lib",
)
SHARP_ENGINE = Engine("sharp", "sharp", needs=places.NODE / "node_modules/sharp")

RIVALS = (
    SHARP_ENGINE,
    _python("vips", "pyvips", "pyvips==3.2.0", "pyvips-binary==8.18.7"),
    _python("pillow", "Pillow", "Pillow==13.0.0", "pillow-jxl-plugin==1.3.8"),
    _python("thumbor", "Thumbor", "thumbor==7.8.0"),
    Engine("naive", "naive Wand"),
    Engine("convert", "`convert`", debian=("imagemagick",), needs=Path("/usr/bin/convert")),
    Engine(
        "gm",
        "`gm -size`",
        debian=("graphicsmagick",),
        needs=Path("/usr/bin/gm"),
        cannot={
            "gif-gif": "GraphicsMagick does not resize animations frame by frame",
            "gif-webp": "GraphicsMagick writes no animated WebP",
            "12mp-800-avif": "GraphicsMagick writes no AVIF",
        },
    ),
)

_STUDIO = Engine(
    "studio",
    "the studio",
    ("Pillow==13.0.0", "ssimulacra2==0.3.0", "matplotlib==3.11.2"),
    needs=places.STUDIO / "installed",
)


def ours_on(magick_home: Path) -> Engine:
    """Return our renderer on another build of ImageMagick, in the folder `magick_home`."""
    library = next((found for found in sorted(magick_home.glob("lib/libMagickWand*.so*"))), None)
    if not library:
        raise BenchFailed(f"There is no lib/libMagickWand*.so in {magick_home}.")
    suffix = library.name.removeprefix("libMagickWand").partition(".so")[0]
    environment = (("MAGICK_HOME", str(magick_home)), ("WAND_MAGICK_LIBRARY_SUFFIX", suffix))
    return Engine("ours-built", "resize404, another build", environment=environment)


def taking_part(names: tuple[str, ...], magick_home: Path | None) -> tuple[Engine, ...]:
    """Return ours and the rivals with these `names`, or all that are installed; sharp is always included."""
    built = (ours_on(magick_home.resolve()),) if magick_home else ()
    rivals = tuple(
        rival for rival in RIVALS if rival.present and rival.name in {"sharp", *(names or _every())}
    )
    if SHARP_ENGINE not in rivals:
        raise BenchFailed("sharp is not installed; the ratios are ratios to it. Type: python -m bench rivals")
    system = (ON_SYSTEM,) if ON_SYSTEM.present else ()
    return (OURS, *system, *built, *rivals)


def _every() -> set[str]:
    return {rival.name for rival in RIVALS}


def install() -> dict[str, str]:
    """Install what is missing; return the names of the rivals that could not be installed, and why."""
    left_out = {}
    for engine in (_STUDIO, *RIVALS):
        if engine.present:
            continue
        try:
            _install(engine)
        except (OSError, subprocess.CalledProcessError) as failure:
            left_out[engine.name] = str(failure)
    if not _STUDIO.present:
        raise BenchFailed(f"The studio could not be installed: {left_out['studio']}")
    return left_out


def _install(engine: Engine) -> None:
    if engine is SHARP_ENGINE:
        places.NODE.mkdir(parents=True, exist_ok=True)
        _run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(places.NODE), f"sharp@{SHARP}")
    elif engine.requirements:
        _run(sys.executable, "-m", "venv", "--clear", str(engine.venv))
        _run(str(places.interpreter(engine.venv)), "-m", "pip", "install", "--quiet", *engine.requirements)
        (engine.venv / "installed").write_text(engine.installed, encoding="ascii")
    else:
        _install_packages(engine.debian)


def _install_packages(packages: tuple[str, ...]) -> None:
    typed = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise OSError(f"not installed, and only root may. Type: sudo {typed}")
    _run(*typed.split(), "-y", "-qq", "--no-install-recommends")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own arguments
