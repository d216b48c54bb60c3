"""Parts of the edge's live tests: resources to deploy, a scripted origin, a plain client."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import edge
from edge.emulator import Place, cloudfront_client, s3_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from email.message import Message

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
PUBLIC_OBJECTS = ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::{bucket}/*"},)
PUBLIC_LIST = (*PUBLIC_OBJECTS, {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::{bucket}"})

_DEPLOYED = ("api", "more", "behaviour", "read_timeout")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Got:
    """An unchanged HTTP answer."""

    status: int
    headers: Message
    body: bytes

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""

    @property
    def cache(self) -> str:
        return (self.headers["X-Cache"] or "").removesuffix(" from cloudfront")


def ask(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Got:
    """Send one request with the path unchanged. Do not follow redirects."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        target = url.partition(parts.netloc)[2] or "/"
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Got(response.status, response.headers, response.read())
    finally:
        connection.close()


class Account:
    """An AWS account in the emulator. Each name is used only once."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self.s3 = s3_client(endpoint_url)
        self.cloudfront = cloudfront_client(endpoint_url)

    def close(self) -> None:
        self.s3.close()
        self.cloudfront.close()

    def bucket(self, statements: tuple[dict[str, Any], ...] = PUBLIC_OBJECTS, website: Any = None) -> str:
        """Make a bucket with the configuration `website`, by default only an index document."""
        bucket = f"site-{next(_numbers)}"
        self.s3.create_bucket(Bucket=bucket)
        stated = [{"Effect": "Allow", "Principal": "*", **statement} for statement in statements]
        policy = json.dumps({"Version": "2012-10-17", "Statement": stated})
        self.s3.put_bucket_policy(Bucket=bucket, Policy=policy.replace("{bucket}", bucket))
        usual: Any = {"IndexDocument": {"Suffix": "index.html"}}
        self.s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website or usual)
        return bucket

    def put(self, bucket: str, *keys: str, **more: Any) -> None:
        """Store objects whose content is their key."""
        for key in keys:
            self.s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), **more)

    def cache_policy(
        self,
        ttls: tuple[int, int, int] = (0, 0, 31_536_000),
        queries: str = "none",
        headers: tuple[str, ...] = (),
    ) -> str:
        """Make a cache policy of MinTTL, DefaultTTL and MaxTTL."""
        least, default, most = ttls
        of_headers: Any = {"HeaderBehavior": "none"}
        if headers:
            listed = {"Quantity": len(headers), "Items": list(headers)}
            of_headers = {"HeaderBehavior": "whitelist", "Headers": listed}
        config: Any = {
            "Name": f"policy-{next(_numbers)}",
            "MinTTL": least,
            "DefaultTTL": default,
            "MaxTTL": most,
            "ParametersInCacheKeyAndForwardedToOrigin": {
                "EnableAcceptEncodingGzip": False,
                "HeadersConfig": of_headers,
                "CookiesConfig": {"CookieBehavior": "none"},
                "QueryStringsConfig": {"QueryStringBehavior": queries},
            },
        }
        created = self.cloudfront.create_cache_policy(CachePolicyConfig=config)
        return created["CachePolicy"]["Id"]

    def distribution(
        self,
        origin: str,
        policy: str | None = None,
        *,
        api: str = "",
        more: Any = None,
        behaviour: Any = None,
        read_timeout: int = 30,
    ) -> str:
        """Make a distribution of `origin`, with `api` behind ``/resize/*`` if there is one; return its id.

        It waits `read_timeout` seconds for an origin, and as long for each packet.
        """
        origins = [_origin("default", origin, read_timeout=read_timeout)]
        behaviours = []
        if api:
            origins.append(_origin("api", api, "/stage"))
            behaviours.append(
                {
                    "PathPattern": "/resize/*",
                    "TargetOriginId": "api",
                    "ViewerProtocolPolicy": "redirect-to-https",
                    "CachePolicyId": CACHING_DISABLED,
                    "OriginRequestPolicyId": ALL_VIEWER_EXCEPT_HOST,
                }
            )
        default: dict[str, Any] = {
            "TargetOriginId": "default",
            "ViewerProtocolPolicy": "redirect-to-https",
            **(
                {}
                if behaviour and "ForwardedValues" in behaviour
                else {"CachePolicyId": policy or self.cache_policy()}
            ),
            **(behaviour or {}),
        }
        config: Any = {
            "CallerReference": f"distribution-{next(_numbers)}",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": len(origins), "Items": origins},
            "CacheBehaviors": {"Quantity": len(behaviours), "Items": behaviours},
            "DefaultCacheBehavior": default,
            **(more or {}),
        }
        return self.cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]

    def function(self, code: str, runtime: str) -> str:
        """Publish a CloudFront Function and return its ARN."""
        name = f"function-{next(_numbers)}"
        config: Any = {"Comment": "", "Runtime": runtime}
        created = self.cloudfront.create_function(
            Name=name, FunctionConfig=config, FunctionCode=code.encode()
        )
        published = self.cloudfront.publish_function(Name=name, IfMatch=created["ETag"])
        return published["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]

    def invalidate(self, distribution: str, *items: str) -> None:
        self.cloudfront.create_invalidation(
            DistributionId=distribution,
            InvalidationBatch={
                "CallerReference": f"invalidation-{next(_numbers)}",
                "Paths": {"Quantity": len(items), "Items": list(items)},
            },
        )

    @contextmanager
    def serving(
        self, origin: ScriptedOrigin, policy: str | None = None, **chosen: Any
    ) -> Iterator[tuple[edge.Edge, str]]:
        """Serve a distribution with `origin` as its only origin. Yield the edge and the distribution's id."""
        deployed = {name: chosen.pop(name) for name in _DEPLOYED if name in chosen}
        distribution = self.distribution("scripted.example", policy, **deployed)
        with edge.serve(distribution, endpoint_url=self.endpoint_url, names=origin.names, **chosen) as served:
            yield served, distribution


def _origin(origin_id: str, domain: str, path: str = "", *, read_timeout: int = 30) -> dict[str, Any]:
    return {
        "Id": origin_id,
        "DomainName": domain,
        "OriginPath": path,
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "http-only",
            "OriginReadTimeout": read_timeout,
        },
    }


@dataclass(frozen=True)
class Asked:
    """A request as the scripted origin got it."""

    method: str
    target: str
    headers: Message
    body: bytes = b""


@dataclass
class ScriptedOrigin:
    """An origin that answers as `script` says and records its requests."""

    script: Callable[[Asked], tuple[int, dict[str, str], bytes]] = lambda _: (200, {}, b"content")
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def says(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"content") -> None:
        """Answer all later requests with this."""
        self.script = lambda _: (status, headers or {}, body)

    def names(self, domain: str) -> Place:
        return Place(f"http://127.0.0.1:{self._server.server_port}", domain)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = Asked(self.command, self.path, self.headers, body)
                origin.asked.append(asked)
                status, headers, content = origin.script(asked)
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != http.HTTPStatus.NOT_MODIFIED:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD" and status != http.HTTPStatus.NOT_MODIFIED:
                    self.wfile.write(content)

        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            setattr(Handler, f"do_{method}", Handler.answer)
        return Handler
