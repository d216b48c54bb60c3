"""Somebody else's distribution in the emulator, for www.example.com, as its owner makes and changes it."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_s3 import S3Client

NAME = "www.example.com"
PAGE = b"<h1>their page</h1>"
SECRET = "their-own-secret"  # noqa: S105 - the test looks for it in what is shown
_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
_numbers = itertools.count(1)


def website(s3: S3Client) -> str:
    """Make a bucket with a page, and return the name of its website endpoint."""
    bucket = f"their-web-{next(_numbers)}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    readable = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [readable]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    s3.put_object(Bucket=bucket, Key="index.html", Body=PAGE, ContentType="text/html")
    return f"{bucket}.s3-website-us-east-1.amazonaws.com"


def distribution(
    cloudfront: CloudFrontClient, *patterns: str, origin: str = "web.example.com", **more: Any
) -> str:
    """Make a distribution with behaviours for these `patterns`, and return its id."""
    behaviour = {
        "TargetOriginId": "web",
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": _CACHING_DISABLED,
    }
    behaviours = [{"PathPattern": pattern, **behaviour} for pattern in patterns]
    web = {
        "Id": "web",
        "DomainName": origin,
        "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "x-theirs", "HeaderValue": SECRET}]},
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"},
    }
    config: Any = {
        "CallerReference": f"theirs-{next(_numbers)}",
        "Aliases": {"Quantity": 1, "Items": [NAME]},
        "DefaultRootObject": "index.html",
        "Origins": {"Quantity": 1, "Items": [web]},
        "OriginGroups": {"Quantity": 0},
        "DefaultCacheBehavior": behaviour,
        "CacheBehaviors": {"Quantity": len(behaviours), **({"Items": behaviours} if behaviours else {})},
        "CustomErrorResponses": {"Quantity": 0},
        "Comment": "their website",
        "Enabled": True,
        **more,
    }
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    put(cloudfront, made)  # the emulator keeps the order that it was sent, CloudFront has one of its own
    return made


def config(cloudfront: CloudFrontClient, distribution: str) -> dict[str, Any]:
    """Return the configuration, as a copy of its own."""
    found = cloudfront.get_distribution_config(Id=distribution)["DistributionConfig"]
    copied: dict[str, Any] = json.loads(json.dumps(found))
    return copied


def put(cloudfront: CloudFrontClient, distribution: str, **changes: Any) -> None:
    """Change parts of the configuration."""
    replace(cloudfront, distribution, {**config(cloudfront, distribution), **changes})


def replace(cloudfront: CloudFrontClient, distribution: str, whole: Any) -> None:
    """Change the whole configuration."""
    etag = cloudfront.get_distribution_config(Id=distribution)["ETag"]
    cloudfront.update_distribution(Id=distribution, IfMatch=etag, DistributionConfig=whole)


def parameters(distribution: str, **more: str) -> dict[str, str]:
    """Return the parameters of a stack whose pictures this distribution is to serve."""
    return {"ExistingDistribution": distribution, "DomainName": NAME, "KeyPrefix": "img/", **more}
