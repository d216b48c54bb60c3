"""Families: variants of which all are wanted soon after one, such as the sizes of a ``srcset``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.address.policy import listed
from chalicelib.address.variant import is_preset_name
from chalicelib.errors import Malformed, Refusal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.address.policy import Policy
    from chalicelib.address.variant import Variant

_LEAST = 2
"""Members of the smallest family."""

MOST = 64
"""Members of the largest family: each first view of one has all others made."""


@dataclass(frozen=True, slots=True)
class Families:
    """The members of each family by the family's name, in canonical spelling."""

    members: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def relatives(self, variant: Variant) -> tuple[str, ...]:
        """Return the other members of the families that the variant is in."""
        spelling = str(variant)
        found = (other for members in self.members.values() if spelling in members for other in members)
        return tuple(dict.fromkeys(other for other in found if other != spelling))


def read(text: str) -> dict[str, list[str]]:
    """Return the members, as they are written, of ``card: 200x 400x 600x; hero: 1200x 2400x,format=webp``."""
    families: dict[str, list[str]] = {}
    for entry in listed(text, ";"):
        name, colon, members = entry.partition(":")
        if not colon or not is_preset_name(name.strip()):
            raise Malformed(
                f"{quoted(entry)} is no family. Write a name, a colon, and variants with spaces between, "
                "like card: 200x 400x 600x."
            )
        if name.strip() in families:
            raise Malformed(f"The family {name.strip()} is given twice. Give it once.")
        families[name.strip()] = members.split()
    return families


def spelled(families: Mapping[str, Sequence[str]], policy: Policy) -> Families:
    """Return the families with each member in canonical spelling. `faults` says whether they can be."""
    return Families(
        {name: [str(policy.read(member)) for member in members] for name, members in families.items()}
    )


def faults(families: Mapping[str, Sequence[str]], policy: Policy) -> Iterator[str]:
    """Yield what is wrong with each family: everybody must be allowed to ask for each of its members."""
    for name, members in families.items():
        if not _LEAST <= len(members) <= MOST:
            yield f"{name} has {len(members)} members. A family has from {_LEAST} to {MOST}."
        sources = set()
        for member in members:
            try:
                variant = policy.read(member)
                policy.admit(variant)
                sources.add(policy.source_of(variant))
            except Refusal as refusal:
                yield f"{name}: {quoted(member)}: {refusal}"
        if len(sources) > 1:
            yield f"{name} has presets of different sources. Its members must be of the same originals."
