"""The checks on facts that no real part can show on one machine, and the list of checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from edge.cloudfront.distribution import ErrorPage, Failover, Origin
from edge.origin_access import SERVICE
from edge.s3.bucket_policy import Condition, Policy, Statement
from ops.doctor import reference
from ops.doctor.checks import ALL
from ops.doctor.checks.site import keeps_private
from ops.doctor.diagnosis import Outcome, diagnose
from ops.doctor.facts import (
    LOOK,
    MIRROR,
    READ,
    Adoption,
    Api,
    Facts,
    NotAllowed,
    Permission,
    Queue,
    Spending,
    Trouble,
)
from ops.doctor.known import Unread
from ops.doctor.outside.address import Address
from ops.doctor.outside.hops import Ending, Hop, Walk
from tests.ops.doctor import healthy
from tests.ops.doctor.healthy import FACTS, FROM_OUTSIDE, SITE, hop, walk
from tests.ops.doctor.patient import faults

Change = Callable[[Facts], Facts]


def inside(**pieces: Any) -> Change:
    return lambda facts: replace(facts, inside=replace(facts.inside, **pieces))


def outside(**pieces: Any) -> Change:
    return lambda facts: replace(facts, outside=replace(facts.outside, **pieces))


def tagged(header: str, *, tag_arrives: bool) -> Change:
    """Evict by tag, with the header that the distribution reads tags from."""
    environment = {**healthy.FUNCTION.environment, "EVICT_BY": "tag"}
    return inside(
        function=replace(healthy.FUNCTION, environment=environment),
        distribution=replace(
            healthy.DISTRIBUTION, deployed=replace(healthy.DISTRIBUTION.deployed, tag_header=header)
        ),
        tag_arrives=tag_arrives,
    )


def ahead(minutes: int) -> Change:
    """Set this machine's clock wrong: so many minutes behind the other clocks."""

    def late(walk: Walk) -> Walk:
        shifted = tuple(replace(hop, at=hop.at - timedelta(minutes=minutes)) for hop in walk.hops)
        return replace(walk, hops=shifted)

    seen = FACTS.outside
    assert isinstance(seen.missing, Walk)
    assert isinstance(seen.present, Walk)
    walks = (seen.nowhere, seen.again, seen.missing, seen.present, seen.respelled)
    names = ("nowhere", "again", "missing", "present", "respelled")
    return outside(**dict(zip(names, map(late, walks), strict=True)))


PRESIGNED = "https://site.s3.eu-west-1.amazonaws.com/300x200/a.jpg?X-Amz-Signature=1"
AROUND = hop("/resize/300x200/a.jpg", 302, location=PRESIGNED, cache_control="no-store")
MISS = hop("/300x200/a.jpg", 307, location=f"{SITE}/resize/300x200/a.jpg")
KEPT_MISS = hop("/300x200/a.jpg", 307, location=f"{SITE}/resize/300x200/a.jpg", x_cache="Hit from cloudfront")

DISTRIBUTION_ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
BUCKET_ITSELF = Origin("site", "site.s3.eu-west-1.amazonaws.com", signs_as=DISTRIBUTION_ARN)
PICTURES = Origin("picture", healthy.API.domain, "/api/resize", (("Accept", "image/vnd.resize404"),))
TO_THE_APP = Failover(PICTURES, frozenset({403, 404}))
BY_ITS_ARN = Condition("StringEquals", "aws:sourcearn", (DISTRIBUTION_ARN,))
SIGNED_ONLY = Policy(
    (Statement(True, ("s3:GetObject",), ("arn:aws:s3:::site/*",), (BY_ITS_ARN,), (SERVICE,)),)  # noqa: FBT003 - allows
)


def with_error_pages(pages: dict[int, ErrorPage]) -> Change:
    deployed = replace(healthy.DISTRIBUTION.deployed, error_pages=pages)
    return inside(distribution=replace(healthy.DISTRIBUTION, deployed=deployed))


def app_with(**changed: Any) -> Failover:
    return replace(TO_THE_APP, origin=replace(PICTURES, **changed))


