"""Moderation: which content of an original has its variants blurred or refused.

    moderation := "rekognition:" rule ("," rule)*
    rule       := label "=" ("blur" | "refuse") ("@" percent)?

A label is one of Amazon Rekognition's, of any of the three levels of its taxonomy. A rule for a parent is one
for all of its children.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.address.policy import listed
from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.errors import Malformed, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "rekognition"

LEAST_CONFIDENCE = 25
"""In percent. Rekognition's answers are kept down to it: so another setting needs no new answer."""

USUAL_CONFIDENCE = 50
"""In percent; Rekognition's own default (API reference, DetectModerationLabels)."""

_TREE: dict[str, dict[str, tuple[str, ...]]] = {
    "Explicit": {
        "Explicit Nudity": (
            "Exposed Male Genitalia",
            "Exposed Female Genitalia",
            "Exposed Buttocks or Anus",
            "Exposed Female Nipple",
        ),
        "Explicit Sexual Activity": (),
        "Sex Toys": (),
    },
    "Non-Explicit Nudity of Intimate parts and Kissing": {
        "Non-Explicit Nudity": (
            "Bare Back",
            "Exposed Male Nipple",
            "Partially Exposed Buttocks",
            "Partially Exposed Female Breast",
            "Implied Nudity",
        ),
        "Obstructed Intimate Parts": ("Obstructed Female Nipple", "Obstructed Male Genitalia"),
        "Kissing on the Lips": (),
    },
    "Swimwear or Underwear": {"Female Swimwear or Underwear": (), "Male Swimwear or Underwear": ()},
    "Violence": {
        "Weapons": (),
        "Graphic Violence": (
            "Weapon Violence",
            "Physical Violence",
            "Self-Harm",
            "Blood & Gore",
            "Explosions and Blasts",
        ),
    },
    "Visually Disturbing": {
        "Death and Emaciation": ("Emaciated Bodies", "Corpses"),
        "Crashes": ("Air Crash",),
    },
    "Drugs & Tobacco": {"Products": ("Pills",), "Drugs & Tobacco Paraphernalia & Use": ("Smoking",)},
    "Alcohol": {"Alcohol Use": ("Drinking",), "Alcoholic Beverages": ()},
    "Rude Gestures": {"Middle Finger": ()},
    "Gambling": {},
    "Hate Symbols": {"Nazi Party": (), "White Supremacy": (), "Extremist": ()},
}
"""The labels of version 7 (developer guide, "Using the image and video moderation APIs")."""

PARENTS: Mapping[str, str] = {
    **dict.fromkeys(_TREE, ""),
    **{second: first for first, seconds in _TREE.items() for second in seconds},
    **{third: second for seconds in _TREE.values() for second, thirds in seconds.items() for third in thirds},
}
"""Every label, and the one above it; empty for those at the top."""

_FORM = "Explicit Nudity=blur, or with the least confidence in percent, Violence=refuse@80"
_RULE = re.compile(r"(?P<label>[^=]+)=\s*(?P<action>[^@]*?)\s*(?:@\s*(?P<least>.*))?")
_PERCENT = re.compile("[1-9][0-9]?|100")


class Action(StrEnum):
    """What becomes of an original's variants."""

    BLUR = "blur"
    REFUSE = "refuse"

    @property
    def refuses(self) -> bool:
        """Whether there are no variants at all."""
        return self is Action.REFUSE


class Rule(NamedTuple):
    """The `action` for what is labelled with at least so much confidence, in percent."""

    action: Action
    least: int = USUAL_CONFIDENCE


@dataclass(frozen=True, slots=True)
class Moderation:
    """The rules by label."""

    rules: Mapping[str, Rule]

    def verdict(self, found: Mapping[str, float]) -> Action | None:
        """Return the strictest action for the labels, with their confidence in percent; None for no action.

        What is `found` names the parents of each label as well.
        """
        actions = {rule.action for label, rule in self.rules.items() if found.get(label, 0.0) >= rule.least}
        return Action.REFUSE if Action.REFUSE in actions else next(iter(actions), None)


def read(text: str) -> Moderation:
    """Return the rules of ``rekognition:Explicit Nudity=blur,Violence=refuse@80``."""
    service, colon, rules = text.partition(":")
    if service.strip() != SERVICE or not colon:
        meant = nearest(service.strip(), [SERVICE]) if colon else None
        raise Malformed(
            f"{SERVICE}: is needed in front of the rules, or nothing at all."
            f"{did_you_mean(f'{meant}:' if meant else None)}"
        )
    return Moderation(_rules(rules))


def _rules(text: str) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for entry in listed(text):
        match = _RULE.fullmatch(entry)
        if not match:
            raise Malformed(f"{quoted(entry)} is not a rule. A rule is written like {_FORM}.")
        label = _label(match["label"].strip())
        if label in rules:
            raise Malformed(f"The label {label} is given twice. Give it once.")
        rules[label] = Rule(_action(match["action"]), _least(match["least"]))
    if not rules:
        raise Malformed(f"A rule is missing behind {SERVICE}:. A rule is written like {_FORM}.")
    return rules


def _label(text: str) -> str:
    if text not in PARENTS:
        top = ", ".join(label for label, parent in PARENTS.items() if not parent)
        meant = nearest(text, PARENTS)
        known = "" if meant else f" Those at the top are {top}."
        raise Malformed(f"Rekognition has no label {quoted(text)}.{did_you_mean(meant)}{known}")
    return text


def _action(text: str) -> Action:
    if text not in set(Action):
        suggestion = did_you_mean(nearest(text, Action))
        raise Malformed(f"{quoted(text)} is no action. The actions are blur and refuse.{suggestion}")
    return Action(text)


def _least(text: str | None) -> int:
    if text is None:
        return USUAL_CONFIDENCE
    if not _PERCENT.fullmatch(text) or int(text) < LEAST_CONFIDENCE:
        raise Malformed(
            f"The least confidence is from {LEAST_CONFIDENCE} to 100 percent, in digits only; "
            f"{quoted(text)} is not."
        )
    return int(text)
