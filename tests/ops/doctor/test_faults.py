"""Every fault that can be planted in a deployed stack: it is found, and nothing else is.

Clocks, circles and what only AWS does are in test_hops and test_checks.

Each is looked at twice: with the operator's credentials, and as a stranger sees it. A stranger cannot see all
of them, and sees some only by what they lead to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ops.doctor import Outcome
from ops.doctor.facts import NotAllowed
from ops.doctor.inside.refusals import read_not_allowed
from ops.local.walkthrough import follow
from tests.ops.doctor import plants
from tests.ops.doctor.patient import present
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ops.doctor.patient import Patient

SAME = "the same"
FAULTS: list[tuple[str, str, str, Callable[[Patient], Any]]] = [
    ("REST endpoint as origin", "website-endpoint", SAME, plants.rest_origin),
    ("no website configuration", "website", SAME, plants.no_website),
    (
        "Block Public Access restricts",
        "block-public-access",
        "public-read",
        lambda it: plants.blocked(it, RestrictPublicBuckets=True),
    ),
    (
        "Block Public Access forbids",
        "block-public-access",
        "",
        lambda it: plants.blocked(it, BlockPublicPolicy=True),
    ),
    ("no rule for 404", "rule-404", "", lambda it: plants.without_rule(it, "404")),
    ("no rule for 403", "rule-403", SAME, lambda it: plants.without_rule(it, "403")),
    ("another rule before ours", "rule-order", SAME, plants.earlier_rule),
    (
        "another rule for 404 before ours",
        "rule-order",
        "",
        lambda it: plants.earlier_rule(it, HttpErrorCodeReturnedEquals="404"),
    ),
    (
        "another rule for all pictures before ours",
        "rule-order",
        SAME,
        lambda it: plants.earlier_rule(it, KeyPrefixEquals="100x100/"),
    ),
    ("rules for another prefix", "key-prefix", "rule-403", plants.prefixed_rules),
    ("rules to another host", "rule-host", SAME, lambda it: plants.redirects(it, HostName="127.0.0.1:9")),
    ("rules without a host", "rule-host", SAME, lambda it: plants.redirects(it, HostName=None)),
    ("rules to http", "rule-protocol", "", lambda it: plants.redirects(it, Protocol="http")),
    ("permanent redirect", "redirect-code", SAME, lambda it: plants.redirects(it, HttpRedirectCode="301")),
    (
        "redirect that may be kept",
        "redirect-code",
        SAME,
        lambda it: plants.redirects(it, HttpRedirectCode="302"),
    ),
    ("MinTTL", "min-ttl", "", lambda it: plants.ttls(it, 1, 86_400)),
    ("DefaultTTL", "default-ttl", "", lambda it: plants.ttls(it, 0, 86_400)),
    ("settings of old", "default-ttl", "", plants.legacy_settings),
    ("no function for other spellings", "spellings", SAME, plants.no_function),
    ("no behaviour for the app", "app-behaviour", SAME, plants.no_behaviour),
    ("another stage", "app-answers", SAME, plants.wrong_stage),
    ("edge-optimised API", "api-regional", SAME, plants.edge_optimised),
    ("no CORS", "cors", SAME, plants.no_cors),
    ("no CORS at S3 itself", "cors", "", plants.no_cors_at_s3),
    ("no bucket policy", "public-read", SAME, lambda it: plants.policy(it, None)),
    ("another secret", "public-read", SAME, plants.other_referer),
    ("another bucket", "site-bucket", "public-read", plants.other_bucket),
    ("website in another region", "region", SAME, plants.other_region),
    # S3 notifies no queue of another region, so such a bucket is silent as well.
    ("originals in another region", "sources-near source-events", "", plants.far_originals),
    (
        "faulty configuration",
        "configuration",
        "app-answers",
        lambda it: plants.environment(it, PRESETS="Thumb=1x1"),
    ),
    ("app with another prefix", "key-prefix", SAME, lambda it: plants.environment(it, KEY_PREFIX="img/")),
    (
        "empty allowlist",
        "allowlist",
        SAME,
        lambda it: plants.environment(it, ALLOWED_DIMENSIONS="", PRESETS=""),
    ),
    ("another site", "site-url", SAME, lambda it: plants.environment(it, SITE_URL="http://127.0.0.1:9")),
    ("no ImageMagick", "imagemagick", SAME, lambda it: plants.no_imagemagick(it, *plants.BOTH)),
    ("no WebP", "formats", "", plants.no_webp),
    ("originals that change in silence", "source-events", "", plants.silent_originals),
    ("originals that tell of some changes", "source-events", "", plants.half_silent_originals),
    ("originals may not be read", "may-read", "", lambda it: plants.denied(it, "s3:GetObject", "source")),
    ("originals may not be decrypted", "may-read", "", plants.encrypted_originals),
    ("variants may not be stored", "may-store", "", lambda it: plants.denied(it, "s3:PutObject", "site")),
    (
        "variants may not be stored ahead",
        "may-store",
        "",
        lambda it: plants.denied(it, "s3:PutObject", "site", "Prewarm"),
    ),
    (
        "stale variants may not be removed",
        "may-remove",
        "",
        lambda it: plants.denied(it, "s3:DeleteObject", "site", "Refresh"),
    ),
    (
        "stale variants may not be looked for",
        "may-remove",
        "",
        lambda it: plants.denied(it, "s3:ListBucket", "resize404-site", "Refresh"),
    ),
    (
        "no second look may be ordered",
        "may-remove",
        "",
        lambda it: plants.denied(it, "sqs:SendMessage", "Changes", "Refresh"),
    ),
    (
        "the index may not be written",
        "may-remove",
        "",
        lambda it: plants.denied(it, "s3:PutObject", ".index", "Refresh"),
    ),
    (
        "originals may not be mirrored",
        "may-mirror",
        "",
        lambda it: plants.environment(it, MIRROR_ORIGINALS="strip"),
    ),
    (
        "evictions may not be put back",
        "may-invalidate",
        "",
        lambda it: plants.denied(it, "sqs:SendMessage", "Eviction", "Evict"),
    ),
    (
        "evictions may not be queued",
        "may-invalidate",
        "",
        lambda it: plants.denied(it, "sqs:SendMessage", "Eviction"),
    ),
    (
        "nobody may invalidate",
        "may-invalidate",
        "",
        lambda it: plants.denied(it, "cloudfront:CreateInvalidation", "distribution", "Evict"),
    ),
    ("a budget that is used up and may not be counted", "may-invalidate budget", "", plants.spent_budget),
    ("mirrors of a site that has none any more", "mirrors", "", plants.mirror_left),
    ("no cache tags at the distribution", "cache-tags", "", plants.no_cache_tags),
    ("dead letters", "dead-letters", "", plants.dead_letters),
]


@pytest.mark.parametrize(
    ("inside", "outside", "plant"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_planted_fault_is_found_and_no_other(
    patient: Patient, inside: str, outside: str, plant: Callable[[Patient], Any]
) -> None:
    with plant(patient):
        examined, seen = patient.examined(), patient.seen()
    assert present(examined) == inside.split()
    assert present(seen) == [inside if outside == SAME else outside][: bool(outside)]
    for finding in examined.findings:
        is_wrong = finding.outcome in {Outcome.FAULT, Outcome.WARNING}
        assert finding.evidence
        assert bool(finding.cure) is is_wrong
        assert "$" not in finding.cure, "each name is known"


def test_an_archived_original_is_found_and_no_other_fault(patient: Patient) -> None:
    key = patient.new_key()
    patient.client("s3").put_object(
        Bucket=patient.outputs.source_bucket, Key=key, Body=b"archived", StorageClass="GLACIER"
    )
    assert present(patient.examined(key)) == ["original-unlocked"]
    assert present(patient.seen(key)) == ["original-unlocked"]


def test_a_page_with_a_size_that_is_not_allowed_is_found(patient: Patient) -> None:
    page = [patient.new_key() for _ in range(6)]  # more than what other plants had refused
    for key in page:
        assert follow(f"{patient.edge.url}/301x200/{key}")[-1].status == 403
    assert until(lambda: NotAllowed("301x200", page[0], 6) in read_not_allowed(patient.aws, "patient"))
    examined = patient.examined()
    (finding,) = (each for each in examined.findings if each.id == "not-allowed")
    assert finding.outcome is Outcome.WARNING
    assert finding.evidence.startswith(f"301x200 was refused 6 times, for {page[0]}")
    assert "python -m ops logs patient --cause NotAdmitted" in finding.cure
    assert examined.healthy


def test_a_stale_redirect_is_found_and_no_other_fault(patient: Patient) -> None:
    key = patient.new_key()
    with plants.stale_redirect(patient, key):
        assert present(patient.examined()) == ["stale-redirect"]
        assert present(patient.seen(key)) == ["stale-redirect"]


def test_a_kept_redirect_is_found_together_with_its_ttl(patient: Patient) -> None:
    with plants.kept_redirect(patient):
        assert present(patient.examined()) == ["redirect-code", "default-ttl"]
        assert sorted(present(patient.seen())) == ["default-ttl", "redirect-code"]


def test_a_correct_stack_has_no_fault_from_inside_or_outside(patient: Patient) -> None:
    examined, seen = patient.examined(), patient.seen()
    assert (present(examined), present(seen)) == ([], [])
    assert examined.healthy
    assert seen.healthy


def test_a_correct_stack_is_examined_completely(patient: Patient) -> None:
    unseen = {finding.id for finding in patient.examined().of(Outcome.NOT_CHECKED)}
    assert unseen == set()
