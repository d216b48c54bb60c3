"""The ports of a local site."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from infra.package import PROJECT
from ops.local.ports import SITE, Ports, PortTaken, choose

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def three_ports() -> Iterator[list[socket.socket]]:
    """Take three ports side by side, wherever there are some."""
    for first in range(20_000, 30_000, 3):
        with ExitStack() as taken, suppress(OSError):
            listening = [
                taken.enter_context(socket.create_server(("127.0.0.1", first + n))) for n in range(3)
            ]
            yield listening
            return


def test_the_ports_stand_side_by_side() -> None:
    with three_ports() as taken:
        port = taken[0].getsockname()[1]
        for each in taken:
            each.close()
        assert choose(port) == Ports(port, port + 1, port + 2)


def test_zero_is_any_free_port() -> None:
    assert choose(0) == Ports(0, 0, 0)


@pytest.mark.parametrize(("number", "owner"), [(0, "the site"), (1, "the local page"), (2, "AWS")], ids=str)
def test_a_port_that_is_in_use_is_named_with_its_owner_and_a_remedy(number: int, owner: str) -> None:
    with three_ports() as taken:
        port = taken[0].getsockname()[1]
        for each in taken[:number] + taken[number + 1 :]:
            each.close()
        with pytest.raises(PortTaken) as refusal:
            choose(port)
    assert str(refusal.value) == (
        f"Port {port + number} is in use, and {owner} needs it. For the ports from another number on, type: "
        f"make run PORT={port + 1000}. For any free ports: make run PORT=0."
    )


def test_the_documents_for_a_local_site_name_its_usual_ports() -> None:
    for document in ("README.md", "docs/first-page.md"):
        text = (PROJECT / document).read_text()
        named = {int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", text)}
        assert named == {SITE, SITE + 1}, document
        assert f"http://127.0.0.1:{SITE + 1}/playground/" in text, document
