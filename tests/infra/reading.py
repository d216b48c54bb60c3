"""Reads a packaged template: its resources, and the permissions of its roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def properties(document: Any, name: str) -> Any:
    return document["Resources"][name]["Properties"]


def of_kind(document: Any, kind: str) -> dict[str, Any]:
    """The properties of every resource of this type, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in document["Resources"].items()
        if resource["Type"] == kind
    }


def statements(policies: Any) -> Iterator[Any]:
    """Every statement of a list of policies, including those under a condition."""
    for policy in policies:
        for statement in policy.get("Fn::If", [None, policy])[1]["PolicyDocument"]["Statement"]:
            yield from alternatives(statement)


def alternatives(value: Any) -> list[Any]:
    """The value under each condition of the template; a list for what depends on none."""
    if isinstance(value, dict) and "Fn::If" in value:
        return [each for branch in value["Fn::If"][1:] for each in alternatives(branch)]
    if isinstance(value, list):
        return [each for entry in value for each in alternatives(entry)]
    return [value]


def listed(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def of_role(document: Any, role: str) -> set[tuple[str, str]]:
    """Every action that the role allows, with its resource as in the template."""
    return {
        (action, told(resource))
        for each in statements(properties(document, role)["Policies"])
        for action in listed(each["Action"])
        for resource in alternatives(each["Resource"])
    }


def told(resource: Any) -> str:
    """The text of a resource in stack.yaml."""
    if isinstance(resource, str):
        return resource
    if "Fn::GetAtt" in resource:
        return ".".join(resource["Fn::GetAtt"])
    if "Fn::Split" in resource:
        return told(resource["Fn::Split"][1])
    if "Ref" in resource:
        return str(resource["Ref"])
    text = listed(resource["Fn::Sub"])[0]
    return str(text).replace("arn:${AWS::Partition}:", "")
