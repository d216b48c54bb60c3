"""The libraries: what of the codecs is visible is what the app calls."""

from __future__ import annotations

import re

import pytest

from infra.magick import link
from infra.magick.build import PROJECT

CALLED = re.compile(r'_declare\("(\w+)"|\bfound\.(WebP\w+)\b')


@pytest.mark.parametrize("module", ["colour.py", "libwebp.py"])
def test_what_the_app_calls_of_a_codec_is_lent(module: str) -> None:
    source = (PROJECT / "chalicelib" / "codecs" / module).read_text()
    called = {name for match in CALLED.finditer(source) for name in match.groups() if name}
    assert called
    assert called <= set(link.LENT)


def test_what_is_not_named_is_hidden() -> None:
    assert link.version_script(["one", "two"]).split() == [
        "{",
        "global:",
        "one;",
        "two;",
        "local:",
        "*;",
        "};",
    ]
