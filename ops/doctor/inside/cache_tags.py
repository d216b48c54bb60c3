"""Asks the site's origin, as CloudFront does, whether a stored variant comes with its cache tag."""

from __future__ import annotations

from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING

from chalicelib.aws.bucket import Site
from chalicelib.aws.origin import Origin
from ops.doctor.inside.picture_choice import newest_variants
from ops.doctor.known import NotKnown

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from chalicelib.address.sources import Source
    from chalicelib.aws.bucket import Stored
    from infra.clients import Clients
    from ops.doctor.facts import Distribution


def tag_arrives(clients: Clients, distribution: Distribution, site: Source, origin_url: str = "") -> bool:
    """Return whether the origin's answer has the tag; `NotKnown` if nothing is stored, or it fails.

    Viewers do not see the tag: CloudFront may remove the header from what it sends them. `origin_url` is
    where the origin answers, if its name does not lead there.
    """
    s3: S3Client = clients.client("s3")
    origin = distribution.behaviour(f"/{site.prefix}1x1/nowhere.jpg").origin
    if not origin_url and ".amazonaws." not in s3.meta.endpoint_url:
        raise NotKnown("an emulator's origin is not found by its name")
    referer = next((value for name, value in origin.headers if name.lower() == "referer"), "")
    asked = Origin(origin_url or f"http://{origin.domain}", referer, host=origin.domain)
    stored = _variant(s3, site)
    try:
        status, tag = asked.ask(stored)
    except (HTTPException, OSError) as failure:
        raise NotKnown(f"the origin {origin.domain} does not answer: {failure}") from failure
    if status != HTTPStatus.OK:
        raise NotKnown(f"the origin answers {status} for a stored variant")
    return tag == stored.tag


def _variant(s3: S3Client, site: Source) -> Stored:
    """Return one of the newest variants that the app stored."""
    bucket = Site(s3, site.bucket, "", site.prefix)
    for key in newest_variants(s3, site):
        stored = bucket.look_up(key)
        if stored and stored.tag:
            return stored
    raise NotKnown("no variant is stored yet")
