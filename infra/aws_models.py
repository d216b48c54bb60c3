"""Writes the parts of botocore's data that the app reads: of S3 its few calls, and of all endpoints ours.

botocore has a model of every call of S3, and the endpoints of every service. The app would read both at each
cold start. Run ``python -m infra models`` after botocore is updated; a test says when that is needed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader

from chalicelib.aws.clients import COPYING, MODELS, SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

S3_CALLS = (
    "DeleteObject",
    "DeleteObjects",
    "GetObject",
    "HeadObject",
    "ListObjectsV2",
    "PutObject",
    # botocore's own: it asks for a bucket's region, and for a session with a directory bucket.
    "CreateSession",
    "HeadBucket",
)
"""The calls that the app makes, by botocore's names."""

COPYING_CALLS = (
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "UploadPartCopy",
    "CreateSession",
    "HeadBucket",
)
"""The calls that copy originals, which only the function `refresh` makes, and botocore's own."""

_S3 = "s3/2006-03-01/service-2"


def files() -> dict[Path, str]:
    """Return the text of each file, made from the botocore that is installed."""
    botocore = Loader()
    written = {
        MODELS / "endpoints": _endpoints(botocore.load_data("endpoints")),
        MODELS / _S3: _model(botocore.load_data(_S3), S3_CALLS),
        COPYING / _S3: _model(botocore.load_data(_S3), COPYING_CALLS),
    }
    return {path.with_suffix(".json"): _text(data) for path, data in written.items()}


def write() -> list[Path]:
    """Write the files, and return their paths."""
    made = files()
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(made)


def _text(data: object) -> str:
    return json.dumps(_undocumented(data), indent=1, ensure_ascii=False) + "\n"


def _undocumented(data: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return `data` with empty descriptions: nobody reads them in a function, but botocore looks for them."""
    if isinstance(data, list):
        return [_undocumented(each) for each in data]
    if not isinstance(data, dict):
        return data
    return {
        name: "" if name == "documentation" and isinstance(value, str) else _undocumented(value)
        for name, value in data.items()
    }


def _endpoints(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return botocore's endpoints without the services that the app does not call."""
    partitions = [
        {**each, "services": {name: told for name, told in each["services"].items() if name in SERVICES}}
        for each in data["partitions"]
    ]
    return {**data, "partitions": partitions}


def _model(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the model of S3 with the calls of these `names`, and with the shapes that they consist of."""
    calls = {name: data["operations"][name] for name in names}
    shapes: dict[str, Any] = {}
    open_names = list(_named(calls))
    while open_names:
        name = open_names.pop()
        if name not in shapes:
            shapes[name] = data["shapes"][name]
            open_names += _named(shapes[name])
    return {**data, "operations": calls, "shapes": dict(sorted(shapes.items()))}


def _named(data: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield the names of the shapes that `data` refers to."""
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if isinstance(data, dict) and isinstance(data.get("shape"), str):
        yield data["shape"]
    for value in values:
        yield from _named(value)
