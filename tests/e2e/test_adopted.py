"""Pictures of a stack behind somebody else's distribution, beside that one's own pages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ops import distribution_config
from ops.distribution_config import Pattern
from tests import foreign
from tests.e2e.conftest import BOTH_WAYS, System, deployed
from tests.e2e.test_signed import forget
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.emulator import Emulator
    from infra.package import Package


@contextmanager
def adopted(aws: Emulator, packaged: Package, delivery: str) -> Iterator[System]:
    """Serve a stack through a distribution that had a page before. Give it back at the end."""
    cloudfront, name = aws.client("cloudfront"), f"adopted-{delivery}"
    theirs = foreign.distribution(cloudfront, "*.css", origin=foreign.website(aws.client("s3")))
    before = foreign.config(cloudfront, theirs)
    given: Any = foreign.parameters(theirs, Delivery=delivery)
    with deployed(aws, packaged, name, **given) as system:
        own = aws.client("cloudformation").describe_stack_resource(
            StackName=name, LogicalResourceId="Distribution"
        )["StackResourceDetail"]["PhysicalResourceId"]
        mark = distribution_config.mark(name, "us-east-1")
        pattern = Pattern(foreign.config(cloudfront, own), mark, given["KeyPrefix"])
        foreign.replace(cloudfront, theirs, distribution_config.with_ours(before, pattern))
        system.edge.reread()
        yield system
        now = foreign.config(cloudfront, theirs)
        foreign.replace(cloudfront, theirs, distribution_config.without_ours(now, mark))
        assert foreign.config(cloudfront, theirs) == before
        system.edge.reread()
        assert system.view("")[-1].body == foreign.PAGE


@pytest.fixture(scope="module", params=BOTH_WAYS)
def lodger(request: pytest.FixtureRequest, aws: Emulator, packaged: Package) -> Iterator[System]:
    with adopted(aws, packaged, request.param) as system:
        yield system


def statuses(hops: Any) -> list[int]:
    return [hop.status for hop in hops]


def test_a_first_view_makes_the_picture_and_the_second_is_a_hit(lodger: System) -> None:
    lodger.put("shoes/red.png", png())
    first = lodger.view("img/300x200/shoes/red.png")
    assert statuses(first) == lodger.miss
    asked = lodger.times_at_the_app()
    (second,) = lodger.view("img/300x200/shoes/red.png")
    assert (second.status, second.headers["x-cache"]) == (200, "Hit from cloudfront")
    assert (second.body, second.headers["content-type"]) == (first[-1].body, "image/png")
    assert lodger.times_at_the_app() == asked
    assert "img/300x200/shoes/red.png" in lodger.stored()


def test_what_is_stored_comes_from_the_bucket_once_the_caches_are_empty(lodger: System) -> None:
    lodger.put("shoes/stored.png", png())
    assert statuses(lodger.view("img/100x100/shoes/stored.png")) == lodger.miss
    asked = lodger.times_at_the_app()
    forget(lodger, "/*")
    (again,) = lodger.view("img/100x100/shoes/stored.png")
    assert (again.status, again.headers["server"]) == (200, "AmazonS3")
    assert lodger.times_at_the_app() == asked


@pytest.mark.parametrize("path", ["", "index.html"])
def test_their_pages_are_still_theirs(lodger: System, path: str) -> None:
    (hop,) = lodger.view(path)
    assert (hop.status, hop.body) == (200, foreign.PAGE)
    assert "content-security-policy" not in hop.headers


def test_what_they_do_not_have_is_still_their_refusal(lodger: System) -> None:
    lodger.put("shoes/blue.png", png())
    for path in ("300x200/shoes/blue.png", "images/300x200/shoes/blue.png", "img"):
        answer = lodger.view(path)[-1]
        assert answer.status in {403, 404}
        assert "x-resize404-code" not in answer.headers, path


def test_other_spellings_are_redirected_below_the_folder(lodger: System) -> None:
    lodger.put("shoes/green.png", png())
    hops = lodger.view("img/300x200/shoes/gr%65en.png")
    assert (hops[0].status, hops[-1].status) == (301, 200)


def test_a_changed_original_leaves_their_caches(lodger: System) -> None:
    lodger.put("shoes/changed.png", png())
    before = lodger.view("img/100x100/shoes/changed.png")[-1].body
    lodger.put("shoes/changed.png", png(9, 9))
    assert until(lambda: lodger.view("img/100x100/shoes/changed.png")[-1].body != before)
    assert lodger.invalidations()


def test_a_page_for_errors_takes_the_place_of_our_refusals(lodger: System) -> None:
    cloudfront, theirs = lodger.aws.client("cloudfront"), lodger.outputs.distribution_id
    refused = lodger.view("img/301x200/nobody.png")[-1]
    assert (refused.status, refused.headers["x-resize404-code"]) == (403, "NotAdmitted")
    page = {"ErrorCode": 403, "ResponsePagePath": "/index.html", "ResponseCode": "200"}
    foreign.put(cloudfront, theirs, CustomErrorResponses={"Quantity": 1, "Items": [page]})
    lodger.edge.reread()
    try:
        refused = lodger.view("img/302x200/nobody.png")[-1]
        assert (refused.status, refused.body) == (200, foreign.PAGE)
        lodger.put("shoes/kept.png", png())
        assert lodger.view("img/100x100/shoes/kept.png")[-1].headers["content-type"] == "image/png"
    finally:
        foreign.put(cloudfront, theirs, CustomErrorResponses={"Quantity": 0})
        lodger.edge.reread()
