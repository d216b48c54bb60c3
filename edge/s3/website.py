"""The S3 website endpoint: public objects, index and error documents, and routing rules.

Source: "Hosting a static website" and "Website endpoints" in the S3 User Guide. It speaks only HTTP, and only
GET and HEAD. It ignores the query string, and a redirect drops it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from edge.emulator import website_region
from edge.s3 import routing_rules
from edge.s3.cors import cors_headers
from edge.s3.errors import (
    ACCESS_DENIED,
    ANOTHER_REGION,
    BAD_URI,
    KEY_TOO_LONG,
    METHOD_NOT_ALLOWED,
    NO_SUCH_BUCKET,
    NO_SUCH_KEY,
    NO_SUCH_WEBSITE,
    Refusal,
    html_page,
)
from edge.shared.answer import Answer, answer
from edge.shared.partial import narrowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.s3.bucket_reader import BucketReader
    from edge.s3.routing_rules import Rule
    from edge.s3.site import Site, Website
    from edge.shared.recent import Recent

MAX_KEY_BYTES = 1024
_REDIRECT_HEADER = "x-amz-website-redirect-location"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to an S3 endpoint. `path` is raw and has no query; `host` is the bucket's endpoint."""

    bucket: str
    host: str
    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def facts(self) -> dict[str, str]:
        """The facts for a bucket policy's conditions. A website endpoint has no TLS."""
        known = {"aws:referer": "Referer", "aws:useragent": "User-Agent"}
        facts = {fact: self.headers[name] for fact, name in known.items() if name in self.headers}
        return {"aws:securetransport": "false", **facts}


class WebsiteEndpoint:
    """The website endpoint for all buckets of one account. `sites` holds their configurations."""

    def __init__(self, buckets: BucketReader, sites: Recent[str, Site | None]) -> None:
        self._buckets = buckets
        self._sites = sites

    async def answer(self, visit: Visit) -> Answer:
        """Return S3's answer to `visit`."""
        site = await self._sites.get(visit.bucket)
        whole = await self._whole(site, visit)
        cors = cors_headers(site.cors if site else (), visit.headers.get("Origin"), visit.method)
        return narrowed(whole, visit.method, visit.headers).replacing({"Server": "AmazonS3", **cors})

    async def _whole(self, site: Site | None, visit: Visit) -> Answer:
        if site is None:
            return html_page(NO_SUCH_BUCKET, BucketName=visit.bucket)
        if website_region(visit.host) != site.region:
            return html_page(ANOTHER_REGION, BucketName=visit.bucket)
        if site.website is None:
            return html_page(NO_SUCH_WEBSITE, BucketName=visit.bucket)
        if visit.method not in {"GET", "HEAD"}:
            return html_page(METHOD_NOT_ALLOWED, Method=visit.method, ResourceType="OBJECT")
        key = key_of(visit.path)
        if isinstance(key, Refusal):
            return html_page(key)
        return await self._for_key(site, site.website, visit, key)

    async def _for_key(self, site: Site, website: Website, visit: Visit, key: str) -> Answer:
        """Return the answer for `key`.

        S3 tries, in this order: rules without an error code, the object, rules for the object's error, the
        error.
        """
        if website.redirect_all:
            return _redirect(routing_rules.Rule(website.redirect_all), visit, key)
        if rule := routing_rules.before_lookup(website.rules, key):
            return _redirect(rule, visit, key)
        found = await self._found(site, website, visit, key)
        if isinstance(found, Answer):
            return found
        if rule := routing_rules.after_error(website.rules, key, found.status):
            return _redirect(rule, visit, key)
        return await self._error(site, website, visit, found, key)

    async def _found(self, site: Site, website: Website, visit: Visit, key: str) -> Answer | Refusal:
        """Return the object for `key`, or the error. A key that ends with a slash gets its index document."""
        name = key + website.index if not key or key.endswith("/") else key
        found = await self._public(site, visit, name)
        if found is NO_SUCH_KEY and name == key and await self._is_folder(site, website, visit, key):
            return answer(302, {"Location": f"/{routing_rules.encoded(key)}/"})
        if found is NO_SUCH_KEY and not site.policy.allows(
            "s3:ListBucket", f"arn:aws:s3:::{site.bucket}", visit.facts
        ):
            return ACCESS_DENIED
        return found

    async def _public(self, site: Site, visit: Visit, key: str) -> Answer | Refusal:
        """Return the object `key` as an anonymous client gets it."""
        if not _may_get(site, visit, key):
            return ACCESS_DENIED
        found = await asyncio.to_thread(self._buckets.read, site.bucket, key)
        if found is None:
            return NO_SUCH_KEY
        if location := found.headers.get(_REDIRECT_HEADER):
            return answer(301, {"Location": location})
        return found.replacing({"Accept-Ranges": "bytes"})

    async def _is_folder(self, site: Site, website: Website, visit: Visit, key: str) -> bool:
        index = f"{key}/{website.index}"
        if len(index.encode()) > MAX_KEY_BYTES or not _may_get(site, visit, index):
            return False
        return await asyncio.to_thread(self._buckets.has, site.bucket, index)

    async def _error(self, site: Site, website: Website, visit: Visit, refusal: Refusal, key: str) -> Answer:
        """Return the site's error document with the error's status, or S3's own page if the site has none."""
        if website.error:
            document = await self._public(site, visit, website.error)
            if isinstance(document, Answer):
                kept = {name: value for name, value in document.headers.items() if name.lower() != "etag"}
                return answer(refusal.status, {**kept, **refusal.headers}, document.body)
        return html_page(refusal, Key=key)


def key_of(path: str) -> str | Refusal:
    """Return the key of a raw `path`: decoded exactly once, as UTF-8; an unencoded ``+`` is a space."""
    try:
        key = unquote_to_bytes(path.removeprefix("/").replace("+", " ")).decode()
    except UnicodeDecodeError:
        return BAD_URI
    return KEY_TOO_LONG if len(key.encode()) > MAX_KEY_BYTES else key


def _may_get(site: Site, visit: Visit, key: str) -> bool:
    return site.policy.allows("s3:GetObject", f"arn:aws:s3:::{site.bucket}/{key}", visit.facts)


def _redirect(rule: Rule, visit: Visit, key: str) -> Answer:
    return answer(rule.redirect.code, {"Location": rule.location(key, "http", visit.host)})
