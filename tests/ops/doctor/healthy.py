"""The facts of a healthy site. Tests change them one at a time, for faults that no real part can show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from edge.cloudfront.distribution import Behaviour, CachePolicy, Origin
from edge.cloudfront.distribution import Distribution as Deployed
from edge.cloudfront.ttl import Bounds
from edge.s3.bucket_policy import Policy, Statement
from edge.s3.cors import CorsRule
from edge.s3.routing_rules import Redirect, Rule
from edge.s3.site import Site, Website
from ops.doctor.facts import (
    EVICT,
    Api,
    Distribution,
    Facts,
    Function,
    Inside,
    Inspection,
    Permission,
    Queue,
    SiteBucket,
    Spending,
    Trouble,
)
from ops.doctor.inside.gather import NOTHING
from ops.doctor.outside.address import Address
from ops.doctor.outside.hops import Ending, Hop, Walk
from ops.doctor.outside.seen import Outside

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SITE = "https://img.example.com"
APP_SAYS_NO = {"x-resize404-code": "NoSuchOriginal", "x-resize404-message": "There is no such image."}
KEPT_FOR_NOTHING = CachePolicy(Bounds(0, 0, 31_536_000))


def hop(path: str, status: int, **headers: str) -> Hop:
    """Return a hop of the healthy site; an underscore stands for the dash in a header's name."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    usual = {
        "date": format_datetime(NOW),
        "server": "AmazonS3" if "/resize/" not in path else "CloudFront",
        "via": "1.1 d1.cloudfront.net (CloudFront)",
        "x-cache": "Miss from cloudfront",
        "access-control-allow-origin": "*",
    }
    return Hop(SITE + path, status, {**usual, **named}, b"", 10.0, NOW)


def walk(*hops: Hop, ending: Ending = Ending.ANSWERED) -> Walk:
    return Walk(hops, ending)


def saying(answer: Hop, headers: dict[str, str]) -> Hop:
    """Return the hop with more headers."""
    return replace(answer, headers={**answer.headers, **headers})


ENTRY = hop("/300x200/no.jpg", 307, location=f"{SITE}/resize/300x200/no.jpg")
NOWHERE = walk(ENTRY, saying(hop("/resize/300x200/no.jpg", 404), APP_SAYS_NO))
PICTURE = hop("/300x200/a.jpg", 200, content_type="image/jpeg")
MISSING = walk(
    hop("/300x200/a.jpg", 307, location=f"{SITE}/resize/300x200/a.jpg"),
    hop("/resize/300x200/a.jpg", 302, location="/300x200/a.jpg", cache_control="no-store"),
    PICTURE,
)
OUTSIDE = Outside(
    Address(SITE, "", "300x200", "a.jpg"),
    NOWHERE,
    walk(ENTRY, ending=Ending.TOO_LONG),
    MISSING,
    walk(PICTURE),
    walk(hop("/300x200/no%2Ejpg", 301, location="/300x200/no.jpg"), ending=Ending.TOO_LONG),
)

WEBSITE = Origin("site", "site.s3-website-eu-west-1.amazonaws.com")
API = Origin("app", "abc123.execute-api.eu-west-1.amazonaws.com", "/api")
DISTRIBUTION = Distribution(
    "E1",
    Deployed(
        "d1.cloudfront.net",
        (
            Behaviour("/resize/*", API, cache=CachePolicy(Bounds(0, 0, 0))),
            Behaviour("*", WEBSITE, cache=KEPT_FOR_NOTHING),
        ),
        aliases=("img.example.com",),
    ),
)
RULES = tuple(
    Rule(Redirect(307, "https", "img.example.com", "resize/"), error=status) for status in (404, 403)
)
READABLE = Policy((Statement(True, ("s3:GetObject",), ("arn:aws:s3:::site/*",)),))  # noqa: FBT003 - allows
BUCKET = SiteBucket(
    "site",
    "eu-west-1",
    Site("site", Website("index.html", rules=RULES), "eu-west-1", READABLE, (CorsRule(("*",), ("GET",)),)),
    frozenset(),
    frozenset(),
)
FUNCTION = Function(
    "handler",
    "arn:aws:lambda:eu-west-1:123456789012:function:handler",
    "arn:aws:iam::123456789012:role/handler",
    "eu-west-1",
    {"SITE_BUCKET": "site", "SOURCES": "default=source", "ALLOWED_DIMENSIONS": "300x200"},
)
ALL_FORMATS = frozenset({"jpeg", "png", "gif", "webp", "avif", "jxl"})
INSPECTION = Inspection("ImageMagick 6.9", "", ALL_FORMATS, ALL_FORMATS, timedelta())
INSIDE = Inside(
    stack="shop",
    bucket=BUCKET,
    distribution=DISTRIBUTION,
    adoption=None,
    api=Api("abc123", "eu-west-1", ("REGIONAL",)),
    function=FUNCTION,
    inspection=INSPECTION,
    permissions=(Permission(EVICT, FUNCTION.role, "cloudfront:CreateInvalidation", "E1", is_allowed=True),),
    source_regions={"source": "eu-west-1"},
    dead_letters=(Queue("dead", 0),),
    troubles=(Trouble("handler", 0, 0),),
    not_allowed=(),
    tag_arrives=True,
    is_indexed=True,
    mirrors_left=(),
    silent_sources=(),
    spending=Spending(300, 750, 1500, 60, 375, 2),
)
FACTS = Facts(OUTSIDE, INSIDE)
FROM_OUTSIDE = Facts(OUTSIDE, NOTHING)
