"""Adds our routing rules to a bucket's own rules, at a place where ours work.

S3 applies the first matching rule. A rule without an error code redirects before S3 looks for the object, so
it goes before every rule with an error code, at any place in the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra import routing
from ops.terminal.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_s3.type_defs import RoutingRuleTypeDef

MAX_RULES = 50
"""S3's limit for one bucket."""

_OURS = re.compile(r"(?:[^/]+/)?resize/")


@dataclass(frozen=True, slots=True)
class Merged:
    """All rules in their order, and notes about rules that affect each other."""

    rules: tuple[RoutingRuleTypeDef, ...]
    notes: tuple[str, ...]


def merge(theirs: Sequence[RoutingRuleTypeDef], ours: Sequence[routing.Rule]) -> Merged:
    """Return `ours` after `theirs`, or before the first of their rules that would take all requests of ours.

    Our existing rules for the same keys are replaced. `Refused` says why ours cannot work.
    """
    prefix = str(ours[0].key_prefix)
    others = without(theirs, prefix)
    _require_room(len(others) + len(ours))
    _require_errors(others, prefix)
    shadowing = (place for place, rule in enumerate(others) if any(_shadows(rule, our) for our in ours))
    place = next(shadowing, len(others))
    before, after = others[:place], others[place:]
    errors = {our.error for our in ours}
    notes = (
        *(_goes_first(rule) for rule in before if _prefix(rule) and _prefix(rule).startswith(prefix)),
        *(_loses(rule, prefix) for rule in after if _error(rule) in errors and _overlap(rule, prefix)),
    )
    return Merged((*before, *routing.as_boto3(tuple(ours)), *after), notes)


def without(rules: Sequence[RoutingRuleTypeDef], prefix: str) -> tuple[RoutingRuleTypeDef, ...]:
    """Return `rules` without our rules for keys below `prefix`."""
    return tuple(rule for rule in rules if not (_is_ours(rule) and _prefix(rule) == prefix))


def _require_room(number: int) -> None:
    if number > MAX_RULES:
        raise Refused(f"With ours the bucket would have {number} rules; S3 allows {MAX_RULES}. Remove some.")


def _require_errors(rules: Sequence[RoutingRuleTypeDef], prefix: str) -> None:
    for rule in rules:
        if not _error(rule) and prefix.startswith(_prefix(rule)):
            raise Refused(
                f"The bucket has a rule that {_words(rule)}, even if the object exists: our rules would "
                "never apply. Remove that rule, or use another prefix for the pictures: --key-prefix img/"
            )


def _is_ours(rule: RoutingRuleTypeDef) -> bool:
    target = rule["Redirect"].get("ReplaceKeyPrefixWith", "")
    return _error(rule) in {"403", "404"} and bool(_OURS.fullmatch(target))


def _shadows(theirs: RoutingRuleTypeDef, ours: routing.Rule) -> bool:
    """Say whether `theirs`, placed before `ours`, takes every request that `ours` is for."""
    return _error(theirs) == ours.error and str(ours.key_prefix).startswith(_prefix(theirs))


def _overlap(rule: RoutingRuleTypeDef, prefix: str) -> bool:
    return _prefix(rule).startswith(prefix) or prefix.startswith(_prefix(rule))


def _goes_first(rule: RoutingRuleTypeDef) -> str:
    return f"The rule that {_words(rule)} comes before ours: it does not send its misses to the app."


def _loses(rule: RoutingRuleTypeDef, prefix: str) -> str:
    keys = "" if _prefix(rule).startswith(prefix) else f" for keys below {prefix}"
    return (
        f"The rule that {_words(rule)} now comes after ours, because it would take our misses. "
        f"S3 no longer uses it{keys}."
    )


def _error(rule: RoutingRuleTypeDef) -> str:
    return rule.get("Condition", {}).get("HttpErrorCodeReturnedEquals", "")


def _prefix(rule: RoutingRuleTypeDef) -> str:
    return rule.get("Condition", {}).get("KeyPrefixEquals", "")


def _words(rule: RoutingRuleTypeDef) -> str:
    """Return what `rule` does, as the continuation of "the rule that"."""
    redirect = rule["Redirect"]
    what = f"answers {_error(rule)}" if _error(rule) else "redirects every request"
    where = f" below {_prefix(rule)}" if _prefix(rule) else ""
    target = redirect.get("ReplaceKeyWith", redirect.get("ReplaceKeyPrefixWith", ""))
    return f"{what}{where} with {redirect.get('HostName', '')}/{target}"