BY_API: list[tuple[str, list[str], Change]] = [
    ("nothing wrong", [], lambda facts: facts),
    (
        "the whole account blocked",
        ["block-public-access"],
        inside(bucket=replace(healthy.BUCKET, account_blocks=frozenset({"RestrictPublicBuckets"}))),
    ),
    (
        "the function's clock ahead",
        ["clock"],
        inside(inspection=replace(healthy.INSPECTION, skew=timedelta(minutes=6))),
    ),
    (
        "the function's clock a little behind",
        [],
        inside(inspection=replace(healthy.INSPECTION, skew=timedelta(minutes=-4))),
    ),
    ("this machine's clock behind", ["clock"], ahead(20)),
    ("this machine's clock ahead", ["clock"], ahead(-20)),
    ("the bucket in another region", ["region"], inside(bucket=replace(healthy.BUCKET, region="us-east-2"))),
    (
        "the function in another region",
        ["region", "sources-near"],
        inside(function=replace(healthy.FUNCTION, region="us-east-2")),
    ),
    ("the API in another region", ["region"], inside(api=Api("abc123", "us-east-2", ("REGIONAL",)))),
    ("failures", ["failures"], inside(troubles=(Trouble("handler", 2, 0),))),
    ("a size that is not allowed", ["not-allowed"], inside(not_allowed=(NotAllowed("9x9", "a.jpg", 3),))),
    ("no budget", [], inside(spending=None)),
    ("a budget with room for everything", [], inside(spending=Spending(748, 750, 1500, 60, 750, 2))),
    ("a budget that is used up", ["budget"], inside(spending=Spending(749, 750, 1500, 60, 750, 2))),
    ("a budget for redirects", [], inside(spending=Spending(374, 750, 1500, 60, 375, 2))),
    ("a budget without redirects", ["budget"], inside(spending=Spending(375, 750, 1500, 60, 375, 2))),
    ("throttles", ["failures"], inside(troubles=(Trouble("handler", 0, 1),))),
    ("dead letters", ["dead-letters"], inside(dead_letters=(Queue("dead", 3),))),
    ("an API that is private", ["api-regional"], inside(api=Api("abc123", "eu-west-1", ("PRIVATE",)))),
    (
        "no CORS at S3 itself",
        ["cors"],
        inside(bucket=replace(healthy.BUCKET, site=replace(healthy.BUCKET.site, cors=()))),
    ),
    ("tags that do not arrive, by path", [], inside(tag_arrives=False)),
    ("tags that do not arrive", ["cache-tags"], tagged("x-amz-meta-cache-tag", tag_arrives=False)),
    ("tags that arrive", [], tagged("X-Amz-Meta-Cache-Tag", tag_arrives=True)),
    ("tags in another header", ["cache-tags"], tagged("cache-tag", tag_arrives=True)),
    ("tags that the distribution ignores", ["cache-tags"], tagged("", tag_arrives=True)),
    ("an index that is not complete", ["index"], inside(is_indexed=False)),
    ("mirrors that nothing changes any more", ["mirrors"], inside(mirrors_left=("a.jpg",))),
    ("an existing distribution with ours", [], inside(adoption=Adoption(is_there=True, is_current=True))),
    ("one without ours", ["adopted"], inside(adoption=Adoption(is_there=False, is_current=False))),
    ("one with earlier ones", ["adopted"], inside(adoption=Adoption(is_there=True, is_current=False))),
    ("a page for errors", ["error-pages"], with_error_pages({404: ErrorPage("/index.html", 200)})),
    ("a bucket that does not tell", ["source-events"], inside(silent_sources=("photos",))),
    (
        "a key of KMS that the app may not use",
        ["may-read"],
        inside(
            permissions=(Permission(READ, healthy.FUNCTION.role, "kms:Decrypt", "key", is_allowed=False),)
        ),
    ),
    (
        "a role that may not write mirrors",
        ["may-mirror"],
        inside(
            permissions=(
                Permission(MIRROR, healthy.FUNCTION.role, "s3:PutObject", "site/a.jpg", is_allowed=False),
            )
        ),
    ),
    (
        "a Rekognition that the app may not ask",
        ["may-moderate"],
        inside(
            permissions=(
                Permission(
                    LOOK, healthy.FUNCTION.role, "rekognition:DetectModerationLabels", "*", is_allowed=False
                ),
            )
        ),
    ),
    ("another API", ["app-behaviour"], inside(api=Api("zzz", "eu-west-1", ("REGIONAL",)))),
]


