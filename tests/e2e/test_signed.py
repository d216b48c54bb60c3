"""Signed addresses, through every real part: made once, kept by the CDN, never a loop, never stale."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ops.__main__ import main
from tests.e2e.conftest import BOTH_WAYS, DEFAULTS, STALE, deployed, signed
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from infra.emulator import Emulator
    from infra.package import Package
    from ops.local.walkthrough import Hop
    from tests.e2e.conftest import System


def statuses(hops: tuple[Hop, ...]) -> list[int]:
    return [hop.status for hop in hops]


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_size_that_is_not_listed_is_made_by_a_signature_and_then_stored_for_all(system: System) -> None:
    system.put("d/signed it.png", png())
    assert statuses(system.view("101x100/d/signed%20it.png")) == system.refused(403)
    # Nobody has kept the refusal where the signed address leads.
    first = system.view(signed("101x100", "d/signed it.png"))
    assert statuses(first) == system.signed_view
    assert first[-1].url.endswith("/101x100/d/signed%20it.png")
    assert [key for key in system.stored() if key.endswith("signed it.png")] == ["101x100/d/signed it.png"]
    (plain,) = system.view("101x100/d/signed%20it.png")
    assert plain.body == first[-1].body


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_however_often_a_signed_address_is_viewed_the_app_is_asked_once(system: System) -> None:
    system.put("often.png", png())
    path, before = signed("102x100", "often.png"), system.times_at_the_app()
    for _viewer in range(4):
        assert statuses(system.view(path)) == system.signed_view
    assert system.times_at_the_app() == before + 1
    kept = system.view(path)[-2]
    assert kept.headers["x-cache"] == "Hit from cloudfront"
    assert kept.headers["cache-control"] == "public, max-age=60, s-maxage=3600"
    for hop in system.view(path):
        assert hop.headers["access-control-allow-origin"] == "*", hop.url
        assert [name for name in hop.headers if name.startswith("x-amz-meta-")] == [], hop.url


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_the_command_signs_what_the_site_lets_in(system: System) -> None:
    system.put("l'eau ~(1)+100%*é☕.png", png())
    environ = {"SIGNING_KEYS": DEFAULTS["SigningKeys"]}
    arguments = ["sign", "103x100,format=webp,fit=cover", "l'eau ~(1)+100%*é☕.png", "--expires", "1h"]
    printed = CliRunner().invoke(main, arguments, env=environ).output.strip()
    hops = system.view(printed[1:])
    assert statuses(hops) == system.signed_view
    assert hops[-1].headers["content-type"] == "image/webp"


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        (signed("104x100", "b.png").replace("b.png", "right.png"), "NotAdmitted", "does not fit"),
        (signed("100x100", "b.png").replace("b.png", "right.png"), "NotAdmitted", "does not fit"),
        (
            signed("104x100", "right.png").replace("s=k1", "s=k2"),
            "NotAdmitted",
            "no signing key with the id k2",
        ),
        (signed("104x100", "right.png", 1_700_000_000), "NotAdmitted", "expired at 2023-11-14T22:13:20Z"),
        (signed("104x100", "right.png")[:-12] + "/right.png", "Malformed", "The mac has 43 characters"),
    ],
    ids=["another key", "where none is needed", "an unknown id", "expired", "cut"],
)
def test_a_wrong_signature_is_refused_and_the_picture_not_made(
    system: System, path: str, code: str, said: str
) -> None:
    system.put("right.png", png())
    answer = system.view(path)[-1]
    assert answer.headers["x-resize404-code"] == code
    assert said in answer.headers["x-resize404-message"]
    assert {key for key in system.stored() if "right" in key} == set()


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_an_original_that_changes_is_seen_behind_its_signed_address(system: System) -> None:
    system.put("changing.png", png())
    path = signed("105x100", "changing.png")
    before = system.view(path)[-1].body
    assert statuses(system.view(path)) == system.signed_view
    system.put("changing.png", png(50, 30))
    assert until(lambda: (last := system.view(path)[-1]).status == 200 and last.body != before, seconds=120)


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_variant_that_is_deleted_while_its_signed_redirect_is_kept_makes_no_loop(system: System) -> None:
    """An owner may delete it, or `VariantDays`: nobody tells the app."""
    system.put("deleted.png", png())
    brief, lasting = signed("106x100", "deleted.png", int(time.time()) + 5), signed("106x100", "deleted.png")
    for path in (brief, lasting):
        assert system.view(path)[-1].status == 200
    system.aws.client("s3").delete_object(Bucket=system.outputs.site_bucket, Key="106x100/deleted.png")
    forget(system, "/106x100/*")
    assert statuses(system.view(lasting)) == [*system.signed_view[:-1], *system.refused(403)]
    forget(system, "/106x100*" if system.fails_over else "/resize/*")
    assert statuses(system.view(lasting)) == system.signed_view, "once the redirect is not kept any more"


def forget(system: System, path: str) -> None:
    """Have the CDN forget what it keeps, as if its time were over."""
    system.aws.client("cloudfront").create_invalidation(
        DistributionId=system.outputs.distribution_id,
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": [path]},
            "CallerReference": f"{path}{time.time()}",
        },
    )


def test_in_the_worst_cdn_a_refusal_from_before_ends_when_a_signature_has_the_picture_made(
    aws: Emulator, packaged: Package
) -> None:
    """It keeps S3's redirect of a request without a signature: to the app, which refuses that request."""
    with deployed(aws, packaged, "worst-signed", worst=True, delay=1.0, **STALE) as system:
        system.put("earlier.png", png())
        assert statuses(system.view("101x100/earlier.png")) == [307, 403]
        path = signed("101x100", "earlier.png")
        assert until(lambda: system.view(path)[-1].status == 200, seconds=30)
        # Beside it there may be what the upload of the original evicts.
        assert system.invalidations().count("/101x100/earlier.png") == 1
        for _viewer in range(3):
            hops = system.view(path)
            assert (hops[-1].status, len(hops) <= 5) == (200, True)
