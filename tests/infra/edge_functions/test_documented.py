"""The function of docs/their-buckets.md for the paths of a single-page app."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge.cloudfront.functions import language
from edge.cloudfront.functions.published import Function
from edge.cloudfront.functions.runtime import run

DOCUMENT = Path(__file__).parents[3] / "docs" / "their-buckets.md"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/", "/index.html"),
        ("/shoes/42", "/index.html"),
        ("/shoes/42/", "/index.html"),
        ("/v1.2/shoes", "/index.html"),
        ("/app.js", "/app.js"),
        ("/assets/logo.svg", "/assets/logo.svg"),
    ],
)
def test_paths_without_a_file_get_the_page_and_files_themselves(path: str, asked: str) -> None:
    (code,) = re.findall(r"```js\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    language.check(code)
    event = {"request": {"method": "GET", "uri": path, "headers": {}}}
    assert run(Function("documented", code), event)["uri"] == asked
