"""The site's origin, as CloudFront asks it: looks whether a variant's cache tag arrives there.

No document says whether an S3 website endpoint hands out an object's metadata, and with it the tag; people
report both. An eviction by a tag that CloudFront never got evicts nothing. So whoever evicts by tag looks
first.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.address.key import url_path
from chalicelib.aws.invalidation import TAG_HEADER

if TYPE_CHECKING:
    from chalicelib.aws.bucket import Stored

log = logging.getLogger(__name__)

_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin at `url`, such as http://bucket.s3-website-eu-west-1.amazonaws.com; empty if none is known.

    `referer` is the secret that the distribution sends there, if it needs one; `host` its name, if that is
    not in `url`.
    """

    url: str
    referer: str = ""
    host: str = ""

    def hands_out_tag(self, stored: Stored) -> bool:
        """Say whether the origin answers for this variant with its cache tag. If it fails, it does not."""
        if not self.url:
            return False
        try:
            status, tag = self.ask(stored)
        except (HTTPException, OSError) as failure:
            log.warning("%r does not say whether it hands out cache tags: %r", self.url, failure)
            return False
        return status == HTTPStatus.OK and tag == stored.tag

    def ask(self, stored: Stored) -> tuple[int, str | None]:
        """Return the status of its answer for this variant, and the tag that comes with it.

        The request is a GET like CloudFront's; the body is not read. Raises `OSError` or `HTTPException`.
        """
        parts = urlsplit(self.url)
        said = {"Referer": self.referer, "Host": self.host}
        headers = {name: value for name, value in said.items() if value}
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = connect(parts.netloc, timeout=_SECONDS)
        try:
            connection.request("GET", parts.path + url_path(stored.key), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader(TAG_HEADER)
        finally:
            connection.close()
