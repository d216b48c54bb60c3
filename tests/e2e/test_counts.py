"""What `ops cost` says that a first view takes is what it takes, in both ways of delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.costs.systems import FAILOVER, REDIRECT
from ops.prices import Item, together
from tests.e2e.conftest import BOTH_WAYS
from tests.pictures import png

if TYPE_CHECKING:
    from tests.e2e.conftest import System

OF_THE_APP = 2
"""Reads of S3 by the app itself, which the edge does not see."""


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_first_view_takes_the_requests_that_are_priced(system: System) -> None:
    told = FAILOVER if system.fails_over else REDIRECT
    counted = together((1, told.view), (1, told.made))
    system.put("counted.png", png())
    system.edge.log.clear()
    hops = system.view("100x100/counted.png")
    assert len(hops) == counted[Item.CDN_REQUEST]
    assert sum(seen.at == "cdn" for seen in system.edge.log) == counted[Item.CDN_REQUEST]
    at_origins = sum(seen.at == "origin" for seen in system.edge.log)
    assert system.times_at_the_app() == counted[Item.API_REQUEST]
    assert at_origins - system.times_at_the_app() == counted[Item.S3_READ] - OF_THE_APP
    system.edge.log.clear()
    system.view("100x100/counted.png")
    assert [seen.at for seen in system.edge.log] == ["cdn"], "the second view is CloudFront's alone"
