"""The configuration: read once from the environment, with the request's own parsers.

All faults are found before any is reported, each with the variable, its value and what is allowed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from chalicelib.errors import Refusal
from chalicelib.formats import SOURCE_TYPES
from chalicelib.key import Key, check
from chalicelib.limits import Limits
from chalicelib.policy import Policy, listed, read_options, read_presets, read_sizes
from chalicelib.sources import Source, Sources
from chalicelib.watermarks import Watermark
from chalicelib.watermarks import read as read_watermarks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

APP = "resize/"
"""The site's path that leads to the app."""

_BUCKET = re.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SOURCE_NAME = re.compile("[A-Za-z0-9_.-]+")


class Invalidate(StrEnum):
    """When a stored variant's path is invalidated in the CDN."""

    ALWAYS = "always"
    STALE = "stale"
    NEVER = "never"


class FaceDetection(StrEnum):
    """Who is asked where the faces are."""

    NOBODY = ""
    REKOGNITION = "rekognition"


class ConfigError(Exception):
    """The environment is not a configuration; the message has a line for every fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The configuration has faults:", *(f"  {fault}" for fault in faults)]))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the environment decides; the meaning of each is in ``docs/configuration.md``."""

    policy: Policy
    sources: Sources
    image_types: frozenset[str]
    limits: Limits
    site_url: str
    redirect_status: int
    cache_control: str
    distribution_id: str
    invalidate: Invalidate
    fallback_key: Key | None
    watermarks: Mapping[str, Watermark]
    face_detection: FaceDetection

    @property
    def site(self) -> Source:
        """The bucket that variants are stored in, and the part of its path that is ours."""
        return self.sources.site


def read(environ: Mapping[str, str]) -> Config:
    """Return the configuration that `environ` holds; `ConfigError` names every fault at once."""
    faults: list[str] = []

    def take(name: str, default: str, parse: Callable[[str], T]) -> T | None:
        value = environ.get(name, "").strip() or default
        try:
            return parse(value)
        except (Refusal, ValueError) as fault:
            faults.append(f"{name}={value!r}: {fault}")
            return None

    watermarks = take("WATERMARKS", "", read_watermarks) or {}
    policy = Policy(
        take("ALLOWED_DIMENSIONS", "", read_sizes) or frozenset(),
        take("ALLOWED_OPTIONS", "", read_options) or frozenset(),
        take("PRESETS", "", read_presets) or {},
        frozenset(watermarks),
    )
    sources = Sources(
        take("SOURCES", "", _sources) or {},
        Source(take("SITE_BUCKET", "", _bucket) or "", take("KEY_PREFIX", "", key_prefix) or ""),
        frozenset(policy.presets),
    )
    config = Config(
        policy,
        sources,
        take("ALLOWED_IMAGE_TYPES", "jpeg,png,gif,webp,avif", _image_types) or frozenset(),
        Limits(
            source_bytes=take("MAX_SOURCE_BYTES", "41943040", _count) or 0,
            source_pixels=take("MAX_SOURCE_PIXELS", "100000000", _count) or 0,
            output_pixels=take("MAX_OUTPUT_PIXELS", "25000000", _count) or 0,
            seconds=take("RENDER_TIMEOUT", "15", _count) or 0,
        ),
        take("SITE_URL", "", _site_url) or "",
        take("REDIRECT_STATUS", "302", _redirect_status) or 0,
        take("CACHE_CONTROL", "public, max-age=31536000", _header_value) or "",
        take("DISTRIBUTION_ID", "", _distribution_id) or "",
        take("INVALIDATE", "stale", _invalidate) or Invalidate.STALE,
        take("FALLBACK_KEY", "", _fallback_key),
        watermarks,
        take("FACE_DETECTION", "", _face_detection) or FaceDetection.NOBODY,
    )
    faults += _contradictions(config)
    if faults:
        raise ConfigError(faults)
    return config


