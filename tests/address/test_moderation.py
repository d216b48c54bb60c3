"""The rules of MODERATION: how they are written, and which of them decides."""

from __future__ import annotations

import pytest

from chalicelib.address.moderation import PARENTS, Action, Moderation, Rule, read
from chalicelib.errors import Malformed

BLUR, REFUSE = Action.BLUR, Action.REFUSE


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("rekognition:Violence=refuse", {"Violence": Rule(REFUSE, 50)}),
        ("rekognition: Explicit Nudity = blur @ 80 ", {"Explicit Nudity": Rule(BLUR, 80)}),
        (
            "rekognition:Explicit Nudity=blur,Blood & Gore=refuse@25,",
            {"Explicit Nudity": Rule(BLUR, 50), "Blood & Gore": Rule(REFUSE, 25)},
        ),
        ("rekognition:Self-Harm=refuse@100", {"Self-Harm": Rule(REFUSE, 100)}),
    ],
)
def test_rules_are_read(text: str, rules: dict[str, Rule]) -> None:
    assert read(text) == Moderation(rules)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Violence=refuse", "rekognition: is needed in front of the rules, or nothing at all."),
        ("recognition:Violence=refuse", "or nothing at all. Did you mean 'rekognition:'?"),
        ("rekognition:", "A rule is missing behind rekognition:."),
        ("rekognition:Violence", "'Violence' is not a rule."),
        ("rekognition:violence=refuse", "Rekognition has no label 'violence'. Did you mean 'Violence'?"),
        ("rekognition:Explicit Nudty=blur", "Did you mean 'Explicit Nudity'?"),
        ("rekognition:Zebra=blur", "Those at the top are Explicit, Non-Explicit Nudity"),
        ("rekognition:Violence=hide", "'hide' is no action. The actions are blur and refuse."),
        ("rekognition:Violence=refuse,Violence=blur", "The label Violence is given twice."),
        ("rekognition:Violence=refuse@24", "from 25 to 100 percent, in digits only; '24' is not."),
        ("rekognition:Violence=refuse@101", "'101' is not."),
        ("rekognition:Violence=refuse@80%", "'80%' is not."),
        ("rekognition:Violence=refuse@", "'' is not."),
    ],
)
def test_what_is_no_rule_is_refused_with_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(Malformed) as refused:
        read(text)
    assert message in str(refused.value)


RULES = read("rekognition:Violence=blur@80,Weapons=refuse,Explicit=refuse@90")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ({}, None),
        ({"Alcohol": 99.9}, None),
        ({"Violence": 79.9}, None),
        ({"Violence": 80.0}, BLUR),
        ({"Violence": 99.0, "Weapons": 49.9}, BLUR),
        ({"Violence": 99.0, "Weapons": 50.0}, REFUSE),
        ({"Explicit": 89.0, "Violence": 85.0}, BLUR),
        ({"Explicit": 90.0, "Violence": 85.0}, REFUSE),
    ],
)
def test_the_strictest_rule_that_is_met_decides(found: dict[str, float], verdict: Action | None) -> None:
    assert RULES.verdict(found) == verdict


def test_the_labels_are_a_tree_of_three_levels() -> None:
    level = {"": 0}
    for label in PARENTS:
        path = [label]
        while path[-1]:
            path.append(PARENTS[path[-1]])
        level[label] = len(path) - 1
    assert [list(level.values()).count(each) for each in (1, 2, 3)] == [10, 20, 22]
    assert not any("," in label or "=" in label or ";" in label for label in PARENTS)
