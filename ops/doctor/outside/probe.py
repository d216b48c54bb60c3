"""Looks at a site from outside, as a viewer does. It needs only the address."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from ops.doctor.known import Unread
from ops.doctor.outside.address import NOWHERE
from ops.doctor.outside.following import follow
from ops.doctor.outside.seen import Outside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.doctor.outside.address import Address
    from ops.doctor.outside.hops import Walk

USUAL_SIZES = ("300x200", "150x150", "100x100", "300x300", "600x", "x400")
"""Sizes to try if it is not known which sizes the site allows."""

_NO_PICTURE = Unread("no picture was named: give a picture's whole address, or --key and --variant")


def probe(address: Address, stored: Iterable[str] = (), unsuitable: str = "") -> Outside:
    """Follow the addresses of a picture that does not exist, a missing variant, and a stored variant.

    `stored` are addresses of variants that are known to be stored. `unsuitable` says why no picture was
    found, if one was looked for.
    """
    address = _upgraded(address)
    nowhere, variant = _nowhere(address)
    seen = Outside(
        replace(address, variant=variant),
        nowhere,
        follow(nowhere.hops[0].url, limit=1) if nowhere.hops else nowhere,
        Unread(unsuitable) if unsuitable else _NO_PICTURE,
        Unread(unsuitable) if unsuitable else _NO_PICTURE,
        follow(_respelled(nowhere.hops[0].url), limit=1) if nowhere.hops else nowhere,
        tuple(follow(url, limit=1) for url in stored) if nowhere.hops else (),
        is_variant_guessed=not address.variant,
    )
    return _with_picture(seen) if address.key and nowhere.hops else seen


def _upgraded(address: Address) -> Address:
    """Return the address with https if the site redirects http to https, otherwise unchanged."""
    if address.scheme == "https":
        return address
    hop = next(iter(follow(f"{address.base}/", limit=1).hops), None)
    return replace(address, base=f"https://{address.host}") if hop and hop.is_upgrade else address


def _nowhere(address: Address) -> tuple[Walk, str]:
    """Return the walk for a picture that does not exist, in the first variant that the site allows."""
    variant, *others = (address.variant,) if address.variant else USUAL_SIZES
    walk = _walk_nowhere(address, variant)
    for other in others:
        if not walk.last or walk.last.app_code != "NotAdmitted":
            break
        variant, walk = other, _walk_nowhere(address, other)
    return walk, variant


def _walk_nowhere(address: Address, variant: str) -> Walk:
    return follow(address.of(variant, f"{NOWHERE}{secrets.token_hex(8)}.jpg"))


def _respelled(url: str) -> str:
    """Return the address of the same object with a dot encoded that need not be."""
    return f"{url.removesuffix('.jpg')}%2Ejpg"


def _with_picture(seen: Outside) -> Outside:
    first = follow(seen.address.picture)
    # With failover, one hop is also the way to a variant that the app has just made.
    if len(first.hops) == 1 and first.has_arrived and not first.hops[0].is_from_app:
        why = "this variant is stored already; name another variant or another size of the picture"
        return replace(seen, missing=Unread(why), present=first)
    second = follow(seen.address.picture) if first.has_arrived else Unread("the first request got no picture")
    return replace(seen, missing=first, present=second)
