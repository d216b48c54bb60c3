"""The routing rules of ``routing_rules.xml`` for a given host, in the formats of S3, boto3, CloudFormation.

The file is the single source: S3's own XML with a placeholder for the host. `read` parses it, `aim` fills in
the host that misses are redirected to. The other functions render the rules: as XML (S3's REST API), as a
list of dicts (boto3 and, as JSON, the S3 console), and under CloudFormation's names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree as ET

from chalicelib.address.suggestions import did_you_mean

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import RoutingRuleTypeDef, WebsiteConfigurationTypeDef

SOURCE = Path(__file__).parents[1] / "routing_rules.xml"

Text = str | Mapping[str, Any]
"""Text, or a CloudFormation intrinsic function that becomes text when the stack is made."""

Protocol = Literal["http", "https"]

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+{_LABEL}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One routing rule: the error that it replaces, and the target of its redirect."""

    error: str
    host: Text
    protocol: Protocol
    path: str
    code: str
    key_prefix: Text = ""

    @property
    def condition(self) -> dict[str, Text]:
        """The rule's condition, with the names that XML, boto3 and CloudFormation share."""
        error: dict[str, Text] = {"HttpErrorCodeReturnedEquals": self.error}
        return {"KeyPrefixEquals": self.key_prefix, **error} if self.key_prefix else error

    @property
    def redirect(self) -> dict[str, Text]:
        """The rule's target, with the names that XML, boto3 and CloudFormation share."""
        return {
            "Protocol": self.protocol,
            "HostName": self.host,
            "ReplaceKeyPrefixWith": self.path,
            "HttpRedirectCode": self.code,
        }


def host_name(text: str) -> str:
    """Return `text` if it is a host's name with a dot, and raise `ValueError` otherwise (RFC 1123, 2.1)."""
    if not _HOST.fullmatch(text):
        meant = re.sub("^[a-z]+://", "", text.strip(), flags=re.IGNORECASE)
        meant = re.split("[/:?#]", meant, maxsplit=1)[0]
        raise ValueError(
            "a host's name alone is needed, such as img.example.com."
            f"{did_you_mean(meant if _HOST.fullmatch(meant) else None)}"
        )
    return text


def read(source: Path = SOURCE) -> tuple[Rule, ...]:
    """Return the rules of `source` in its order. S3 tries them in this order."""
    return tuple(_rule(element) for element in ET.parse(source).getroot())  # noqa: S314 - our own file


def _rule(element: ET.Element) -> Rule:
    text = {leaf.tag: leaf.text or "" for leaf in element.iter() if not len(leaf)}
    return Rule(
        error=text["HttpErrorCodeReturnedEquals"],
        host=text["HostName"],
        protocol="http" if text["Protocol"] == "http" else "https",
        path=text["ReplaceKeyPrefixWith"],
        code=text["HttpRedirectCode"],
        key_prefix=text.get("KeyPrefixEquals", ""),
    )


def aim(
    rules: tuple[Rule, ...],
    host: Text,
    *,
    protocol: Protocol = "https",
    key_prefix: Text = "",
    stage: str = "",
) -> tuple[Rule, ...]:
    """Return `rules` that redirect misses to `host`.

    `key_prefix` is the app's ``KEY_PREFIX``: the rules apply only to keys below it, and the redirect drops
    it. `stage` is the API's stage, for misses that go directly to API Gateway and not to a distribution.
    """
    below = f"{stage}/" if stage else ""
    return tuple(
        replace(rule, host=host, protocol=protocol, key_prefix=key_prefix, path=below + rule.path)
        for rule in rules
    )


def as_xml(rules: tuple[Rule, ...]) -> str:
    """Return the rules as S3's XML."""
    root = ET.Element("RoutingRules")
    for rule in rules:
        element = ET.SubElement(root, "RoutingRule")
        _append(ET.SubElement(element, "Condition"), rule.condition)
        _append(ET.SubElement(element, "Redirect"), rule.redirect)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _append(parent: ET.Element, members: Mapping[str, Text]) -> None:
    for name, value in members.items():
        ET.SubElement(parent, name).text = str(value)


def as_boto3(rules: tuple[Rule, ...]) -> list[RoutingRuleTypeDef]:
    """Return the rules in boto3's format. As JSON this is the format of the S3 console."""
    return [{"Condition": rule.condition, "Redirect": rule.redirect} for rule in rules]  # type: ignore[typeddict-item]  # the names are S3's own


def website(rules: tuple[Rule, ...]) -> WebsiteConfigurationTypeDef:
    """Return the argument of boto3's ``put_bucket_website`` with `rules` in it."""
    return {"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": as_boto3(rules)}


def as_cloudformation(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Return the rules as a bucket's ``WebsiteConfiguration.RoutingRules``."""
    return [{"RoutingRuleCondition": rule.condition, "RedirectRule": rule.redirect} for rule in rules]
