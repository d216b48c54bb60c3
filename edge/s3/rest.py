"""The S3 REST endpoint, for anonymous clients and for distributions: objects, and errors in XML.

It has no routing rules and no index documents. A distribution with origin access control comes here, and so
does one that has this origin by mistake. The endpoint lists nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from edge.origin_access import SERVICE, signed_by
from edge.s3.cors import cors_headers
from edge.s3.errors import (
    ACCESS_DENIED,
    BAD_URI,
    METHOD_NOT_ALLOWED,
    NO_SUCH_BUCKET,
    NO_SUCH_KEY,
    SIGNATURE_DOES_NOT_MATCH,
    Refusal,
    xml_document,
)
from edge.shared.partial import narrowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.origin_access import OriginAccess
    from edge.s3.bucket_reader import BucketReader
    from edge.s3.site import Site
    from edge.s3.website import Visit
    from edge.shared.answer import Answer
    from edge.shared.recent import Recent


class RestEndpoint:
    """The REST endpoint for all buckets of one account. `sites` holds their configurations."""

    def __init__(self, buckets: BucketReader, sites: Recent[str, Site | None], access: OriginAccess) -> None:
        self._buckets = buckets
        self._sites = sites
        self._access = access

    async def answer(self, visit: Visit) -> Answer:
        """Return S3's answer to `visit`."""
        site = await self._sites.get(visit.bucket)
        found = await self._found(site, visit)
        given = xml_document(found, Resource=visit.path) if isinstance(found, Refusal) else found
        cors = cors_headers(site.cors if site else (), visit.headers.get("Origin"), visit.method)
        return narrowed(given, visit.method, visit.headers).replacing({"Server": "AmazonS3", **cors})

    async def _found(self, site: Site | None, visit: Visit) -> Answer | Refusal:
        if site is None:
            return NO_SUCH_BUCKET
        if visit.method not in {"GET", "HEAD"}:
            return METHOD_NOT_ALLOWED
        distribution = ""
        if authorization := visit.headers.get("Authorization"):
            signer = self._access.distribution(authorization, visit.method, visit.host, visit.path)
            if signer is None:
                return SIGNATURE_DOES_NOT_MATCH
            distribution = signer
        try:
            key = unquote_to_bytes(visit.path.removeprefix("/")).decode()
        except UnicodeDecodeError:
            return BAD_URI
        return await self._allowed(site, key, *_asking(visit, distribution))

    async def _allowed(
        self, site: Site, key: str, facts: Mapping[str, str], service: str
    ) -> Answer | Refusal:
        """Return the object. Without permission to list the bucket, a missing object gives 403, not 404."""
        arn = f"arn:aws:s3:::{site.bucket}"
        if not key or not site.policy.allows("s3:GetObject", f"{arn}/{key}", facts, service):
            return ACCESS_DENIED
        found = await asyncio.to_thread(self._buckets.read, site.bucket, key)
        if found is None:
            return NO_SUCH_KEY if site.policy.allows("s3:ListBucket", arn, facts, service) else ACCESS_DENIED
        return found.replacing({"Accept-Ranges": "bytes"})


def _asking(visit: Visit, distribution: str) -> tuple[Mapping[str, str], str]:
    """Return the facts of a request, and the service of AWS that asks; none if there is no `distribution`."""
    facts = {**visit.facts, "aws:securetransport": "true"}
    if not distribution:
        return facts, ""
    return {**facts, **signed_by(distribution)}, SERVICE
