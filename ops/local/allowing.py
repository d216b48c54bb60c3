"""What a local site allows: everything, unless the operator wants the allowlists of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.options import OPTIONS
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.address.policy import Policy

EVERYTHING = {
    "AllowedDimensions": "*",
    "AllowedOptions": ",".join(f"{name}=*" for name in OPTIONS),
    "AllowedImageTypes": ",".join(sorted(SOURCE_TYPES)),
    "OtherFiles": "refused",
    # A browser asks each time whether its copy is still right. So a photo that was changed is seen at once.
    "CacheControl": "public, max-age=0, s-maxage=86400",
}
"""The stack's parameters for a site on one's own machine: no allowlists, and every refusal says why."""

ALWAYS = {"ErrorPicture": "svg"}
"""Also on a strict site: whoever works on a page sees there why a picture is missing."""

SHOWN = ("300x200", "300x300,fit=cover,format=webp,gravity=smart,round=max", "x400,format=webp")
"""The variants that are shown, as far as the site allows them."""

MOST_SHOWN = 3


def shown(policy: Policy) -> tuple[str, ...]:
    """Return a few variants that the `policy` allows: first ours, then its own sizes and presets."""
    allowed = dict.fromkeys(name for name in _candidates(policy) if _is_allowed(policy, name))
    return tuple(allowed)[:MOST_SHOWN]


def _candidates(policy: Policy) -> Iterator[str]:
    yield from SHOWN
    yield from sorted(policy.sizes)
    yield from (name for name, preset in policy.presets.items() if not preset.source)


def _is_allowed(policy: Policy, name: str) -> bool:
    try:
        policy.admit(policy.read(name))
    except Refusal:
        return False
    return True
