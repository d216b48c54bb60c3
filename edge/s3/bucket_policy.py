"""Decides what a bucket policy allows an anonymous client, or a service of AWS, to do. Pure.

`parse` refuses a statement that this module cannot evaluate (``NotAction``, an unknown condition operator).
It does not guess.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge.shared.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_KNOWN = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, value: wanted == value,
    "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
}


class UnreadablePolicyError(ValueError):
    """A policy with a statement that this module cannot evaluate."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one fact of the request.

    At least one value in `wanted` must pass the test. With `negated`, no value may pass it.
    """

    test: str
    fact: str
    wanted: tuple[str, ...]
    negated: bool = False
    if_exists: bool = False

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Say whether `facts` meet the condition.

        Their names are in lower case; a missing fact equals nothing.
        """
        value = facts.get(self.fact)
        if value is None:
            return self.negated or self.if_exists
        return any(_TESTS[self.test](wanted, value) for wanted in self.wanted) is not self.negated


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: for everyone, or if there are `services`, for these services of AWS alone."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    services: tuple[str, ...] = ()

    def applies(self, action: str, resource: str, facts: Mapping[str, str], service: str) -> bool:
        """Say whether the statement applies to this request."""
        return (
            (not self.services or service in self.services)
            and any(matches(pattern, action, ignore_case=True) for pattern in self.actions)
            and any(matches(pattern, resource) for pattern in self.resources)
            and all(condition.holds(facts) for condition in self.conditions)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of a bucket policy whose principal is everyone, or a service of AWS.

    Without statements nothing is allowed.
    """

    statements: tuple[Statement, ...] = ()

    def allows(self, action: str, resource: str, facts: Mapping[str, str], service: str = "") -> bool:
        """Say whether anyone may do `action` (``s3:GetObject``) on `resource` (an ARN).

        With a `service`, such as ``cloudfront.amazonaws.com``, say whether that may. One Deny is decisive.
        """
        known = {"aws:principaltype": "Service" if service else "Anonymous", **facts}
        effects = {
            statement.allows
            for statement in self.statements
            if statement.applies(action, resource, known, service)
        }
        return effects == {True}

    @property
    def of_services(self) -> Policy:
        """What is left of it where Block Public Access restricts a public bucket.

        Services of AWS keep their access, and what is denied stays denied ("Blocking public access to your
        Amazon S3 storage" in the S3 User Guide, RestrictPublicBuckets).
        """
        return Policy(tuple(each for each in self.statements if each.services or not each.allows))


NOTHING_ALLOWED = Policy()


def parse(text: str) -> Policy:
    """Return the policy in the JSON document `text`, or raise `UnreadablePolicyError`."""
    statements = _listed(json.loads(text).get("Statement", []))
    return Policy(
        tuple(_statement(stated) for stated in statements if _is_for_everyone(stated) or _services(stated))
    )


def _is_for_everyone(stated: dict[str, Any]) -> bool:
    principal = stated.get("Principal")
    return principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS", [])))


def _services(stated: dict[str, Any]) -> tuple[str, ...]:
    principal = stated.get("Principal")
    return tuple(_listed(principal.get("Service", []))) if isinstance(principal, dict) else ()


def _statement(stated: dict[str, Any]) -> Statement:
    if unknown := set(stated) - _KNOWN:
        raise UnreadablePolicyError(
            f"The edge cannot evaluate {', '.join(sorted(unknown))} in a bucket policy."
        )
    return Statement(
        allows=stated["Effect"] == "Allow",
        actions=tuple(_listed(stated["Action"])),
        resources=tuple(_listed(stated["Resource"])),
        conditions=tuple(
            _condition(operator, fact, wanted)
            for operator, tests in stated.get("Condition", {}).items()
            for fact, wanted in tests.items()
        ),
        services=() if _is_for_everyone(stated) else _services(stated),
    )


def _condition(operator: str, fact: str, wanted: object) -> Condition:
    plain = operator.removesuffix("IfExists")
    test = plain.replace("StringNot", "String")
    if test not in _TESTS:
        raise UnreadablePolicyError(f"The edge cannot evaluate the condition {operator} in a bucket policy.")
    return Condition(
        test,
        fact.lower(),
        tuple(map(_text, _listed(wanted))),
        negated=test != plain,
        if_exists=operator != plain,
    )


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a policy has one value or a list of values
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
