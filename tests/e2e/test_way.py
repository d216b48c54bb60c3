"""Requests from an img tag to a stored variant, through every real part."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from wand.image import Image

from chalicelib.handing_over import PREFIX_DEPTH
from ops.local.walkthrough import follow
from tests.e2e.conftest import BOTH_WAYS, deployed
from tests.pictures import bomb, png
from tests.waiting import until

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import WebsiteConfigurationTypeDef

    from infra.emulator import Emulator
    from infra.package import Package
    from tests.e2e.conftest import System

SAMPLES = Path(__file__).parents[2] / "ops" / "local" / "samples"
PHOTOS = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".md")
VARIANTS = ("300x200", "100x100,fit=cover", "40x40,format=webp")


def statuses(hops: object) -> list[int]:
    return [hop.status for hop in hops]  # type: ignore[attr-defined]  # hops


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.stem)
@pytest.mark.parametrize("variant", VARIANTS)
def test_first_view_makes_the_variant_and_the_second_is_a_static_hit(
    system: System, photo: Path, variant: str
) -> None:
    system.put(photo.name, photo.read_bytes())
    first = system.view_key(variant, photo.name)
    assert statuses(first) == system.miss
    asked = system.times_at_the_app()
    (second,) = system.view_key(variant, photo.name)
    assert (second.status, second.headers["x-cache"]) == (200, "Hit from cloudfront")
    assert second.body == first[-1].body
    assert second.headers["content-type"].startswith("image/")
    # S3's own answer takes the place of what the app hands over after a minute.
    kept = (
        "public, max-age=60, s-maxage=60" if system.fails_over else "public, max-age=31536000, s-maxage=86400"
    )
    assert second.headers["cache-control"] == kept
    assert system.times_at_the_app() == asked, "a stored variant needs no code"
    assert f"{variant}/{photo.name}" in system.stored()
    with Image(blob=second.body) as made:
        assert made.width <= 300
        assert made.height <= 200


SEALED, STYLED = "default-src 'none'; sandbox", "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_the_templates_cache_policy_never_needs_an_invalidation(system: System) -> None:
    system.put("calm.png", png())
    assert statuses(system.view("100x100/calm.png")) == system.miss
    assert statuses(system.view("100x100/calm.png")) == [200]
    assert system.invalidations_of("100x100", "calm.png") == []


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_every_hop_may_be_used_from_any_origin(system: System) -> None:
    system.put("cors.png", png())
    for hop in system.view("100x100/cors.png"):
        assert hop.headers["access-control-allow-origin"] == "*", hop.url
        assert hop.headers["timing-allow-origin"] == "*", hop.url


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_no_hop_is_taken_for_anything_else_or_tells_what_is_noted_with_a_variant(system: System) -> None:
    system.put("guarded.png", png())
    system.put("no-picture.png", b"<script>alert(document.domain)</script>")
    views = [system.view(f"100x100/{name}.png") for name in ("guarded", "guarded", "no-picture", "nobody")]
    views += [system.view("1x1,fit=cover,fit=fill/guarded.png"), system.view("100x100/%67uarded.png")]
    for hop in (hop for view in views for hop in view):
        assert hop.headers["x-content-type-options"] == "nosniff", hop.url
        assert hop.headers["content-security-policy"] in {SEALED, STYLED}, hop.url
        assert [name for name in hop.headers if name.lower().startswith("x-amz-meta-")] == [], hop.url


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_picture_cached_for_a_plain_img_tag_also_serves_one_with_crossorigin(system: System) -> None:
    system.put("plain.png", png())
    plain = system.view("100x100/plain.png", origin="")
    assert plain[-1].headers["access-control-allow-origin"] == "*", (
        "or the browser's own copy is of no use later"
    )
    (again,) = system.view("100x100/plain.png")
    assert (again.headers["x-cache"], again.headers["access-control-allow-origin"]) == (
        "Hit from cloudfront",
        "*",
    )


@pytest.mark.parametrize("worst", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize(
    "path",
    ["100x100,fit=inside/spelled.png", "100x100/missing.png", "100x100,fit=inside/also-missing.png"],
)
def test_other_spellings_and_missing_originals_do_not_loop_in_the_worst_cdn(worst: System, path: str) -> None:
    worst.put("spelled.png", png())
    worst.put("none.png", png(text="fallback"))
    for _viewer in range(3):
        before = worst.times_at_the_app()
        hops = worst.view(path)
        assert hops[-1].status == 200
        assert len(hops) <= 5
        assert worst.times_at_the_app() - before <= 2


@pytest.mark.parametrize("worst", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.stem)
def test_the_worst_cdn_in_the_world_makes_no_loop(worst: System, photo: Path) -> None:
    worst.put(photo.name, photo.read_bytes())
    for _viewer in range(3):
        before = worst.times_at_the_app()
        hops = worst.view_key("300x200", photo.name)
        assert hops[-1].status == 200
        assert hops[-1].body
        assert len(hops) <= 5
        assert worst.times_at_the_app() - before <= 2


def test_the_worst_cdns_first_view_is_five_hops_and_ends_at_s3_itself(worst: System) -> None:
    worst.put("five.png", png())
    hops = worst.view("100x100/five.png")
    assert statuses(hops) == [307, 302, 307, 302, 200]
    assert hops[2].headers["x-cache"] == "Hit from cloudfront"
    assert hops[3].headers["cache-control"] == "no-store"
    assert hops[4].url.startswith(worst.aws.endpoint_url)


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("junk/100x100/bound.png", 400),
        ("0100x100/bound.png", 400),
        ("100X100/bound.png", 400),
        ("%EF%BC%91%EF%BC%90%EF%BC%90x100/bound.png", 400),
        ("100x100/100x100/bound.png", 404),
        ("100x101/bound.png", 403),
        ("100x100,fit=contain/bound.png", 403),
        ("100x100,upscale/bound.png", 403),
        ("100x100,fit=inside/bound.png", 200),
        ("100x100%2Cfit%3Dinside/bound.png", 200),
    ],
)
def test_only_the_canonical_admitted_variant_is_ever_stored(system: System, path: str, status: int) -> None:
    system.put("bound.png", png())
    assert system.view(path)[-1].status == status
    assert {key for key in system.stored() if key.endswith("bound.png")} <= {"100x100/bound.png"}


REFUSALS = [
    ("junk/a.png", b"", 400, "Malformed", "public, max-age=60"),
    ("300x201/a.png", b"", 403, "NotAdmitted", "public, max-age=60"),
    ("300x200/missing.png", None, 404, "NoSuchOriginal", "public, max-age=10"),
    ("300x200/long.png", png() + b"x" * 3_000_001, 403, "TooLarge", "public, max-age=3600"),
    ("300x200/wide.png", bomb(), 403, "TooLarge", "public, max-age=3600"),
    ("300x200/page.jpg", b"<!doctype html><svg/>", 415, "NotAnImage", "public, max-age=3600"),
    ("300x200/empty.jpg", b"", 415, "NotAnImage", "public, max-age=3600"),
    ("300x200/broken.png", png()[:70], 415, "BrokenImage", "public, max-age=3600"),
]


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize(
    ("path", "original", "status", "code", "kept"), REFUSALS, ids=[path for path, *_ in REFUSALS]
)
def test_a_refusal_arrives_through_every_hop_and_stores_nothing(
    system: System, path: str, original: bytes | None, status: int, code: str, kept: str
) -> None:
    if original is not None:
        system.put(path.partition("/")[2], original)
    before = system.stored()
    answer = system.view(path)[-1]
    assert answer.status == status
    assert answer.headers["x-resize404-code"] == code
    assert answer.body.decode() == f"{code}: {answer.headers['x-resize404-message']}\n"
    # A signed request makes the same picture, and its address leads here.
    is_never_kept = system.fails_over and code == "NotAdmitted"
    assert answer.headers["cache-control"] == ("no-store" if is_never_kept else kept)
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "X-Resize404-Message" in answer.headers["access-control-expose-headers"]
    assert system.stored() == before


VIEWERS = 20
"""As many as two cores start Lambdas for in a few seconds each."""


def warm(system: System, viewers: ThreadPoolExecutor) -> None:
    """Let twenty Lambdas start and render before the test: it does not test how fast they start."""
    for attempt in range(6):
        system.put(f"warm-{attempt}.png", png())  # each one that is put starts a Lambda as well
        views = viewers.map(
            system.view, [f"40x40,quality={n}/warm-{attempt}.png" for n in range(1, VIEWERS + 1)]
        )
        if {hops[-1].status for hops in views} == {200}:
            return
    raise AssertionError("the app never became warm")


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_twenty_viewers_of_one_missing_variant_all_get_it_and_it_is_stored_once(system: System) -> None:
    system.put("herd.png", png())
    with ThreadPoolExecutor(VIEWERS) as viewers:
        warm(system, viewers)
        views = list(viewers.map(system.view, ["100x100/herd.png"] * VIEWERS))
    assert {hops[-1].status for hops in views} == {200}
    assert len({hops[-1].body for hops in views}) == 1
    assert [key for key in system.stored() if "herd" in key] == ["100x100/herd.png"]


@pytest.mark.parametrize("always", BOTH_WAYS, indirect=True)
def test_each_new_variant_is_invalidated_once(always: System) -> None:
    always.put("once.png", png())
    for _viewer in range(3):
        always.view("100x100/once.png")
    assert always.invalidations().count("/100x100/once.png") == 1


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_new_original_is_not_touched(system: System) -> None:
    data = png(text="untouched")
    system.put("source.png", data)
    system.view("100x100/source.png")
    s3 = system.aws.client("s3")
    assert s3.get_object(Bucket=system.outputs.source_bucket, Key="source.png")["Body"].read() == data


def keep_every_answer(system: System) -> None:
    """Give both behaviours a minimum TTL of a day: CloudFront then keeps even what says `no-store`."""
    cloudfront, distribution = system.aws.client("cloudfront"), system.outputs.distribution_id
    policy = cloudfront.create_cache_policy(
        CachePolicyConfig={
            "Name": f"stubborn-{distribution}",
            "MinTTL": 86_400,
            "DefaultTTL": 86_400,
            "MaxTTL": 31_536_000,
        }
    )["CachePolicy"]["Id"]
    current = cloudfront.get_distribution_config(Id=distribution)
    configured = current["DistributionConfig"]
    for behaviour in (configured["DefaultCacheBehavior"], *configured["CacheBehaviors"]["Items"]):
        behaviour["CachePolicyId"] = policy
    cloudfront.update_distribution(Id=distribution, IfMatch=current["ETag"], DistributionConfig=configured)
    system.edge.reread()


def redirect_misses_with_302(system: System) -> None:
    """Give the site bucket routing rules with a redirect that CloudFront keeps."""
    s3, bucket = system.aws.client("s3"), system.outputs.site_bucket
    rules = s3.get_bucket_website(Bucket=bucket)["RoutingRules"]
    for rule in rules:
        rule["Redirect"]["HttpRedirectCode"] = "302"
    website: WebsiteConfigurationTypeDef = {"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": rules}
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)
    system.edge.reread()


def test_a_minimum_ttl_on_everything_makes_no_loop_because_a_307_is_not_kept(
    aws: Emulator, packaged: Package
) -> None:
    with deployed(aws, packaged, "stubborn") as system:
        keep_every_answer(system)
        system.put("stubborn.png", png())
        assert statuses(system.view("100x100/stubborn.png")) == [307, 302, 200]
        assert statuses(system.view("100x100/stubborn.png")) == [200]


def test_an_invalidation_heals_even_a_cdn_that_caches_both_redirects(
    aws: Emulator, packaged: Package
) -> None:
    with deployed(aws, packaged, "hopeless", delay=5.0, Invalidate="always") as system:
        keep_every_answer(system)
        redirect_misses_with_302(system)
        system.put("hopeless.png", png())
        assert statuses(system.view("100x100/hopeless.png"))[:4] == [302, 302, 302, 302]
        deadline = time.monotonic() + 30
        while system.view("100x100/hopeless.png")[-1].status != 200:
            assert time.monotonic() < deadline, "the invalidation never took hold"
        assert system.times_at_the_app() == 1


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_broken_original_is_tried_once_however_often_it_is_viewed(system: System) -> None:
    system.put("views/broken.png", png()[:70])
    before = system.times_at_the_app()
    for _viewer in range(5):
        assert statuses(system.view("300x200/views/broken.png")) == system.refused(415)
    assert system.times_at_the_app() == before + 1


def test_a_program_gets_json_and_the_image_tag_after_it_gets_words(system: System) -> None:
    system.put("views/asked.png", png()[:70])
    url = f"{system.edge.url}/300x200/views/asked.png"
    for accept, kind in [
        ("application/json", "application/json"),
        ("image/avif,image/webp,*/*;q=0.8", "text/markdown; charset=utf-8"),
        ("image/*", "text/markdown; charset=utf-8"),
        ("application/json", "application/json"),
    ]:
        last = follow(url, accept=accept)[-1]
        assert (last.status, last.headers["content-type"]) == (415, kind)


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_browsers_of_every_kind_share_one_try_of_a_broken_original(system: System) -> None:
    system.put("views/shared.png", png()[:70])
    before = system.times_at_the_app()
    for accept in ("image/*", "image/avif,image/webp,*/*;q=0.8", "*/*", "text/html,*/*;q=0.8"):
        assert follow(f"{system.edge.url}/300x200/views/shared.png", accept=accept)[-1].status == 415
    assert system.times_at_the_app() == before + 1


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_what_api_gateway_refuses_is_told_in_the_same_words_and_headers(system: System) -> None:
    answer = system.view("300x200" + "/d" * (12 + PREFIX_DEPTH))[-1]
    assert (answer.status, answer.headers["x-resize404-code"]) == (403, "NoSuchRoute")
    assert answer.body.decode() == f"NoSuchRoute: {answer.headers['x-resize404-message']}\n"
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "X-Resize404-Message" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_broken_original_that_is_replaced_is_seen_at_once(system: System) -> None:
    system.put("views/mended.png", png()[:70])
    assert statuses(system.view("300x200/views/mended.png")) == system.refused(415)
    system.put("views/mended.png", png())
    assert until(lambda: system.view("300x200/views/mended.png")[-1].status == 200)