def failing_over(
    origin: Origin = BUCKET_ITSELF, failover: Failover | None = TO_THE_APP, **other: Any
) -> Change:
    """Change the healthy site to one that fails over, healthy as well but for what is given."""
    pictures, app = healthy.DISTRIBUTION.deployed.behaviours[1], healthy.DISTRIBUTION.deployed.behaviours[0]
    behaviours = (app, replace(pictures, origin=origin, failover=failover))
    environment = {**healthy.FUNCTION.environment, "DELIVERY": "failover"}
    deployed = replace(healthy.DISTRIBUTION.deployed, behaviours=behaviours)
    private = replace(healthy.BUCKET.site, website=None, policy=SIGNED_ONLY)
    pieces = {
        "distribution": replace(healthy.DISTRIBUTION, deployed=deployed),
        "function": replace(healthy.FUNCTION, environment=environment),
        "bucket": replace(healthy.BUCKET, site=private, blocks=frozenset({"RestrictPublicBuckets"})),
        "tag_arrives": Unread("the origin does not answer"),
        **other,
    }
    missing = walk(hop("/300x200/a.jpg", 200, content_type="image/jpeg"))
    nowhere = walk(healthy.saying(hop("/300x200/no.jpg", 404, server="CloudFront"), healthy.APP_SAYS_NO))
    seen = outside(nowhere=nowhere, again=nowhere, missing=missing)
    return lambda facts: seen(inside(**pieces)(facts) if isinstance(facts.inside.stack, str) else facts)


HANDED_OVER = walk(healthy.saying(healthy.PICTURE, {"server": "CloudFront", "x-resize404-version": "1.0.0"}))
"""What a viewer sees of a picture that comes from the app."""

FAILING_OVER: list[tuple[str, list[str], Change]] = [
    ("nothing wrong", [], failing_over()),
    (
        "a group that does not see 403",
        ["failover"],
        failing_over(failover=replace(TO_THE_APP, statuses=frozenset({404}))),
    ),
    ("a group that leads elsewhere", ["failover"], failing_over(failover=app_with(domain="other.example"))),
    ("a path without /resize", ["failover"], failing_over(failover=app_with(path="/api"))),
    ("no header that asks for pictures", ["failover"], failing_over(failover=app_with(headers=()))),
    ("no origin access control", ["origin-access"], failing_over(replace(BUCKET_ITSELF, signs_as=""))),
    (
        "a website endpoint",
        ["origin-access"],
        failing_over(replace(BUCKET_ITSELF, domain=healthy.WEBSITE.domain, signs_as="")),
    ),
    (
        "a bucket in another region",
        ["region"],
        failing_over(replace(BUCKET_ITSELF, domain="site.s3.us-east-2.amazonaws.com")),
    ),
    (
        "a policy for another distribution",
        ["public-read"],
        failing_over(replace(BUCKET_ITSELF, signs_as="arn:aws:cloudfront::123456789012:distribution/E2")),
    ),
    (
        "a stored picture that S3 gives only to the app",
        ["public-read"],
        lambda facts: outside(present=HANDED_OVER)(failing_over()(facts)),
    ),
    ("DELIVERY=redirect", ["delivery"], failing_over(function=healthy.FUNCTION)),
    ("no origin group", ["delivery"], failing_over(failover=None)),
]


@pytest.mark.parametrize(
    ("found", "change"), [row[1:] for row in FAILING_OVER], ids=[row[0] for row in FAILING_OVER]
)
def test_which_faults_show_at_a_site_that_fails_over(found: list[str], change: Change) -> None:
    assert faults(diagnose(change(FACTS), ALL)) == found


def test_a_healthy_site_that_fails_over_is_healthy_from_outside_too() -> None:
    assert faults(diagnose(failing_over()(FROM_OUTSIDE), ALL)) == []


def test_that_the_app_hands_out_what_is_stored_is_seen_from_outside_unless_a_cache_has_kept_it() -> None:
    kept = walk(healthy.saying(HANDED_OVER.hops[0], {"x-cache": "Hit from cloudfront"}))
    for present, found in ((HANDED_OVER, ["public-read"]), (kept, [])):
        for seen in (outside(present=present), outside(stored=(present,))):
            assert faults(diagnose(seen(failing_over()(FROM_OUTSIDE)), ALL)) == found


@pytest.mark.parametrize(
    ("aliases", "host"),
    [
        (("example.com", "img.example.com"), "img.example.com"),
        (("other.example.com",), "other.example.com"),
        ((), "d1.cloudfront.net"),
    ],
)
def test_a_cure_names_the_host_that_was_examined_if_the_distribution_has_it(
    aliases: tuple[str, ...], host: str
) -> None:
    deployed = replace(healthy.DISTRIBUTION.deployed, aliases=aliases)
    change = inside(distribution=replace(healthy.DISTRIBUTION, deployed=deployed))
    assert change(FACTS).names["host"] == host


@pytest.mark.parametrize(("found", "change"), [row[1:] for row in BY_API], ids=[row[0] for row in BY_API])
def test_which_faults_the_aws_apis_show(found: list[str], change: Change) -> None:
    assert faults(diagnose(change(FACTS), ALL)) == found


