"""What CloudFront looks at in a distribution, and MiniStack does not.

An origin, an origin group and a path pattern is there once, and what refers to something refers to what is
there (API reference, "CreateDistribution" and "UpdateDistribution", errors). What a distribution uses cannot
be deleted, and CloudFormation says so (API reference, "DeleteCachePolicy", `CachePolicyInUse`, and others).
CloudFormation's origins have ports, which its users may leave out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import cloudfront
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    Answer = tuple[int, dict[str, str], bytes]
    Change = Callable[..., Answer]
    Delete = Callable[[str, Any], None]

_PORTS = {"HTTPPort": 80, "HTTPSPort": 443}
_USED = ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy", "OriginAccessControl", "Function")
"""The types of resources that a distribution uses."""

_STORES = {
    "CachePolicyId": ("NoSuchCachePolicy", "_cache_policies", "_MANAGED_CACHE_POLICIES"),
    "OriginRequestPolicyId": (
        "NoSuchOriginRequestPolicy",
        "_origin_request_policies",
        "_MANAGED_ORIGIN_REQUEST_POLICIES",
    ),
    "ResponseHeadersPolicyId": (
        "NoSuchResponseHeadersPolicy",
        "_response_headers_policies",
        "_MANAGED_RESPONSE_HEADERS_POLICIES",
    ),
    "OriginAccessControlId": ("NoSuchOriginAccessControl", "_oacs"),
}
"""What a distribution refers to by an id: the error if it is not there, and where MiniStack keeps it."""


def refusing(change: Change) -> Change:
    """Return MiniStack's own `change` of a distribution, with a look at the configuration before it.

    The configuration is the last argument of it.
    """

    def checked(*told: Any) -> Answer:  # noqa: ANN401 - MiniStack's own arguments
        root = cloudfront._parse_body(told[-1])  # noqa: SLF001 - MiniStack has no hooks
        for code, message in _faults(cloudfront._strip_namespace(root)):  # noqa: SLF001 - likewise
            answer: Answer = cloudfront._error(code, message, 400)  # noqa: SLF001 - likewise
            return answer
        return change(*told)

    return checked


def _faults(config: Element) -> Iterator[tuple[str, str]]:
    """Yield the code and the message of each fault."""
    yield from _faults_of_names(config)
    for name, (code, *stores) in _STORES.items():
        for each in _texts(config, f".//{name}"):
            if not any(each in getattr(cloudfront, store) for store in stores):
                yield code, f"There is no {each}."
    for arn in _texts(config, ".//FunctionARN"):
        if arn.rpartition("/")[2] not in cloudfront._functions:  # noqa: SLF001 - likewise
            yield "InvalidFunctionAssociation", f"There is no function {arn}."


def _faults_of_names(config: Element) -> Iterator[tuple[str, str]]:
    """Yield the faults of what is named in the configuration itself."""
    origins = _texts(config, "Origins/Items/Origin/Id")
    targets = [*origins, *_texts(config, "OriginGroups/Items/OriginGroup/Id")]
    patterns = [f"/{each.removeprefix('/')}" for each in _texts(config, ".//CacheBehavior/PathPattern")]
    for names in (targets, patterns):
        for name in sorted({each for each in names if names.count(each) > 1}):
            yield "InvalidArgument", f"{name} is there twice."
    for target in _texts(config, ".//TargetOriginId"):
        if target not in targets:
            yield "NoSuchOrigin", f"There is no origin and no origin group {target}."
    for member in _texts(config, ".//OriginGroupMember/OriginId"):
        if member not in origins:
            yield "NoSuchOrigin", f"There is no origin {member}."


def _texts(config: Element, path: str) -> list[str]:
    return [each.text for each in config.iterfind(path) if each.text]


def keeping(delete: Delete) -> Delete:
    """Return CloudFormation's `delete` of what a distribution may use, which refuses while one does."""

    def delete_if_unused(physical_id: str, properties: Any) -> None:  # noqa: ANN401 - any resource's
        for distribution in cloudfront._distributions.values():  # noqa: SLF001 - likewise
            used = (each.text or "" for each in cloudfront._dist_config_el(distribution).iter())  # noqa: SLF001 - likewise
            if any(text == physical_id or text.endswith(f":function/{physical_id}") for text in used):
                raise ValueError(f"{physical_id} is in use by the distribution {distribution['Id']}.")
        delete(physical_id, properties)

    return delete_if_unused


def with_ports(render: Callable[[Any, str], Element]) -> Callable[[Any, str], Element]:
    """Return MiniStack's own `render` of a template's distribution, with the ports of its origins."""

    def render_all(properties: Any, reference: str) -> Element:  # noqa: ANN401 - a resource's properties
        for origin in properties["DistributionConfig"].get("Origins", []):
            if "CustomOriginConfig" in origin:
                origin["CustomOriginConfig"] = {**_PORTS, **origin["CustomOriginConfig"]}
        return render(properties, reference)

    return render_all


def install() -> None:
    """Make MiniStack as strict in this process."""
    cloudfront._create_distribution = refusing(cloudfront._create_distribution)  # noqa: SLF001 - likewise
    cloudfront._update_distribution = refusing(cloudfront._update_distribution)  # noqa: SLF001 - likewise
    provisioners._cf_distribution_config = with_ports(provisioners._cf_distribution_config)  # noqa: SLF001 - likewise
    for kind in _USED:
        handlers: dict[str, Any] = provisioners._RESOURCE_HANDLERS[f"AWS::CloudFront::{kind}"]  # noqa: SLF001 - likewise
        handlers["delete"] = keeping(handlers["delete"])
