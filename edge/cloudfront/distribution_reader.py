"""Reads a distribution, its policies and its invalidations through the CloudFront API. All calls block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edge.cloudfront import headers_policy
from edge.cloudfront.distribution import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    Association,
    Behaviour,
    CachePolicy,
    Distribution,
    ErrorPage,
    Failover,
    Origin,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    Selection,
    UnsupportedDistributionError,
)
from edge.cloudfront.ttl import DAY, Bounds
from edge.emulator import rest_bucket

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

_FAILING_OVER = frozenset({"GET", "HEAD", "OPTIONS"})
_STATUSES = frozenset({400, 403, 404, 416, 429, 500, 502, 503, 504})
"""The statuses after which an origin group can fail over (developer guide, "Optimize high availability with
CloudFront origin failover")."""

_NEVER_SENT = re.compile(
    "cache-control|connection|content-length|cookie|host|if-.+|max-forwards|pragma|proxy-.+|range|request-range"
    "|te|trailer|transfer-encoding|upgrade|via|x-amz-.+|x-edge-.+|x-real-ip",
    re.IGNORECASE,
)
"""The headers that no origin can be sent (developer guide, "Add custom headers to origin requests")."""


class DistributionReader:
    """Reads the distributions of one account."""

    def __init__(self, cloudfront: CloudFrontClient) -> None:
        self._cloudfront = cloudfront

    def get(self, distribution_id: str, mark: str = "") -> Distribution:
        """Return the deployed distribution with all policies that it refers to.

        Of what does not bear `mark` at the beginning of its origin's id, only paths and origins are read: a
        distribution may have more settings than the edge implements.
        """
        found: Stored = {**self._cloudfront.get_distribution(Id=distribution_id)["Distribution"]}
        config = found["DistributionConfig"]
        origins = {
            each["Id"]: self._origin(each, found["ARN"]) if each["Id"].startswith(mark) else _named(each)
            for each in config["Origins"]["Items"]
        }
        targets: dict[str, tuple[Origin, Failover | None]] = {
            **{name: (origin, None) for name, origin in origins.items()},
            **{
                each["Id"]: _group(each, origins) if each["Id"].startswith(mark) else _first(each, origins)
                for each in _items(config.get("OriginGroups"))
            },
        }
        ordered = [
            *_items(config.get("CacheBehaviors")),
            {**config["DefaultCacheBehavior"], "PathPattern": "*"},
        ]
        return Distribution(
            domain=found["DomainName"],
            behaviours=tuple(
                self._behaviour(stored, *targets[stored["TargetOriginId"]])
                if stored["TargetOriginId"].startswith(mark)
                else Behaviour(stored["PathPattern"], targets[stored["TargetOriginId"]][0])
                for stored in ordered
            ),
            aliases=tuple(_items(config.get("Aliases"))),
            error_ttls={
                error["ErrorCode"]: float(error["ErrorCachingMinTTL"])
                for error in _items(config.get("CustomErrorResponses"))
                if "ErrorCachingMinTTL" in error
            },
            error_pages={
                error["ErrorCode"]: ErrorPage(error["ResponsePagePath"], int(error["ResponseCode"]))
                for error in _items(config.get("CustomErrorResponses"))
                if error.get("ResponsePagePath")
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

    def _behaviour(self, stored: Stored, origin: Origin, failover: Failover | None) -> Behaviour:
        methods = frozenset(_items(stored.get("AllowedMethods")) or ("GET", "HEAD"))
        if failover and not methods <= _FAILING_OVER:
            raise UnsupportedDistributionError(
                f"{stored['PathPattern']} has an origin group, and allows other methods than GET, HEAD and "
                "OPTIONS: CloudFront refuses."
            )
        return Behaviour(
            pattern=stored["PathPattern"],
            origin=origin,
            methods=methods,
            cache=self._cache(stored),
            forwards=self._origin_request_policy(stored.get("OriginRequestPolicyId")),
            responses=self._response_headers_policy(stored.get("ResponseHeadersPolicyId")),
            associations=_associations(stored),
            failover=failover,
        )

    def _origin(self, stored: Stored, distribution: str) -> Origin:
        custom = stored.get("CustomOriginConfig", {})
        return Origin(
            id=stored["Id"],
            domain=stored["DomainName"],
            path=stored.get("OriginPath", ""),
            headers=_own_headers(stored),
            read_timeout=float(custom.get("OriginReadTimeout", READ_TIMEOUT)),
            connect_timeout=float(stored.get("ConnectionTimeout", CONNECT_TIMEOUT)),
            signs_as=distribution if self._signs(stored) else "",
        )

    def _signs(self, stored: Stored) -> bool:
        """Say whether requests to the origin are signed. Raise an error where CloudFront would not do so."""
        if not (control := stored.get("OriginAccessControlId")):
            return False
        found = self._cloudfront.get_origin_access_control(Id=control)["OriginAccessControl"]
        config: Stored = {**found["OriginAccessControlConfig"]}
        if config["OriginAccessControlOriginType"] != "s3" or config["SigningBehavior"] == "no-override":
            raise UnsupportedDistributionError(
                f"The edge signs for S3, always or never: {config['Name']} wants something else."
            )
        if "S3OriginConfig" not in stored or not rest_bucket(stored["DomainName"]):
            raise UnsupportedDistributionError(
                f"The origin {stored['Id']} has origin access control, and is not S3's REST endpoint: "
                "CloudFront refuses."
            )
        return bool(config["SigningBehavior"] == "always")

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


def _own_headers(stored: Stored) -> tuple[tuple[str, str], ...]:
    """Return the headers that CloudFront sends to an origin, if it can send them."""
    headers = [(each["HeaderName"], each["HeaderValue"]) for each in _items(stored.get("CustomHeaders"))]
    if refused := [name for name, _ in headers if _NEVER_SENT.fullmatch(name)]:
        raise UnsupportedDistributionError(
            f"The origin {stored['Id']} is to get {', '.join(refused)}: CloudFront refuses."
        )
    return tuple(headers)


def _named(stored: Stored) -> Origin:
    """Return an origin of which only the place matters."""
    return Origin(id=stored["Id"], domain=stored["DomainName"], path=stored.get("OriginPath", ""))


def _first(stored: Stored, origins: dict[str, Origin]) -> tuple[Origin, None]:
    """Return the first origin of an origin group of which nothing else matters."""
    return origins[stored["Members"]["Items"][0]["OriginId"]], None


def _group(stored: Stored, origins: dict[str, Origin]) -> tuple[Origin, Failover]:
    """Return the first origin of an origin group, and when the second one is asked.

    After 503 and 504 it is also asked if the first one cannot be reached. That the edge does not know.
    """
    statuses = frozenset(_items(stored["FailoverCriteria"]["StatusCodes"]))
    if not statuses or not statuses <= _STATUSES - {503, 504}:
        raise UnsupportedDistributionError(
            f"The origin group {stored['Id']} fails over after {sorted(statuses)}. "
            f"The edge knows {sorted(_STATUSES - {503, 504})}."
        )
    first, second = (origins[member["OriginId"]] for member in stored["Members"]["Items"])
    return first, Failover(second, statuses)


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
