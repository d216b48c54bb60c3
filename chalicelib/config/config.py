"""The configuration: read once from the environment, with the request's own parsers.

All faults are found before any is reported, each with the variable, its value and what is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from chalicelib.address.policy import Policy, read_options, read_presets, read_sizes
from chalicelib.address.sources import Source, Sources
from chalicelib.codecs.limits import Limits
from chalicelib.config import settings
from chalicelib.config.watermarks import read as read_watermarks
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chalicelib.address.key import Key
    from chalicelib.render.extras import Watermark

T = TypeVar("T")


class Invalidate(StrEnum):
    """When a stored variant's path is invalidated in the CDN."""

    ALWAYS = "always"
    STALE = "stale"
    NEVER = "never"


class EvictBy(StrEnum):
    """How the CDN is told which variants of a changed original to forget: each by its path, all by a tag."""

    PATH = "path"
    TAG = "tag"


class FaceDetection(StrEnum):
    """Who is asked where the faces are."""

    NOBODY = ""
    REKOGNITION = "rekognition"


class OtherFiles(StrEnum):
    """What a viewer learns of a file in a source bucket that is no accepted image."""

    MISSING = "missing"
    REFUSED = "refused"


_OTHER_FILES = settings.one_of(OtherFiles, f"one of {', '.join(OtherFiles)} is needed.")
_INVALIDATE = settings.one_of(Invalidate, f"one of {', '.join(Invalidate)} is needed.")
_EVICT_BY = settings.one_of(EvictBy, f"one of {', '.join(EvictBy)} is needed.")
_FACE_DETECTION = settings.one_of(FaceDetection, "rekognition is needed, or nothing.")


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
    invalidation_queue: str
    changes_queue: str
    evict_by: EvictBy
    fallback_key: Key | None
    watermarks: Mapping[str, Watermark]
    face_detection: FaceDetection
    other_files: OtherFiles

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
        take("SOURCES", "", settings.sources) or {},
        Source(
            take("SITE_BUCKET", "", settings.bucket) or "", take("KEY_PREFIX", "", settings.key_prefix) or ""
        ),
        frozenset(policy.presets),
    )
    config = Config(
        policy,
        sources,
        take("ALLOWED_IMAGE_TYPES", "jpeg,png,gif,webp,avif", settings.image_types) or frozenset(),
        Limits(
            source_bytes=take("MAX_SOURCE_BYTES", "41943040", settings.count) or 0,
            source_pixels=take("MAX_SOURCE_PIXELS", "100000000", settings.count) or 0,
            output_pixels=take("MAX_OUTPUT_PIXELS", "25000000", settings.count) or 0,
            seconds=take("RENDER_TIMEOUT", "15", settings.count) or 0,
        ),
        take("SITE_URL", "", settings.site_url) or "",
        take("REDIRECT_STATUS", "302", settings.redirect_status) or 0,
        take("CACHE_CONTROL", "public, max-age=31536000", settings.header_value) or "",
        take("DISTRIBUTION_ID", "", settings.distribution_id) or "",
        take("INVALIDATE", "stale", _INVALIDATE) or Invalidate.STALE,
        take("INVALIDATION_QUEUE", "", settings.queue_url) or "",
        take("CHANGES_QUEUE", "", settings.queue_url) or "",
        take("EVICT_BY", "path", _EVICT_BY) or EvictBy.PATH,
        take("FALLBACK_KEY", "", settings.fallback_key),
        watermarks,
        take("FACE_DETECTION", "", _FACE_DETECTION) or FaceDetection.NOBODY,
        take("OTHER_FILES", OtherFiles.MISSING, _OTHER_FILES) or OtherFiles.MISSING,
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
    if config.changes_queue and config.distribution_id and not config.invalidation_queue:
        yield "CHANGES_QUEUE: needs an INVALIDATION_QUEUE, through which variants of changes leave the CDN."


def _holds(sources: Sources, key: Key) -> bool:
    try:
        sources.locate(key)
    except Refusal:
        return False
    return True
