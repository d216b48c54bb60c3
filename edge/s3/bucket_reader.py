"""Reads website buckets and their objects through the S3 API. All calls block."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

from edge.s3 import bucket_policy
from edge.s3.cors import CorsRule
from edge.s3.routing_rules import Redirect, Rule
from edge.s3.site import Site, Website
from edge.shared.answer import Answer, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import (
        CORSRuleOutputTypeDef,
        RedirectAllRequestsToTypeDef,
        RedirectTypeDef,
        RoutingRuleTypeDef,
    )

T = TypeVar("T")

_OBJECT_HEADERS = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-type",
        "etag",
        "expires",
        "last-modified",
        "x-amz-version-id",
        "x-amz-website-redirect-location",
    }
)


class BucketReader:
    """Reads the buckets of one account with the owner's client."""

    def __init__(self, s3: S3Client) -> None:
        self._s3 = s3

    def site(self, bucket: str) -> Site | None:
        """Return the configuration of `bucket`, or None if it does not exist.

        With Block Public Access's RestrictPublicBuckets, a public policy has no effect. Only what it allows
        services of AWS is left.
        """
        found = _unless_missing(lambda: self._s3.head_bucket(Bucket=bucket))
        if found is None:
            return None
        region = found.get("BucketRegion", "")
        return Site(bucket, self._website(bucket), region, self._policy(bucket), self._cors(bucket))

    def read(self, bucket: str, key: str) -> Answer | None:
        """Return the object with its own headers, or None if it does not exist."""
        found = _unless_missing(lambda: self._s3.get_object(Bucket=bucket, Key=key))
        if found is None:
            return None
        with found["Body"] as stream:
            body = stream.read()
        headers = found["ResponseMetadata"]["HTTPHeaders"].items()
        return answer(200, [(name, value) for name, value in headers if _is_objects_own(name)], body)

    def has(self, bucket: str, key: str) -> bool:
        """Say whether the object exists."""
        return _unless_missing(lambda: self._s3.head_object(Bucket=bucket, Key=key)) is not None

    def _website(self, bucket: str) -> Website | None:
        stored = _unless_missing(lambda: self._s3.get_bucket_website(Bucket=bucket))
        if stored is None:
            return None
        everything = stored.get("RedirectAllRequestsTo")
        return Website(
            index=stored.get("IndexDocument", {}).get("Suffix", ""),
            error=stored.get("ErrorDocument", {}).get("Key", ""),
            rules=tuple(map(_rule, stored.get("RoutingRules", []))),
            redirect_all=_redirect_all(everything) if everything else None,
        )

    def _policy(self, bucket: str) -> bucket_policy.Policy:
        stored = _unless_missing(lambda: self._s3.get_bucket_policy(Bucket=bucket))
        if not stored:
            return bucket_policy.NOTHING_ALLOWED
        policy = bucket_policy.parse(stored["Policy"])
        return policy.of_services if self._is_restricted(bucket) else policy

    def _is_restricted(self, bucket: str) -> bool:
        stored = _unless_missing(lambda: self._s3.get_public_access_block(Bucket=bucket))
        return bool(stored and stored["PublicAccessBlockConfiguration"].get("RestrictPublicBuckets"))

    def _cors(self, bucket: str) -> tuple[CorsRule, ...]:
        stored = _unless_missing(lambda: self._s3.get_bucket_cors(Bucket=bucket))
        return tuple(map(_cors_rule, stored["CORSRules"])) if stored else ()


def _unless_missing(ask: Callable[[], T]) -> T | None:
    """Return the result of `ask`, or None if AWS answers 404."""
    try:
        return ask()
    except ClientError as refusal:
        if refusal.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
            return None
        raise


def _is_objects_own(header: str) -> bool:
    return header in _OBJECT_HEADERS or header.startswith("x-amz-meta-")


def _rule(stored: RoutingRuleTypeDef) -> Rule:
    condition = stored.get("Condition", {})
    error = condition.get("HttpErrorCodeReturnedEquals")
    return Rule(
        _redirect(stored["Redirect"]), condition.get("KeyPrefixEquals", ""), int(error) if error else None
    )


def _redirect_all(stored: RedirectAllRequestsToTypeDef) -> Redirect:
    return Redirect(protocol=stored.get("Protocol", ""), host=stored["HostName"])


def _redirect(stored: RedirectTypeDef) -> Redirect:
    return Redirect(
        code=int(stored.get("HttpRedirectCode", 301)),
        protocol=stored.get("Protocol", ""),
        host=stored.get("HostName", ""),
        prefix=stored.get("ReplaceKeyPrefixWith"),
        key=stored.get("ReplaceKeyWith"),
    )


def _cors_rule(stored: CORSRuleOutputTypeDef) -> CorsRule:
    return CorsRule(
        origins=tuple(stored["AllowedOrigins"]),
        methods=tuple(stored["AllowedMethods"]),
        exposed=tuple(stored.get("ExposeHeaders", [])),
        max_age=stored.get("MaxAgeSeconds"),
    )
