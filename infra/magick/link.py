"""Links ImageMagick's two libraries, with the codecs inside MagickCore.

A codec's functions stay hidden, lest they meet those of another zlib or libpng in the same process; but for
those that the app calls itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.magick.toolchain import run

if TYPE_CHECKING:
    from pathlib import Path

    from infra.magick.toolchain import Toolchain

CORE, WAND = "libMagickCore-6.Q16", "libMagickWand-6.Q16"

CODECS = (
    *("jxl", "jxl_cms", "hwy", "brotlienc", "brotlidec", "brotlicommon"),
    *("heif", "de265", "dav1d", "aom", "tiff", "webpmux", "webpdemux", "webp", "sharpyuv"),
    *("jpeg", "png16", "lcms2", "z"),
)
"""The static libraries, each before those that it needs."""

SYSTEM = ("m", "pthread", "dl")

LENT = (
    # chalicelib/codecs/littlecms.py
    *("cmsOpenProfileFromMem", "cmsCloseProfile"),
    *("cmsCreateTransform", "cmsDoTransform", "cmsDeleteTransform"),
    # chalicelib/codecs/libwebp.py
    *("WebPDecode", "WebPGetFeaturesInternal", "WebPInitDecoderConfigInternal"),
    # chalicelib/codecs/heif/library.py
    *("heif_context_alloc", "heif_context_encode_image", "heif_context_free"),
    *("heif_context_get_encoder_for_format", "heif_context_get_primary_image_handle"),
    *("heif_context_read_from_memory_without_copy", "heif_context_write", "heif_decode_image"),
    *("heif_decoding_options_alloc", "heif_decoding_options_free", "heif_encoder_release"),
    *("heif_encoder_set_lossy_quality", "heif_encoder_set_parameter", "heif_get_version_number"),
    *("heif_image_add_plane", "heif_image_create", "heif_image_get_height", "heif_image_get_plane"),
    *("heif_image_get_plane_readonly", "heif_image_get_width", "heif_image_handle_get_height"),
    *("heif_image_handle_get_luma_bits_per_pixel", "heif_image_handle_get_nclx_color_profile"),
    *("heif_image_handle_get_raw_color_profile", "heif_image_handle_get_raw_color_profile_size"),
    *("heif_image_handle_get_width", "heif_image_handle_has_alpha_channel"),
    *("heif_image_handle_is_premultiplied_alpha", "heif_image_handle_release", "heif_image_release"),
    *("heif_image_set_nclx_color_profile", "heif_nclx_color_profile_alloc"),
    "heif_nclx_color_profile_free",
    # chalicelib/codecs/jxl/library.py
    *(
        "JxlColorEncodingSetToSRGB",
        "JxlDecoderCloseInput",
        "JxlDecoderCreate",
        "JxlDecoderDestroy",
        "JxlDecoderGetBasicInfo",
        "JxlDecoderGetBoxType",
        "JxlDecoderGetColorAsEncodedProfile",
        "JxlDecoderGetColorAsICCProfile",
        "JxlDecoderGetFrameHeader",
        "JxlDecoderGetICCProfileSize",
        "JxlDecoderProcessInput",
        "JxlDecoderReleaseBoxBuffer",
        "JxlDecoderSetBoxBuffer",
        "JxlDecoderSetCoalescing",
        "JxlDecoderSetDecompressBoxes",
        "JxlDecoderSetImageOutBuffer",
        "JxlDecoderSetInput",
        "JxlDecoderSetUnpremultiplyAlpha",
        "JxlDecoderSubscribeEvents",
        "JxlDecoderVersion",
        "JxlEncoderAddImageFrame",
        "JxlEncoderCloseInput",
        "JxlEncoderCreate",
        "JxlEncoderDestroy",
        "JxlEncoderFrameSettingsCreate",
        "JxlEncoderFrameSettingsSetOption",
        "JxlEncoderInitBasicInfo",
        "JxlEncoderInitFrameHeader",
        "JxlEncoderProcessOutput",
        "JxlEncoderSetBasicInfo",
        "JxlEncoderSetColorEncoding",
        "JxlEncoderSetExtraChannelBlendInfo",
        "JxlEncoderSetFrameDistance",
        "JxlEncoderSetFrameHeader",
        "JxlEncoderSetFrameLossless",
    ),
)
"""Functions of codecs that the app finds in MagickCore."""


def link(toolchain: Toolchain, into: Path) -> None:
    """Link the two libraries, of ImageMagick as it was compiled and the codecs that it was compiled with."""
    into.mkdir(parents=True)
    site = toolchain.site
    codecs = [str(site.needs / "lib" / f"lib{codec}.a") for codec in CODECS]
    core = [str(into / f"{CORE}.so")]
    for name, folder, others, lent in ((CORE, "magick", codecs, LENT), (WAND, "wand", core, ())):
        archive = site.build / folder / ".libs" / f"{name}.a"
        visible = toolchain.work / f"{name}.map"
        visible.write_text(version_script([*symbols(archive), *lent]))
        command = toolchain.compile(
            *("-shared", "-s", "-O2", "-o", str(into / f"{name}.so")),
            *(f"-Wl,-soname,{name}.so", "-Wl,-rpath,$ORIGIN", f"-Wl,--version-script={visible}"),
            *("-Wl,-Bsymbolic", "-Wl,--gc-sections", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,--build-id=none"),
            *("-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive"),
            *(f"-Wl,-u,{function}" for function in lent),  # ImageMagick calls only some of them
            *others,
            *(f"-l{library}" for library in SYSTEM),
        )
        run(command, into, toolchain.environment, toolchain.work / "log")


def symbols(archive: Path) -> list[str]:
    """Return the names that the objects in `archive` define for others, sorted."""
    listed = run(("nm", "--defined-only", "--extern-only", "--format=posix", str(archive)), archive.parent)
    return sorted({line.split()[0] for line in listed.splitlines() if len(line.split()) > 1})


def version_script(names: list[str]) -> str:
    """Return the linker's version script that makes `names` visible and nothing else."""
    return "{\nglobal:\n" + "".join(f"  {name};\n" for name in names) + "local:\n  *;\n};\n"