def refusing(status: int, code: str) -> Walk:
    """Return a walk that ends with the app's refusal."""
    said = {"x-resize404-code": code, "x-resize404-message": "No."}
    return walk(MISS, healthy.saying(hop("/resize/300x200/a.jpg", status), said))


def without(hop: Hop, name: str) -> Hop:
    """Return the hop without one of its headers."""
    return replace(hop, headers={each: value for each, value in hop.headers.items() if each != name})


UNSEEN = Unread("the first view got no picture")
CIRCLE = (MISS, hop("/resize/300x200/a.jpg", 302, location="/300x200/a.jpg", cache_control="no-store"))

SEEN: list[tuple[str, list[str], Change]] = [
    ("nothing wrong", [], lambda facts: facts),
    ("nothing answers", ["site-answers"], outside(nowhere=Walk((), Ending.UNREACHABLE, "no such host"))),
    (
        "CloudFront has no origin",
        ["site-answers"],
        outside(nowhere=walk(hop("/a", 502, server="CloudFront"))),
    ),
    (
        "from https to http",
        ["rule-protocol"],
        outside(nowhere=walk(hop("/a", 307, location="http://img.example.com/resize/a"))),
    ),
    (
        "the prefix kept in the redirect",
        ["key-prefix"],
        outside(
            address=Address(SITE, "img/", "300x200", "a.jpg"),
            nowhere=walk(hop("/img/300x200/a", 307, location="/resize/img/300x200/a")),
        ),
    ),
    (
        "what says no-store is kept",
        ["min-ttl"],
        outside(
            missing=walk(
                MISS,
                replace(AROUND, headers={**AROUND.headers, "x-cache": "Hit from cloudfront"}),
                healthy.PICTURE,
            )
        ),
    ),
    ("a circle", ["hops"], outside(missing=walk(*CIRCLE, *CIRCLE, ending=Ending.LOOP), present=UNSEEN)),
    (
        "no end",
        ["hops"],
        outside(missing=walk(*[MISS] * 20, ending=Ending.TOO_LONG), present=UNSEEN),
    ),
    ("a long way", ["hops"], outside(missing=walk(*CIRCLE * 3, healthy.PICTURE))),
    ("a stale redirect", ["stale-redirect"], outside(present=walk(KEPT_MISS, AROUND, healthy.PICTURE))),
    ("a stored variant refused", ["public-read"], outside(present=walk(MISS, AROUND, healthy.PICTURE))),
    ("no ImageMagick", ["imagemagick"], outside(missing=refusing(500, "NoImageMagick"), present=UNSEEN)),
    ("no original", ["may-read"], outside(missing=refusing(404, "NoSuchOriginal"), present=UNSEEN)),
    (
        "an original that S3 does not hand out",
        ["original-unlocked"],
        outside(missing=refusing(500, "UnreadableOriginal"), present=UNSEEN),
    ),
    (
        "no original is handed out",
        ["original-unlocked"],
        outside(
            nowhere=refusing(500, "UnreadableOriginal"),
            missing=refusing(500, "UnreadableOriginal"),
            present=UNSEEN,
        ),
    ),
    ("an original that is none", ["picture"], outside(missing=refusing(415, "NotAnImage"), present=UNSEEN)),
    (
        "a size that is not allowed",
        ["allowlist"],
        outside(missing=refusing(403, "NotAdmitted"), present=UNSEEN),
    ),
    (
        "no usual size is allowed",
        ["allowlist"],
        outside(
            nowhere=refusing(403, "NotAdmitted"), missing=UNSEEN, present=UNSEEN, is_variant_guessed=True
        ),
    ),
    ("another spelling is served", ["spellings"], outside(respelled=walk(hop("/300x200/no%2Ejpg", 200)))),
    (
        "another spelling is a miss of its own",
        ["spellings"],
        outside(respelled=walk(hop("/300x200/no%2Ejpg", 307, location="/resize/300x200/no.jpg"))),
    ),
    (
        "another spelling is redirected, but not for good",
        ["spellings"],
        outside(respelled=walk(hop("/300x200/no%2Ejpg", 302, location="/300x200/no.jpg"))),
    ),
    (
        "another spelling is redirected elsewhere",
        ["spellings"],
        outside(respelled=walk(hop("/300x200/no%2Ejpg", 301, location="/300x200/other.jpg"))),
    ),
    (
        "another spelling is redirected without CORS",
        ["cors"],
        outside(respelled=walk(without(healthy.OUTSIDE.respelled.hops[0], "access-control-allow-origin"))),
    ),
    ("no CDN in front", [], outside(respelled=walk(without(hop("/300x200/no%2Ejpg", 307), "via")))),
    (
        "a page for a picture",
        ["picture"],
        outside(missing=walk(hop("/300x200/a.jpg", 200, content_type="text/html"))),
    ),
]


