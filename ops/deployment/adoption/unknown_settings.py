"""Finds what CloudFront says of a distribution and this boto3 does not know.

boto3 leaves out what is newer than itself, without a word. CloudFront takes a whole configuration and deletes
what is not in it, so a change would take such a setting away from its owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudfront import CloudFrontClient

_OFF = {"", "0", "false", "none"}
"""Values of settings that are not used: AWS answers a new setting for every distribution, used or not."""


def watch(cloudfront: CloudFrontClient) -> list[str]:
    """Return a list that gets the unknown settings of each distribution that the client reads from now on."""
    found: list[str] = []

    def look(operation_model: Any, response_dict: Any, **_: object) -> None:  # noqa: ANN401 - botocore's own
        answer = operation_model.output_shape.members["Distribution"]
        root = ET.fromstring(response_dict["body"])  # noqa: S314 - AWS's own answer
        if response_dict["status_code"] == 200:  # noqa: PLR2004 - else it is an error
            found.extend(dict.fromkeys(_unknown(root, answer)))

    looking: Any = look
    cloudfront.meta.events.register("before-parse.cloudfront.GetDistribution", looking)
    return found


def _unknown(element: ET.Element, shape: Any) -> Iterator[str]:  # noqa: ANN401 - a shape of botocore's
    """Yield the names of the elements that are no members of the shape and say something."""
    if shape.type_name == "list":
        for child in element:
            yield from _unknown(child, shape.member)
    if shape.type_name != "structure":
        return
    members = {each.serialization.get("name", name): each for name, each in shape.members.items()}
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in members:
            yield from _unknown(child, members[name])
        elif any((text or "").strip().lower() not in _OFF for text in child.itertext()):
            yield name
