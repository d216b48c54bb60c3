"""The three ports of a local site, side by side. Its addresses stay the same from one start to the next."""

from __future__ import annotations

import socket
from dataclasses import dataclass

SITE = 8404
"""The usual port of the site. The local page has the next one, and the AWS emulator the one after that."""

_HOST = "127.0.0.1"
_FREE = 0


class PortTaken(Exception):  # noqa: N818 - the name says what is wrong
    """A port is in use. The message says whose it would be, and what to type."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of the site, the local page and the AWS emulator; 0 is any free one."""

    site: int
    page: int
    aws: int


def beside(site: int) -> Ports:
    """Return the ports of a site with this one."""
    return Ports(site, site + 1, site + 2)


def choose(site: int) -> Ports:
    """Return the three ports from `site` on, or three times 0 if that is 0. `PortTaken` if one is in use."""
    if site == _FREE:
        return Ports(_FREE, _FREE, _FREE)
    ports = beside(site)
    for port, owner in ((ports.site, "the site"), (ports.page, "the local page"), (ports.aws, "AWS")):
        if not _is_free(port):
            raise PortTaken(
                f"Port {port} is in use, and {owner} needs it. For the ports from another number on, type: "
                f"make run PORT={site + 1000}. For any free ports: make run PORT=0."
            )
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True
