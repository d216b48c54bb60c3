"""The one place that makes up for the emulator: what DNS, TLS and API Gateway do on AWS and it does not.

- **Names.** ``<bucket>.s3-website…`` leads to the edge's own website endpoint, ``<bucket>.s3…`` to its REST
  endpoint, and ``<api>.execute-api.<region>.amazonaws.com`` to MiniStack, which knows the API as
  ``<api>.execute-api.localhost``. No other origin has an address here.
- **Decoding.** API Gateway hands path parameters to Lambda as they stand in the URL; MiniStack decodes them
  once on the way. So the path is encoded once more for it: ``%`` becomes ``%25``, and Lambda sees what it
  sees on AWS.
- **The distribution's own name** does not resolve. A Location with it, or with an alias, that leaves the CDN
  is rewritten to the edge's address; no other Location is.
- **TLS.** The edge speaks HTTP only, and takes every viewer for one that came by HTTPS: a behaviour that
  redirects to HTTPS or insists on it has nothing to do.
- **Credentials.** MiniStack takes any; those of the environment are used where there are some, because an
  access key of twelve digits chooses an account.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from types_boto3_apigateway import APIGatewayClient
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_s3 import S3Client

CONNECTIONS = 16
"""How many requests to the AWS APIs may be under way at once."""

_CONFIG = Config(max_pool_connections=CONNECTIONS)
_BY_PATH = _CONFIG.merge(Config(s3={"addressing_style": "path"}))
_WEBSITE_HOST = re.compile(
    r"(?P<bucket>[a-z0-9.-]+)\.s3-website[.-](?P<region>[a-z0-9-]+)\.(?:amazonaws\.com|localhost)(?::[0-9]+)?"
)
_REST_HOST = re.compile(
    r"(?P<bucket>[a-z0-9.-]+)\.s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-[0-9])?\.amazonaws\.com"
)
_API_HOST = re.compile(r"(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")


class NoSuchNameError(LookupError):
    """An origin's name that leads nowhere on this machine."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an origin's name leads: `address` is scheme, host and port, `host` the Host header to send.

    `decodes` says that whoever answers there decodes the path once more often than AWS does.
    """

    address: str
    host: str
    decodes: bool = False

    def url(self, target: str) -> URL:
        """Return the address of `target`, a raw path with its query string, as it is to be written."""
        path, mark, query = target.partition("?")
        sent = path.replace("%", "%25") if self.decodes else path
        return URL(f"{self.address}{sent}{mark}{query}", encoded=True)


if TYPE_CHECKING:
    Names = Callable[[str], Place]


def names(endpoint_url: str, website_address: str) -> Names:
    """Return the resolver of origin names for a MiniStack at `endpoint_url`."""

    def resolve(domain: str) -> Place:
        if _WEBSITE_HOST.fullmatch(domain) or _REST_HOST.fullmatch(domain):
            return Place(website_address, domain)
        if api := api_id(domain):
            return Place(endpoint_url, f"{api}.execute-api.localhost", decodes=True)
        raise NoSuchNameError(f"The origin {domain} has no address on this machine.")

    return resolve


def api_id(domain: str) -> str | None:
    """Return the id of the REST API whose host `domain` is, None where it is none."""
    match = _API_HOST.fullmatch(domain)
    return match["api"] if match else None


def rest_bucket(host: str) -> str | None:
    """Return the bucket whose REST endpoint `host` is, None where it is none."""
    match = _REST_HOST.fullmatch(host)
    return match["bucket"] if match else None


def website_bucket(host: str) -> str | None:
    """Return the bucket whose website endpoint `host` is, None where it is none.

    ``.localhost`` may stand for ``.amazonaws.com``: browsers and curl resolve it to this machine.
    """
    match = _WEBSITE_HOST.fullmatch(host)
    return match["bucket"] if match else None


def website_region(host: str) -> str | None:
    """Return the region that a website endpoint's `host` is in, None where it is none."""
    match = _WEBSITE_HOST.fullmatch(host)
    return match["region"] if match else None


def local_location(location: str, own_names: Collection[str], address: str) -> str:
    """Return `location` with `address` in the place of scheme and host, if its host is one of `own_names`."""
    match = re.match(r"https?://(?P<host>[^/?#:]+)(?::[0-9]+)?(?=[/?#]|$)", location, re.IGNORECASE)
    if not match or match["host"].lower() not in own_names:
        return location
    return address + location[match.end() :]


def s3_client(endpoint_url: str) -> S3Client:
    """Return a client for buckets and objects; it addresses buckets by path, their names do not resolve."""
    return _session().client("s3", endpoint_url=endpoint_url, config=_BY_PATH)


def cloudfront_client(endpoint_url: str) -> CloudFrontClient:
    """Return a client for distributions."""
    return _session().client("cloudfront", endpoint_url=endpoint_url, config=_CONFIG)


def apigateway_client(endpoint_url: str) -> APIGatewayClient:
    """Return a client for REST APIs."""
    return _session().client("apigateway", endpoint_url=endpoint_url, config=_CONFIG)


def _session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "test"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "test"),
        region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
    )
