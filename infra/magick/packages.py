"""The packages to build: ImageMagick and its codecs, each with its licence, its origin and its recipe."""

from __future__ import annotations

from dataclasses import dataclass, field

from infra.magick.recipes import CMake, Configure, Meson, Recipe

LIBRARIES = ("trixie", "trixie-security", "forky")
"""The Debian suites for libraries. The newest version of all is taken, because newer codecs are faster."""

BRANCH_6 = ("bookworm", "bookworm-security")
"""The suites that have ImageMagick 6.9, which resizes nearly twice as fast as 7.1."""

PYPI = ("pypi",)
"""The origin of sources that Debian does not have: source archives on PyPI."""


@dataclass(frozen=True, slots=True)
class Package:
    """A source package. `name` is Debian's (or PyPI's); `licence` is the SPDX expression of the linked parts.

    `needs` are the packages that it is compiled with. `notice` is the file in its source with the copyright
    notice. `upstream`: only the authors' archive is taken, because Debian's patches are of no use here.
    """

    name: str
    licence: str
    recipe: Recipe
    suites: tuple[str, ...] = LIBRARIES
    needs: tuple[str, ...] = ()
    notice: str = "debian/copyright"
    # The lock says it, too: without it in the repr, what was built before stays as it is.
    upstream: bool = field(default=False, repr=False)


_LEFT_OUT = ("SSSE3", "SSE4", "AVX3", "AVX3_DL", "AVX3_ZEN4", "AVX3_SPR", "AVX10_2")
"""Highway's names of processors that get no variant of their own."""

CODECS = (
    Package(
        "aom",
        "BSD-2-Clause",
        # Only the encoder, because dav1d decodes faster. Only 8 bits a channel, because ImageMagick 6 passes
        # no more. No threads: a function has about one vCPU, and threads cost memory.
        CMake(
            (
                *("CONFIG_AV1_ENCODER=1", "CONFIG_AV1_DECODER=0", "CONFIG_MULTITHREAD=0"),
                "CONFIG_AV1_HIGHBITDEPTH=0",
                *("CONFIG_WEBM_IO=0", "CONFIG_LIBYUV=0", "CONFIG_PIC=1"),
                *("ENABLE_DOCS=0", "ENABLE_TESTS=0", "ENABLE_TOOLS=0", "ENABLE_EXAMPLES=0"),
            )
        ),
    ),
    Package(
        "zlib-ng",
        "Zlib",
        # It has zlib's functions with SIMD, chosen at run time: PNGs decode in two thirds of the time.
        CMake(("ZLIB_COMPAT=ON", "BUILD_TESTING=OFF", "WITH_GZFILEOP=ON"), folder="src/zlib_ng/zlib-ng"),
        suites=PYPI,
        notice="src/zlib_ng/zlib-ng/LICENSE.md",
    ),
    Package(
        "libjpeg-turbo",
        "IJG AND BSD-3-Clause AND Zlib",
        CMake(
            (
                *("ENABLE_SHARED=OFF", "WITH_TURBOJPEG=OFF", "WITH_TOOLS=OFF", "WITH_TESTS=OFF"),
                *("WITH_SIMD=ON", "REQUIRE_SIMD=ON"),
                # Without this, the version string contains the day of the build.
                "BUILD=resize404",
            )
        ),
    ),
    Package(
        "libpng1.6",
        "libpng-2.0",
        CMake(
            (
                *("PNG_SHARED=OFF", "PNG_TESTS=OFF", "PNG_TOOLS=OFF", "PNG_FRAMEWORK=OFF"),
                *("PNG_HARDWARE_OPTIMIZATIONS=ON", "PNG_ARM_NEON=on"),
            )
        ),
        needs=("zlib-ng",),
    ),
    Package(
        "libwebp",
        "BSD-3-Clause",
        CMake(
            (
                "WEBP_BUILD_LIBWEBPMUX=ON",
                *(
                    f"WEBP_BUILD_{tool}=OFF"
                    for tool in (
                        *("ANIM_UTILS", "CWEBP", "DWEBP", "GIF2WEBP", "IMG2WEBP", "VWEBP"),
                        *("WEBPINFO", "WEBPMUX", "EXTRAS"),
                    )
                ),
            )
        ),
    ),
    Package("lcms2", "MIT", Meson(("tests=disabled", "jpeg=disabled", "tiff=disabled"))),
    Package(
        "tiff",
        "libtiff",
        CMake(
            (
                *("tiff-tools=OFF", "tiff-tests=OFF", "tiff-contrib=OFF", "tiff-docs=OFF", "cxx=OFF"),
                *("zlib=ON", "jpeg=ON", "libdeflate=OFF", "lzma=OFF", "zstd=OFF"),
                *("webp=OFF", "jbig=OFF", "lerc=OFF", "jpeg12=OFF"),
            )
        ),
        needs=("zlib-ng", "libjpeg-turbo"),
    ),
    Package(
        "dav1d",
        "BSD-2-Clause",
        Meson(("enable_tools=false", "enable_tests=false", "logging=false")),
    ),
    Package(
        "libde265",
        "LGPL-3.0-or-later",
        CMake(("ENABLE_SDL=OFF", "ENABLE_DECODER=OFF", "ENABLE_ENCODER=OFF")),
    ),
    Package(
        "libheif",
        "LGPL-3.0-or-later",
        CMake(
            (
                *("WITH_DAV1D=ON", "WITH_AOM_ENCODER=ON", "WITH_LIBDE265=ON", "WITH_AOM_DECODER=OFF"),
                *(f"WITH_{codec}_PLUGIN=OFF" for codec in ("DAV1D", "AOM_ENCODER", "LIBDE265")),
                *(
                    f"WITH_{codec}=OFF"
                    for codec in (
                        *("X265", "KVAZAAR", "UVG266", "VVDEC", "VVENC", "OpenH264_DECODER", "SvtEnc"),
                        *("RAV1E", "JPEG_DECODER", "JPEG_ENCODER", "OpenJPEG_ENCODER", "OpenJPEG_DECODER"),
                        *("FFMPEG_DECODER", "OPENJPH_ENCODER", "UNCOMPRESSED_CODEC", "LIBSHARPYUV"),
                        *("HEADER_COMPRESSION", "EXAMPLES", "GDK_PIXBUF"),
                    )
                ),
                *("ENABLE_PLUGIN_LOADING=OFF", "ENABLE_MULTITHREADING_SUPPORT=OFF", "BUILD_TESTING=OFF"),
                *("ENABLE_PARALLEL_TILE_DECODING=OFF", "BUILD_DOCUMENTATION=OFF"),
                *("CMAKE_DISABLE_FIND_PACKAGE_Doxygen=ON", "CMAKE_COMPILE_WARNING_AS_ERROR=OFF"),
            )
        ),
        needs=("dav1d", "aom", "libde265"),
    ),
    Package(
        "highway",
        "Apache-2.0 OR BSD-3-Clause",
        CMake(("HWY_ENABLE_CONTRIB=OFF", "HWY_ENABLE_EXAMPLES=OFF", "HWY_ENABLE_TESTS=OFF")),
    ),
    Package("brotli", "MIT", CMake(("BROTLI_DISABLE_TESTS=ON", "BROTLI_BUILD_TOOLS=OFF"))),
    Package(
        "jpeg-xl",
        "BSD-3-Clause",
        # Two variants of everything that has SIMD, for SSE2 and AVX2 (NEON on ARM has one), optimised for
        # size: docs/decisions.md has what more would cost and bring.
        CMake(
            (
                f'CMAKE_CXX_FLAGS="-DHWY_DISABLED_TARGETS=({"|".join(f"HWY_{name}" for name in _LEFT_OUT)})"',
                "CMAKE_CXX_FLAGS_RELEASE=-Os -DNDEBUG",
                *(
                    f"JPEGXL_ENABLE_{part}=OFF"
                    for part in (
                        *("TOOLS", "JPEGLI", "DOXYGEN", "MANPAGES", "BENCHMARK", "EXAMPLES", "JNI", "SJPEG"),
                        *("OPENEXR", "SKCMS", "TRANSCODE_JPEG", "FUZZERS"),
                    )
                ),
                *(f"JPEGXL_FORCE_SYSTEM_{library}=ON" for library in ("LCMS2", "HWY", "BROTLI")),
                *("BUILD_TESTING=OFF", "JPEGXL_BUNDLE_LIBPNG=OFF"),
            )
        ),
        needs=("highway", "brotli", "lcms2"),
        notice="LICENSE",
        # All of Debian's patches to 0.11.2 mend tools and tests, which are not built.
        upstream=True,
    ),
)

