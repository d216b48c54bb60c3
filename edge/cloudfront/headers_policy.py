"""Reads a response headers policy as CloudFront stores it. Pure.

Source: "Understand response headers policies" in the CloudFront Developer Guide, and the API reference,
ResponseHeadersPolicyConfig.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edge.cloudfront.distribution import (
    Cors,
    CustomHeader,
    ResponseHeadersPolicy,
    UnsupportedDistributionError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Stored = dict[str, Any]

_STAYS = re.compile(
    "connection|content-encoding|content-length|expect|host|keep-alive|proxy-.*|trailer|transfer-encoding"
    "|upgrade|via|warning|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip",
    re.IGNORECASE,
)
"""Headers that CloudFront does not let anybody remove."""


def read(config: Stored) -> ResponseHeadersPolicy:
    """Return the policy; `UnsupportedDistributionError` if it cannot be applied as CloudFront would."""
    if config.get("ServerTimingHeadersConfig", {}).get("Enabled"):
        raise UnsupportedDistributionError(
            f"{config['Name']} adds Server-Timing, which the edge does not know."
        )
    removed = tuple(header["Header"] for header in _items(config.get("RemoveHeadersConfig")))
    if staying := [name for name in removed if _STAYS.fullmatch(name)]:
        raise UnsupportedDistributionError(
            f"{config['Name']} removes {', '.join(staying)}: CloudFront refuses."
        )
    return ResponseHeadersPolicy(
        custom=(
            *_security_headers(config.get("SecurityHeadersConfig", {})),
            *(
                CustomHeader(header["Header"], header["Value"], header["Override"])
                for header in _items(config.get("CustomHeadersConfig"))
            ),
        ),
        removed=removed,
        cors=_cors(config["CorsConfig"]) if "CorsConfig" in config else None,
    )


def _cors(stored: Stored) -> Cors:
    return Cors(
        origins=tuple(_items(stored.get("AccessControlAllowOrigins"))),
        methods=tuple(_items(stored.get("AccessControlAllowMethods"))),
        headers=tuple(_items(stored.get("AccessControlAllowHeaders"))),
        exposed=tuple(_items(stored.get("AccessControlExposeHeaders"))),
        max_age=stored.get("AccessControlMaxAgeSec"),
        credentials=stored.get("AccessControlAllowCredentials", False),
        overrides=stored.get("OriginOverride", False),
    )


def _items(stored: Stored | None) -> list[Any]:
    return list((stored or {}).get("Items", []))


def _security_headers(stored: Stored) -> tuple[CustomHeader, ...]:
    return tuple(
        CustomHeader(name, value(stored[setting]), stored[setting]["Override"])
        for setting, (name, value) in _SECURITY_HEADERS.items()
        if setting in stored
    )


def _strict_transport(stored: Stored) -> str:
    words = [f"max-age={stored['AccessControlMaxAgeSec']}"]
    words += ["includeSubDomains"] if stored.get("IncludeSubdomains") else []
    return "; ".join([*words, *(["preload"] if stored.get("Preload") else [])])


def _xss_protection(stored: Stored) -> str:
    words = [str(int(stored["Protection"]))]
    words += ["mode=block"] if stored.get("ModeBlock") else []
    return "; ".join([*words, *([f"report={stored['ReportUri']}"] if stored.get("ReportUri") else [])])


_SECURITY_HEADERS: Mapping[str, tuple[str, Callable[[Stored], str]]] = {
    "ContentSecurityPolicy": ("Content-Security-Policy", lambda stored: stored["ContentSecurityPolicy"]),
    "ContentTypeOptions": ("X-Content-Type-Options", lambda _: "nosniff"),
    "FrameOptions": ("X-Frame-Options", lambda stored: stored["FrameOption"]),
    "ReferrerPolicy": ("Referrer-Policy", lambda stored: stored["ReferrerPolicy"]),
    "StrictTransportSecurity": ("Strict-Transport-Security", _strict_transport),
    "XSSProtection": ("X-XSS-Protection", _xss_protection),
}
