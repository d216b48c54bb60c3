"""ImageMagick as it is loaded: which library it is, and what our policy and the system's allow."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from wand.exceptions import BlobError, MissingDelegateError, PolicyError
from wand.resource import limits
from wand.version import configure_options

from chalicelib.codecs.formats import OUTPUTS, sniff
from chalicelib.codecs.imagemagick import MISSING, POLICY, Image, library, prepare
from chalicelib.codecs.specimens import SPECIMENS
from tests.pixels import card, encoded

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = (PolicyError, MissingDelegateError, BlobError)


@pytest.mark.parametrize(
    "coder",
    [
        "msl",
        "mvg",
        "svg",
        "text",
        "txt",
        "label",
        "caption",
        "url",
        "https",
        "pdf",
        "ps",
        "eps",
        "ephemeral",
        "miff",
    ],
)
def test_a_coder_that_no_original_needs_is_refused(coder: str) -> None:
    with Image() as image, pytest.raises(REFUSED):
        image.read(blob=b"<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>", format=coder)


@pytest.mark.parametrize(
    "name",
    [
        "https://localhost/a.png",
        "text:/etc/passwd",
        "label:a",
        "caption:@/etc/passwd",
        "msl:/etc/passwd",
        "mvg:/etc/passwd",
        "ephemeral:/tmp/a",
        "vid:/tmp",
        "xc:red",
        "gradient:",
        "@/etc/passwd",
    ],
)
def test_a_name_that_means_more_than_a_file_is_refused(name: str) -> None:
    with Image() as image, pytest.raises(REFUSED):
        image.read(filename=name)


NOT_OPENED = {"", "JXL"}
"""ImageMagick has no part in drawings, and none in JPEG XL."""


def test_the_policy_opens_the_coders_of_originals_for_reading_and_those_of_variants_for_writing() -> None:
    opened: dict[str, set[str]] = {"read": set(), "write": set()}
    policy = ET.parse(POLICY / "policy.xml")  # noqa: S314 - our own file
    for rule in policy.iterfind("policy[@domain='coder']"):
        for right in opened.keys() & rule.attrib["rights"].split("|"):
            opened[right] |= set(rule.attrib["pattern"].strip("{}").split(","))

    originals = {kind.coder for kind in map(sniff, SPECIMENS.values()) if kind} - NOT_OPENED
    progressive = "PJPEG"
    assert opened["read"] == originals
    assert opened["write"] == {output.coder for output in OUTPUTS.values()} - NOT_OPENED | {progressive}


@pytest.mark.parametrize("coder", ["tiff", "bmp", "heic", "pdf", "mvg", "txt", "html", "png48"])
def test_only_the_formats_of_variants_are_written(coder: str) -> None:
    with Image(width=2, height=2) as image, pytest.raises((*REFUSED, ValueError)):
        image.make_blob(coder)


@pytest.mark.parametrize("coder", ["jpeg", "png", "gif", "webp", "avif"])
def test_the_formats_of_variants_are_read_and_written(coder: str) -> None:
    with Image() as image:
        image.read(blob=encoded(card(16, 16), coder), format=coder)

        assert image.size == (16, 16)


@pytest.mark.parametrize(
    ("resource", "most"),
    [
        ("disk", 0),
        ("memory", 1 << 30),
        ("map", 1 << 30),
        ("area", 200_000_000),
        ("width", 65_536),
        ("height", 65_536),
    ],
)
def test_our_limits_come_before_the_systems(resource: str, most: int) -> None:
    assert limits[resource] == most


def test_time_is_unlimited_since_a_limit_would_end_a_warm_process() -> None:
    # ImageMagick 6 says unlimited with the largest number, ImageMagick 7 with 0.
    assert limits["time"] > 10**9 or limits["time"] == 0


def test_imagemagicks_other_configuration_is_still_found() -> None:
    assert configure_options("NAME") == {"NAME": "ImageMagick"}


def test_the_library_has_sixteen_bits_a_channel() -> None:
    assert library.MagickGetQuantumDepth is not None
    with Image(width=1, height=1) as image:
        assert image.quantum_range == 65_535


def vendored(home: Path, name: str) -> Path:
    (home / "lib").mkdir(parents=True)
    (home / "lib" / name).touch()
    return home


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("libMagickWand.so", ""),
        ("libMagickWand.so.10.0.2", ""),
        ("libMagickWand-6.Q16.so.6", "-6.Q16"),
        ("libMagickWand-7.Q16HDRI.10.dylib", "-7.Q16HDRI.10"),
    ],
)
def test_an_imagemagick_that_came_with_the_bundle_is_preferred(
    tmp_path: Path, name: str, suffix: str
) -> None:
    environ: dict[str, str] = {}

    prepare(environ, [tmp_path / "nothing here", vendored(tmp_path / "imagemagick", name)])

    assert environ == {
        "MAGICK_CONFIGURE_PATH": str(POLICY),
        "MAGICK_HOME": str(tmp_path / "imagemagick"),
        "WAND_MAGICK_LIBRARY_SUFFIX": suffix,
    }


def test_otherwise_the_systems_is_used_but_not_its_hdri_build(tmp_path: Path) -> None:
    environ: dict[str, str] = {}

    prepare(environ, [tmp_path])

    assert environ == {
        "MAGICK_CONFIGURE_PATH": str(POLICY),
        "WAND_MAGICK_LIBRARY_SUFFIX": "-6.Q16;-7.Q16",
    }


def test_the_operators_choice_stays_but_our_policy_comes_first(tmp_path: Path) -> None:
    chosen = {
        "MAGICK_HOME": "/mine",
        "WAND_MAGICK_LIBRARY_SUFFIX": "-7.Q8",
        "MAGICK_CONFIGURE_PATH": "/my/policy",
    }
    environ = dict(chosen)

    prepare(environ, [vendored(tmp_path / "imagemagick", "libMagickWand.so")])
    prepare(environ, [])

    assert environ == chosen | {"MAGICK_CONFIGURE_PATH": f"{POLICY}{os.pathsep}/my/policy"}


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ | environ
    )


def test_a_missing_imagemagick_is_one_clear_error() -> None:
    nowhere = (
        "import ctypes.util; ctypes.util.find_library = lambda name: None;"
        "import chalicelib.codecs.imagemagick"
    )
    done = run(nowhere, MAGICK_HOME="/nowhere")

    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"ImportError: {MISSING}")


def test_a_policy_that_imagemagick_ignores_is_an_error() -> None:
    done = run(
        "import wand.resource, chalicelib; wand.resource.ResourceLimits.__getitem__ = lambda self, name: 1;"
        "import chalicelib.codecs.imagemagick"
    )

    assert done.returncode == 1
    assert "does not heed" in done.stderr


def test_wand_is_imported_only_after_its_environment_is_prepared() -> None:
    done = run(
        "import sys\n"
        "class Watch:\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        assert not name.startswith('wand') or 'chalicelib.codecs.imagemagick' in sys.modules, name\n"
        "sys.meta_path.insert(0, Watch)\n"
        "import chalicelib.render.render"
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module",
    [
        "address.options",
        "address.variant",
        "codecs.formats",
        "codecs.headers",
        "codecs.limits",
        "codecs.webp",
        "config.config",
        "geometry.layout",
        "geometry.plan",
        "render.pipeline",
        "render.steps",
    ],
)
def test_a_module_that_the_configuration_needs_loads_without_imagemagick(module: str) -> None:
    done = run(f"import sys; sys.modules['wand'] = None; import chalicelib.{module}")

    assert done.returncode == 0, done.stderr
