"""The app's own answers that the CDN may keep, as items of an invalidation.

Viewers come to the app with the path that S3 writes in its redirect. How S3 encodes a comma or a parenthesis
there is in no document, so every item here reaches both encodings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from chalicelib.address.key import url_path
from chalicelib.aws import invalidation
from chalicelib.aws.index import SETTLED
from chalicelib.config.buckets import APP
from chalicelib.errors import LASTING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.aws.index import Entry


def refusal(spelling: str, key: str) -> set[str]:
    """Return the items that reach the refusal of this variant of the original with this key."""
    place = f"{APP}{spelling}/{key}"
    return {invalidation.item(path) for path in (url_path(place), f"/{quote(place, safe='/')}")}


def signed(entries: Iterable[Entry], folders: Iterable[str] = (APP,)) -> set[str]:
    """Return the items that reach the answers to signed requests, as far as the CDN can still have them.

    One variant can have any number of signed addresses, for each time of expiry another. They all begin with
    the size or the preset, whatever the spelling of the rest. So there is one wildcard for them all, in each
    of the site's `folders` where the app is asked.
    """
    kept = LASTING + SETTLED
    names = {_beginning(entry.spelling) for entry in entries if entry.is_signed and entry.age < kept}
    return {invalidation.beginning(f"/{folder}{name}") for folder in folders for name in names}


def of_variant(spelling: str, folder: str = APP) -> str:
    """Return the item that reaches all of the app's answers for this variant, and for others of its size.

    The CDN has them in this `folder` of the site.
    """
    return invalidation.beginning(f"/{folder}{_beginning(spelling)}")


def everything(prefix: str) -> tuple[str, ...]:
    """Return the items that reach all that the CDN has of a site with this KEY_PREFIX, and nothing else."""
    site, app = (invalidation.beginning(url_path(folder)) for folder in (prefix, APP))
    return (site, app) if prefix else (site,)


def _beginning(spelling: str) -> str:
    """Return the size without its ratio, or the preset: no character of it is ever encoded."""
    return re.split("[,@]", spelling, maxsplit=1)[0]
