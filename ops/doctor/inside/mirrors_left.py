"""Looks for mirrors in a site that is to have none: nothing changes or deletes them any more."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from chalicelib.aws import mirrors
from chalicelib.aws.bucket import Site
from ops import mirror_places

if TYPE_CHECKING:
    from chalicelib.config.config import Config
    from infra.clients import Clients

_LOOKED_AT = 20
"""Objects that are looked at. Who had mirrors has few others outside of the folders of variants."""

_PAGES = 20
"""Pages of a thousand keys that are listed. A folder of variants is one, however much is in it."""


def read_mirrors_left(clients: Clients, configuration: Config) -> tuple[str, ...]:
    """Return the keys of mirrors that are left, among the first objects that can be mirrors.

    A site whose setting says what becomes of mirrors has none left.
    """
    if configuration.mirror_originals:
        return ()
    s3, source = clients.client("s3"), configuration.site
    site = Site(s3, source.bucket, "", source.prefix)
    listed = islice(mirror_places.pages(s3, configuration.sources), _PAGES)
    looked_at = (mirrors.look_up(site, key) for key in islice(chain.from_iterable(listed), _LOOKED_AT))
    return tuple(mirror.place for mirror in looked_at if mirror and mirror.mode)
