"""Reads a distribution, its policies and its invalidations through the CloudFront API. All calls block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.cloudfront import headers_policy
from edge.cloudfront.distribution import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    Association,
    Behaviour,
    CachePolicy,
    Distribution,
    Origin,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    Selection,
    UnsupportedDistributionError,
)
from edge.cloudfront.ttl import DAY, Bounds

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient

Stored = dict[str, Any]
"""A structure as boto3 returns it. Only this module and `headers_policy` use it."""

_KINDS: dict[str, Any] = {
    "none": "none",
    "whitelist": "only",
    "allExcept": "except",
    "all": "all",
    "allViewer": "all",
    "allViewerAndWhitelistCloudFront": "all",
}


class DistributionReader:
    """Reads the distributions of one account."""

    def __init__(self, cloudfront: CloudFrontClient) -> None:
        self._cloudfront = cloudfront

    def get(self, distribution_id: str) -> Distribution:
        """Return the deployed distribution with all policies that it refers to."""
        found: Stored = {**self._cloudfront.get_distribution(Id=distribution_id)["Distribution"]}
        config = found["DistributionConfig"]
        origins = {origin["Id"]: _origin(origin) for origin in config["Origins"]["Items"]}
        ordered = [
            *_items(config.get("CacheBehaviors")),
            {**config["DefaultCacheBehavior"], "PathPattern": "*"},
        ]
        return Distribution(
            domain=found["DomainName"],
            behaviours=tuple(self._behaviour(stored, origins) for stored in ordered),
            aliases=tuple(_items(config.get("Aliases"))),
            error_ttls={
                error["ErrorCode"]: float(error["ErrorCachingMinTTL"])
                for error in _items(config.get("CustomErrorResponses"))
                if "ErrorCachingMinTTL" in error
            },
            tag_header=config.get("CacheTagConfig", {}).get("HeaderName", ""),
            root_object=config.get("DefaultRootObject", ""),
            id=distribution_id,
        )

    def invalidations(self, distribution_id: str) -> tuple[str, ...]:
        """Return the ids of all invalidations, old and new."""
        pages = self._cloudfront.get_paginator("list_invalidations").paginate(DistributionId=distribution_id)
        return tuple(
            item["Id"] for page in pages for item in page.get("InvalidationList", {}).get("Items", [])
        )

    def invalidated(self, distribution_id: str, invalidation: str) -> tuple[str, ...]:
        """Return the path items of one invalidation, exactly as they were created."""
        found = self._cloudfront.get_invalidation(DistributionId=distribution_id, Id=invalidation)
        return tuple(found["Invalidation"]["InvalidationBatch"]["Paths"].get("Items", []))

    def _behaviour(self, stored: Stored, origins: dict[str, Origin]) -> Behaviour:
        return Behaviour(
            pattern=stored["PathPattern"],
            origin=origins[stored["TargetOriginId"]],
            methods=frozenset(_items(stored.get("AllowedMethods")) or ("GET", "HEAD")),
            cache=self._cache(stored),
            forwards=self._origin_request_policy(stored.get("OriginRequestPolicyId")),
            responses=self._response_headers_policy(stored.get("ResponseHeadersPolicyId")),
            associations=_associations(stored),
        )

    def _cache(self, stored: Stored) -> CachePolicy:
        if stored.get("CachePolicyId"):
            return self._cache_policy(stored["CachePolicyId"])
        if stored.get("ForwardedValues", {}).get("QueryStringCacheKeys", {}).get("Quantity"):
            raise UnsupportedDistributionError(f"{stored['PathPattern']} has QueryStringCacheKeys.")
        return _legacy_cache(stored)

    def _cache_policy(self, policy_id: str) -> CachePolicy:
        found = self._cloudfront.get_cache_policy(Id=policy_id)["CachePolicy"]
        config: Stored = {**found["CachePolicyConfig"]}
        key = config.get("ParametersInCacheKeyAndForwardedToOrigin", {})
        encodings = {"br": key.get("EnableAcceptEncodingBrotli"), "gzip": key.get("EnableAcceptEncodingGzip")}
        headers, cookies, queries = _selections(key)
        return CachePolicy(
            bounds=Bounds(
                least=float(config["MinTTL"]),
                default=float(config.get("DefaultTTL", DAY)),
                most=float(config.get("MaxTTL", 365 * DAY)),
            ),
            headers=headers,
            cookies=cookies,
            queries=queries,
            encodings=tuple(name for name, is_enabled in encodings.items() if is_enabled),
        )

    def _origin_request_policy(self, policy_id: str | None) -> OriginRequestPolicy:
        if not policy_id:
            return OriginRequestPolicy()
        found = self._cloudfront.get_origin_request_policy(Id=policy_id)["OriginRequestPolicy"]
        return OriginRequestPolicy(*_selections({**found["OriginRequestPolicyConfig"]}))

    def _response_headers_policy(self, policy_id: str | None) -> ResponseHeadersPolicy:
        if not policy_id:
            return ResponseHeadersPolicy()
        found = self._cloudfront.get_response_headers_policy(Id=policy_id)["ResponseHeadersPolicy"]
        return headers_policy.read({**found["ResponseHeadersPolicyConfig"]})


def _items(stored: Stored | None) -> list[Any]:
    return list((stored or {}).get("Items", []))


def _associations(stored: Stored) -> tuple[Association, ...]:
    """Return the functions of a behaviour, those of Lambda@Edge as well."""
    functions = [
        (each["EventType"], each["FunctionARN"]) for each in _items(stored.get("FunctionAssociations"))
    ]
    lambdas = _items(stored.get("LambdaFunctionAssociations"))
    functions += [(each["EventType"], each["LambdaFunctionARN"]) for each in lambdas]
    return tuple(Association(event, arn) for event, arn in functions)


def _origin(stored: Stored) -> Origin:
    custom = stored.get("CustomOriginConfig", {})
    return Origin(
        id=stored["Id"],
        domain=stored["DomainName"],
        path=stored.get("OriginPath", ""),
        headers=tuple(
            (header["HeaderName"], header["HeaderValue"]) for header in _items(stored.get("CustomHeaders"))
        ),
        read_timeout=float(custom.get("OriginReadTimeout", READ_TIMEOUT)),
        connect_timeout=float(stored.get("ConnectionTimeout", CONNECT_TIMEOUT)),
    )


def _legacy_cache(stored: Stored) -> CachePolicy:
    """Return the cache settings of a legacy behaviour, which has ForwardedValues and no cache policy."""
    forwarded = stored.get("ForwardedValues", {})
    headers, cookies = _items(forwarded.get("Headers")), forwarded.get("Cookies", {})
    names = frozenset(name.lower() for name in headers)
    return CachePolicy(
        bounds=Bounds(
            least=float(stored.get("MinTTL", 0)),
            default=float(stored.get("DefaultTTL", DAY)),
            most=float(stored.get("MaxTTL", 365 * DAY)),
        ),
        headers=Selection("all" if "*" in names else "only", names),
        cookies=Selection(
            _KINDS[cookies.get("Forward", "none")], frozenset(_items(cookies.get("WhitelistedNames")))
        ),
        queries=Selection("all" if forwarded.get("QueryString") else "none"),
    )


def _selections(stored: Stored) -> tuple[Selection, Selection, Selection]:
    """Return a policy's selections of headers, cookies and query strings."""
    headers, cookies, queries = (
        stored.get(name, {}) for name in ("HeadersConfig", "CookiesConfig", "QueryStringsConfig")
    )
    names = (name.lower() for name in _items(headers.get("Headers")))
    return (
        Selection(_KINDS[headers.get("HeaderBehavior", "none")], frozenset(names)),
        Selection(_KINDS[cookies.get("CookieBehavior", "none")], frozenset(_items(cookies.get("Cookies")))),
        Selection(
            _KINDS[queries.get("QueryStringBehavior", "none")], frozenset(_items(queries.get("QueryStrings")))
        ),
    )
