"""Variants from before there was an index: entered at once if they are few, else looked for as before.

In a bucket with more than a thousand objects each change looks into every folder, until
``python -m ops index`` has entered them all.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.address import variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chalicelib.aws.bucket import Site, Stored
    from chalicelib.aws.index import Entry

AT_ONCE = 8
"""Objects that are looked up at a time; botocore keeps 10 connections open."""


def spellings(site: Site) -> list[str]:
    """Return the variants that must be looked for: none, if the index knows all that is stored."""
    if complete(site):
        return []
    return [name for name in site.folders() if variant.is_spelling(name) or variant.is_preset_name(name)]


def complete(site: Site) -> bool:
    """Say whether the index knows all that is stored. Where little is stored, it does from now on."""
    if site.index.is_complete():
        return True
    keys = site.first_keys()
    if keys is None:
        return False
    enter_all(site, keys)
    site.index.declare_complete()
    return True


def enter_all(site: Site, keys: Iterable[str]) -> int:
    """Enter those of the objects that are variants, and return how many they are."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(partial(_enter, site), keys))


def _enter(site: Site, key: str) -> bool:
    stored = site.look_up(key)
    if not (stored and stored.tag and stored.etag):
        return False
    site.index.enter(stored.tag, stored.etag, site.spelling(key))
    return True


def enter_missing(site: Site, found: Iterable[Stored], known: Iterable[Entry]) -> Iterator[Entry]:
    """Yield an entry for each variant that is `found` stored, but is not among the `known` entries.

    It is written into the index before anything is done to the variant, as for one that is stored today.
    """
    indexed = {(entry.spelling, entry.etag) for entry in known}
    for stored in found:
        spelling = site.spelling(stored.key)
        if (spelling, stored.etag) not in indexed:
            yield replace(site.index.enter(stored.tag, stored.etag, spelling), age=stored.age)
