"""Our routing rules among other rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra import routing
from ops.terminal.failures import Refused
from ops.website import merging

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import RoutingRuleTypeDef

HOST = "img.example.com"


def ours(key_prefix: str = "", stage: str = "") -> tuple[routing.Rule, ...]:
    return routing.aim(routing.read(), HOST, key_prefix=key_prefix, stage=stage)


def theirs(target: str, *, error: str = "", prefix: str = "") -> RoutingRuleTypeDef:
    """Return another owner's rule. Its `target` identifies it."""
    condition = {"HttpErrorCodeReturnedEquals": error, "KeyPrefixEquals": prefix}
    told: Any = {name: value for name, value in condition.items() if value}
    rule: RoutingRuleTypeDef = {"Redirect": {"HostName": "other.example", "ReplaceKeyWith": target}}
    return {**rule, "Condition": told} if told else rule


def outline(rules: tuple[RoutingRuleTypeDef, ...]) -> list[str]:
    """Return the order of the rules: ours by their error, others by their target."""
    return [
        rule["Redirect"].get("ReplaceKeyWith") or rule["Condition"]["HttpErrorCodeReturnedEquals"]
        for rule in rules
    ]


@pytest.mark.parametrize(
    ("present", "prefix", "order"),
    [
        pytest.param([], "", ["404", "403"], id="alone"),
        pytest.param(
            [theirs("moved", prefix="old/")], "", ["moved", "404", "403"], id="behind a redirect of theirs"
        ),
        pytest.param(
            [theirs("docs", error="404", prefix="docs/")],
            "",
            ["docs", "404", "403"],
            id="after a rule for fewer misses",
        ),
        pytest.param(
            [theirs("sorry", error="404")], "", ["404", "403", "sorry"], id="before a rule for all misses"
        ),
        pytest.param(
            [theirs("sorry", error="403")], "", ["404", "403", "sorry"], id="before a rule for all refusals"
        ),
        pytest.param(
            [theirs("sorry", error="404")],
            "img/",
            ["404", "403", "sorry"],
            id="before a rule for all misses, with a key prefix",
        ),
        pytest.param(
            [theirs("a", prefix="a/"), theirs("sorry", error="404"), theirs("b", prefix="b/")],
            "",
            ["a", "404", "403", "sorry", "b"],
            id="in the midst of others, whose order stays",
        ),
        pytest.param(
            [theirs("broken", error="500")], "", ["broken", "404", "403"], id="behind another error's rule"
        ),
        pytest.param(
            [theirs("elsewhere", error="404", prefix="docs/")],
            "img/",
            ["elsewhere", "404", "403"],
            id="after a rule for other keys",
        ),
    ],
)
def test_our_rules_go_to_a_place_where_they_work_and_take_as_little_as_possible(
    present: list[RoutingRuleTypeDef], prefix: str, order: list[str]
) -> None:
    assert outline(merging.merge(present, ours(prefix)).rules) == order


@pytest.mark.parametrize(
    ("present", "prefix", "note"),
    [
        pytest.param(
            theirs("sorry", error="404"),
            "",
            "The rule that answers 404 with other.example/sorry now comes after ours, because it would take "
            "our misses. S3 no longer uses it.",
            id="one that S3 no longer uses",
        ),
        pytest.param(
            theirs("sorry", error="404"),
            "img/",
            "The rule that answers 404 with other.example/sorry now comes after ours, because it would take "
            "our misses. S3 no longer uses it for keys below img/.",
            id="one that S3 uses for fewer keys",
        ),
        pytest.param(
            theirs("docs", error="404", prefix="docs/"),
            "",
            "The rule that answers 404 below docs/ with other.example/docs comes before ours: it does not "
            "send its misses to the app.",
            id="one that takes a part of our misses",
        ),
    ],
)
def test_notes_name_the_rules_that_affect_each_other(
    present: RoutingRuleTypeDef, prefix: str, note: str
) -> None:
    assert merging.merge([present], ours(prefix)).notes == (note,)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param(ours(), ours(), id="the same"),
        pytest.param(routing.aim(routing.read(), "old.example.com"), ours(), id="ours with another host"),
        pytest.param(ours(stage="api"), ours(), id="ours with a stage"),
        pytest.param(ours("img/"), ours("img/"), id="ours with a key prefix"),
    ],
)
def test_our_rules_are_replaced_and_never_duplicated(
    first: tuple[routing.Rule, ...], then: tuple[routing.Rule, ...]
) -> None:
    others = [theirs("a", prefix="a/"), theirs("sorry", error="404")]
    once = merging.merge(others, first).rules
    assert merging.merge(once, then).rules == merging.merge(others, then).rules


def test_our_rules_for_other_keys_stay() -> None:
    both = merging.merge(merging.merge([], ours("a/")).rules, ours("b/")).rules
    assert both == (*routing.as_boto3(ours("a/")), *routing.as_boto3(ours("b/")))
    assert merging.without(both, "a/") == tuple(routing.as_boto3(ours("b/")))


@pytest.mark.parametrize(
    ("present", "prefix"),
    [
        pytest.param(theirs("all"), "", id="every request"),
        pytest.param(theirs("all"), "img/", id="every request, and ours have a key prefix"),
        pytest.param(theirs("pictures", prefix="img/"), "img/", id="all of our keys"),
        pytest.param(theirs("pictures", prefix="i"), "img/", id="all keys that begin like ours"),
    ],
)
def test_a_rule_that_takes_all_requests_of_ours_is_refused(present: RoutingRuleTypeDef, prefix: str) -> None:
    with pytest.raises(Refused, match="our rules would never apply"):
        merging.merge([present], ours(prefix))


@pytest.mark.parametrize(("others", "fits"), [(48, True), (49, False)])
def test_no_more_rules_than_s3_allows(others: int, fits: bool) -> None:  # noqa: FBT001 - a table's column
    present = [theirs(f"{number}", prefix=f"{number}/") for number in range(others)]
    if fits:
        assert len(merging.merge(present, ours()).rules) == merging.MAX_RULES
    else:
        with pytest.raises(Refused, match="would have 51 rules; S3 allows 50"):
            merging.merge(present, ours())
