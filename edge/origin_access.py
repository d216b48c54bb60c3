"""Origin access control: how S3 knows that a request comes from a distribution.

CloudFront signs its request with Signature Version 4, as the service ``cloudfront.amazonaws.com``, and S3
learns which distribution asks. The edge has no credentials of that service. It signs with a secret that it
makes up when it starts, so that nobody else on this machine can pass for a distribution.

Source: "Restrict access to an Amazon S3 origin" in the CloudFront Developer Guide.
"""

from __future__ import annotations

import hmac
import secrets

SERVICE = "cloudfront.amazonaws.com"
"""The principal that a bucket policy has to name."""

_SCHEME = "EDGE-ORIGIN-ACCESS-CONTROL"


def signed_by(distribution: str) -> dict[str, str]:
    """Return the facts of a request that this `distribution` (an ARN) has signed, for a bucket policy."""
    return {"aws:sourcearn": distribution, "aws:sourceaccount": distribution.split(":")[4]}


class OriginAccess:
    """Signs the edge's requests to S3, and checks the signatures there."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def authorization(self, distribution: str, method: str, host: str, path: str) -> str:
        """Return the header Authorization of a request of the `distribution`, which is an ARN."""
        return f"{_SCHEME} {distribution} {self._signature(distribution, method, host, path)}"

    def distribution(self, authorization: str, method: str, host: str, path: str) -> str | None:
        """Return the ARN of the distribution that signed the request; None if none has."""
        scheme, _, rest = authorization.partition(" ")
        distribution, _, signature = rest.partition(" ")
        right = self._signature(distribution, method, host, path)
        is_signed = scheme == _SCHEME and hmac.compare_digest(signature.encode(), right.encode())
        return distribution if is_signed else None

    def _signature(self, *signed: str) -> str:
        return hmac.new(self._secret, "\n".join(signed).encode(), "sha256").hexdigest()