def _contradictions(config: Config) -> Iterator[str]:
    """Yield what cannot be together. Faulty SOURCES are reported as such, not by all that name them."""
    sources, watermarks = config.sources.by_name, config.watermarks
    for name, preset in config.policy.presets.items():
        if sources and preset.source not in {"", *sources}:
            yield f"PRESETS: {name} is for the source {preset.source!r}, which SOURCES does not name."
        if preset.variant.options.watermark not in {None, *watermarks}:
            yield f"PRESETS: {name} has a watermark that WATERMARKS does not name."
    for name, watermark in watermarks.items():
        if sources and watermark.source not in sources:
            yield f"WATERMARKS: {name} is in the source {watermark.source!r}, which SOURCES does not name."
    if sources and config.fallback_key and not _holds(config.sources, config.fallback_key):
        yield f"FALLBACK_KEY: no source in SOURCES can hold {config.fallback_key!r}."
    if "resize" in config.policy.presets:
        yield "PRESETS: resize is where the app itself is."


def _holds(sources: Sources, key: Key) -> bool:
    try:
        sources.locate(key)
    except Refusal:
        return False
    return True


def _bucket(text: str) -> str:
    if not _BUCKET.fullmatch(text):
        raise ValueError("the name of a bucket is needed.")
    return text


def _sources(text: str) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for entry in listed(text):
        name, equals, place = (part.strip() for part in entry.partition("="))
        bucket, slash, prefix = place.partition("/")
        if not equals or not _SOURCE_NAME.fullmatch(name) or name in sources:
            raise ValueError(
                "a list like default=my-bucket,avatars=other-bucket/faces is needed, no name twice."
            )
        sources[name] = Source(_bucket(bucket), _prefix(prefix) if slash else "")
    if not sources:
        raise ValueError("at least one source is needed, like default=my-bucket.")
    return sources


def _prefix(text: str) -> str:
    prefix = text and text.rstrip("/") + "/"
    if any(segment in {"", ".", ".."} for segment in prefix.split("/")[:-1]):
        raise ValueError("a prefix like img/ is needed, not beginning with a slash.")
    return prefix


def key_prefix(text: str) -> str:
    """Return the part of the site's path that is ours, with a slash at its end; ValueError if it is none."""
    prefix = _prefix(text)
    if prefix.startswith(APP):
        raise ValueError(f"{APP} is where the app itself is.")
    return prefix


def _image_types(text: str) -> frozenset[str]:
    types = frozenset(listed(text))
    if not types <= SOURCE_TYPES:
        raise ValueError(f"the types are {', '.join(sorted(SOURCE_TYPES))}.")
    return types


def _count(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,11}", text):
        raise ValueError("a whole number above 0 is needed.")
    return int(text)


def _site_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (
        re.search(r"\s", text)
        or parts.scheme not in {"http", "https"}
        or not parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise ValueError("an address like https://img.example.com is needed, or nothing.")
    return text.rstrip("/")


def _redirect_status(text: str) -> int:
    if text not in {"302", "307"}:
        raise ValueError("302 or 307 is needed.")
    return int(text)


def _header_value(text: str) -> str:
    if not re.fullmatch(r"[\x20-\x7e]+", text):
        raise ValueError("a header's value in printable ASCII is needed.")
    return text


def _distribution_id(text: str) -> str:
    if text and not re.fullmatch("[A-Z0-9]+|ssm:/[A-Za-z0-9_./-]+", text):
        raise ValueError("the id of a distribution is needed, or ssm:/name of the parameter that holds it.")
    return text


def _invalidate(text: str) -> Invalidate:
    if text not in set(Invalidate):
        raise ValueError(f"one of {', '.join(Invalidate)} is needed.")
    return Invalidate(text)


def _face_detection(text: str) -> FaceDetection:
    if text not in set(FaceDetection):
        raise ValueError("rekognition is needed, or nothing.")
    return FaceDetection(text)


def _fallback_key(text: str) -> Key | None:
    return check(text) if text else None
