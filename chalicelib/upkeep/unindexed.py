"""Variants from before there was an index: found by looking into every folder of the bucket.

Only until the bucket's index is complete: ``python -m ops index`` makes it so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.address import variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chalicelib.aws.bucket import Site, Stored
    from chalicelib.aws.index import Entry


def spellings(site: Site) -> list[str]:
    """Return the variants that must be looked for: none, if the index knows all that is stored.

    If nothing is stored yet, it knows all from now on, and that is written down.
    """
    if site.index.is_complete():
        return []
    found = variants(site)
    if not found:
        site.index.declare_complete()
    return found


def variants(site: Site) -> list[str]:
    """Return the spellings of all variants of which anything is stored, whether admitted or not."""
    return [name for name in site.folders() if variant.is_spelling(name) or variant.is_preset_name(name)]


def enter(site: Site, found: Iterable[Stored], known: Iterable[Entry]) -> Iterator[Entry]:
    """Yield an index entry for each variant that is `found` stored, but is not among the `known` entries.

    It is written into the index before anything is done to the variant, as for one that is stored today.
    """
    indexed = {(entry.spelling, entry.etag) for entry in known}
    for stored in found:
        spelling = site.spelling(stored.key)
        if (spelling, stored.etag) not in indexed:
            yield replace(site.index.enter(stored.tag, stored.etag, spelling), age=stored.age)
