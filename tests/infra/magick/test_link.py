"""The libraries: only the codec functions that the app calls are visible."""

from __future__ import annotations

import re

import pytest

from infra.magick import link
from infra.magick.build import PROJECT

CALLED = re.compile(
    r'_declare\("(\w+)"|\bfound\.((?:WebP|heif_)\w+)\b|^    "((?:heif_|Jxl)\w+)": ', re.MULTILINE
)


@pytest.mark.parametrize("module", ["littlecms.py", "libwebp.py", "heif/library.py", "jxl/library.py"])
def test_the_codec_functions_that_the_app_calls_are_visible(module: str) -> None:
    source = (PROJECT / "chalicelib" / "codecs" / module).read_text()
    called = {name for match in CALLED.finditer(source) for name in match.groups() if name}
    assert called
    assert called <= set(link.LENT)


def test_all_other_symbols_are_hidden() -> None:
    assert link.version_script(["one", "two"]).split() == [
        "{",
        "global:",
        "one;",
        "two;",
        "local:",
        "*;",
        "};",
    ]
