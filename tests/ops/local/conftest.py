"""A local site for all tests of this folder, as `make run` starts it, with its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from ops.local import page_server
from ops.local.allowing import shown
from ops.local.ports import Ports
from ops.local.request_log import RequestLog
from ops.local.system import Order, System, system
from ops.local.walkthrough import Hop, follow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FREE = Ports(0, 0, 0)


@dataclass(frozen=True)
class Site:
    """The running system, its log, the folder that it mirrors, and the address of its local page."""

    system: System
    log: RequestLog
    folder: Path
    page: str

    def view(self, path: str) -> tuple[Hop, ...]:
        return follow(self.system.url + path)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A local site with an empty folder of photos."""
    folder, console = tmp_path_factory.mktemp("photos"), Console(quiet=True)
    log = RequestLog(console)
    with system(console, Order(FREE, folder), log.watch) as here:
        variants = shown(here.configuration.policy)
        page = page_server.LocalPage(here.url, here.originals, variants, here.address, log.last)
        with page_server.serve(page) as address:
            here.originals.allow_uploads(address.rstrip("/"))
            yield Site(here, log, folder, address)