IMAGEMAGICK = Package(
    "imagemagick",
    "ImageMagick",
    Configure(
        flags=(
            # Relocatable: only MAGICK_HOME and MAGICK_CONFIGURE_PATH say where it is.
            *("--prefix=/opt/imagemagick", "--disable-installed", "--enable-reproducible-build"),
            # link.py links the libraries afterwards, and decides which symbols are visible.
            *("--enable-static", "--disable-shared", "--with-pic", "--without-modules"),
            *("--with-quantum-depth=16", "--disable-hdri", "--disable-openmp", "--disable-opencl"),
            *("--disable-docs", "--without-gcc-arch", "--without-frozenpaths"),
            *("--with-jpeg", "--with-png", "--with-webp", "--with-tiff", "--with-heic", "--with-lcms"),
            "--with-zlib",
            *(
                f"--without-{delegate}"
                for delegate in (
                    *("autotrace", "bzlib", "djvu", "dps", "fftw", "flif", "fontconfig", "fpx"),
                    *("freetype", "gslib", "gvc", "jbig", "jxl", "lqr", "ltdl", "lzma", "magick-plus-plus"),
                    *("openexr", "openjp2", "pango", "perl", "raqm", "raw", "rsvg", "wmf", "x", "xml"),
                    "zstd",
                )
            ),
        ),
        targets=("magick/libMagickCore-6.Q16.la", "wand/libMagickWand-6.Q16.la"),
    ),
    suites=BRANCH_6,
    needs=tuple(codec.name for codec in CODECS),
)

PACKAGES = (*CODECS, IMAGEMAGICK)
"""All packages, each after its needs.

Of the packages without needs, the one with the longest build is first.
"""