ALL_OF_IT, ONLY_VARIANTS = ("arn:aws:s3:::site/*",), ("arn:aws:s3:::site/img/*",)
LABELS = Statement(False, ("s3:GetObject",), ("arn:aws:s3:::site/img/.moderation/*",))  # noqa: FBT003 - likewise
FACES = Statement(False, ("s3:GetObject",), ("arn:aws:s3:::site/img/.faces/*",))  # noqa: FBT003 - denies


@pytest.mark.parametrize(
    ("environ", "allowed", "denied", "shown"),
    [
        ({}, ALL_OF_IT, (), ""),
        ({"SOURCES": "default=site/originals"}, ALL_OF_IT, (), "the originals of the source default"),
        ({"SOURCES": "default=site/originals"}, ONLY_VARIANTS, (), ""),
        ({"FACE_DETECTION": "rekognition"}, ONLY_VARIANTS, (), "where the faces in originals are"),
        ({"FACE_DETECTION": "rekognition"}, ONLY_VARIANTS, (FACES,), ""),
        ({"MODERATION": "rekognition:Violence=refuse"}, ONLY_VARIANTS, (FACES,), "what originals show"),
        ({"MODERATION": "rekognition:Violence=refuse"}, ONLY_VARIANTS, (LABELS,), ""),
    ],
    ids=[
        "two buckets",
        "one bucket, open",
        "one bucket, by prefix",
        "faces, open",
        "faces, denied",
        "labels, open",
        "labels, denied",
    ],
)
def test_a_policy_that_hands_out_more_than_variants_is_named(
    environ: dict[str, str], allowed: tuple[str, ...], denied: tuple[Statement, ...], shown: str
) -> None:
    function = replace(
        healthy.FUNCTION, environment={**healthy.FUNCTION.environment, "KEY_PREFIX": "img/", **environ}
    )
    policy = Policy((Statement(True, ("s3:GetObject",), allowed), *denied))  # noqa: FBT003 - allows
    bucket = replace(healthy.BUCKET, site=replace(healthy.BUCKET.site, policy=policy))
    verdict = keeps_private(replace(FACTS, inside=replace(FACTS.inside, bucket=bucket, function=function)))
    assert verdict.outcome is (Outcome.WARNING if shown else Outcome.OK)
    assert shown in verdict.evidence


@pytest.mark.parametrize(("found", "change"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_which_faults_show_from_outside(found: list[str], change: Change) -> None:
    assert faults(diagnose(change(FROM_OUTSIDE), ALL)) == found


def test_the_date_of_a_cached_answer_does_not_count_for_clocks() -> None:
    old = hop(
        "/300x200/a.jpg", 200, content_type="image/jpeg", date="Fri, 20 Nov 2026 02:00:00 GMT", age="36000"
    )
    assert faults(diagnose(outside(present=walk(old))(FROM_OUTSIDE), ALL)) == []


def test_a_redirect_loop_is_shown() -> None:
    facts = outside(missing=walk(*CIRCLE, *CIRCLE, ending=Ending.LOOP), present=UNSEEN)(FROM_OUTSIDE)
    (finding,) = diagnose(facts, ALL).of(Outcome.FAULT)
    assert finding.evidence == "a loop: /300x200/a.jpg → /resize/300x200/a.jpg → /300x200/a.jpg"


def test_if_nothing_answers_the_other_checks_are_not_checked() -> None:
    nothing = Walk((), Ending.UNREACHABLE, "no such host")
    unseen = outside(nowhere=nothing, again=nothing, missing=UNSEEN, present=UNSEEN, respelled=nothing)
    facts = unseen(FROM_OUTSIDE)
    outcomes = {finding.id: finding.outcome for finding in diagnose(facts, ALL).findings}
    assert outcomes.pop("site-answers") is Outcome.FAULT
    assert set(outcomes.values()) == {Outcome.NOT_CHECKED}


def test_every_check_has_its_own_id_and_comes_after_its_causes() -> None:
    ids = [check.id for check in ALL]
    assert len(set(ids)) == len(ids)
    for number, check in enumerate(ALL):
        assert set(check.symptom_of) <= set(ids[:number]), check.id


def test_the_document_has_every_check() -> None:
    document = reference.DOCUMENT.read_text()
    assert document == reference.written(document), "type: python -m ops.doctor.reference"
    assert reference.table() in document
