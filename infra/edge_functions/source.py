"""The source of the CloudFront Functions beside this module, as it is deployed."""

from __future__ import annotations

from pathlib import Path

BEFORE_THE_APP = Path(__file__).with_name("before_the_app.js")


def shortened(source: Path) -> str:
    """Return the code in the file `source` without its comments and indentation: CloudFront counts them."""
    lines = (line.strip() for line in source.read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"
