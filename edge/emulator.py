"""The differences between the emulator and AWS, in one module: names, path encoding, TLS and credentials.

- **Names.** ``<bucket>.s3-website…`` leads to the edge's own website endpoint, ``<bucket>.s3…`` to its REST
  endpoint, and ``<api>.execute-api.<region>.amazonaws.com`` to MiniStack, which knows the API as
  ``<api>.execute-api.localhost``. No other origin has an address on this machine.
- **Decoding.** API Gateway passes path parameters to Lambda exactly as they are in the URL. MiniStack decodes
  them once. So the edge encodes the path once more for MiniStack: ``%`` becomes ``%25``. Lambda then gets the
  same parameters as on AWS.
- **The distribution's own name** has no DNS entry. The edge replaces that name, and the aliases, in the
  Location of an answer to a viewer with its own address. It changes no other Location.
- **TLS.** The edge speaks only HTTP, and treats every viewer as if it used HTTPS. A behaviour that redirects
  to HTTPS, or requires it, changes nothing.
- **Credentials.** MiniStack accepts any credentials. The edge uses those of the environment if there are any,
  because an access key of twelve digits chooses an account.
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
"""The maximum number of simultaneous requests to the AWS APIs."""

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
    """The name of an origin that has no address on this machine."""


@dataclass(frozen=True, slots=True)
class Place:
    """The address of an origin: `address` is scheme, host and port; `host` is the Host header to send.

    `decodes` is true if the server there decodes the path once more than AWS does.
    """

    address: str
    host: str
    decodes: bool = False

    def url(self, target: str) -> URL:
        """Return the URL to request for `target`, a raw path with its query string."""
        path, mark, query = target.partition("?")
        sent = path.replace("%", "%25") if self.decodes else path
        return URL(f"{self.address}{sent}{mark}{query}", encoded=True)


if TYPE_CHECKING:
    Names = Callable[[str], Place]


def names(endpoint_url: str, website_address: str) -> Names:
    """Return a function that resolves origin names for a MiniStack at `endpoint_url`."""

    def resolve(domain: str) -> Place:
        if _WEBSITE_HOST.fullmatch(domain) or _REST_HOST.fullmatch(domain):
            return Place(website_address, domain)
        if api := api_id(domain):
            return Place(endpoint_url, f"{api}.execute-api.localhost", decodes=True)
        raise NoSuchNameError(f"The origin {domain} has no address on this machine.")

    return resolve


def api_id(domain: str) -> str | None:
    """Return the id of the REST API with the host `domain`, or None if it is not an API's host."""
    match = _API_HOST.fullmatch(domain)
    return match["api"] if match else None


def rest_bucket(host: str) -> str | None:
    """Return the bucket with the REST endpoint `host`, or None if it is not a REST endpoint."""
    match = _REST_HOST.fullmatch(host)
    return match["bucket"] if match else None


def website_bucket(host: str) -> str | None:
    """Return the bucket with the website endpoint `host`, or None if it is not a website endpoint.

    ``.localhost`` is accepted in place of ``.amazonaws.com``: browsers and curl resolve it to this machine.
    """
    match = _WEBSITE_HOST.fullmatch(host)
    return match["bucket"] if match else None


def website_region(host: str) -> str | None:
    """Return the region of the website endpoint `host`, or None if it is not a website endpoint."""
    match = _WEBSITE_HOST.fullmatch(host)
    return match["region"] if match else None


def local_location(location: str, own_names: Collection[str], address: str) -> str:
    """Return `location`. If its host is in `own_names`, `address` replaces its scheme and host."""
    match = re.match(r"https?://(?P<host>[^/?#:]+)(?::[0-9]+)?(?=[/?#]|$)", location, re.IGNORECASE)
    if not match or match["host"].lower() not in own_names:
        return location
    return address + location[match.end() :]


def s3_client(endpoint_url: str) -> S3Client:
    """Return an S3 client. It puts the bucket into the path: bucket host names do not resolve here."""
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
