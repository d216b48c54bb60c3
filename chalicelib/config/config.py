"""The configuration: read once from the environment, with the parsers that read requests.

All faults are found before any is reported. Each names the variable, its value and what is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.address import families
from chalicelib.address.admission import Gate
from chalicelib.address.families import Families
from chalicelib.address.key import shown
from chalicelib.address.policy import Policy, read_options, read_presets, read_sizes
from chalicelib.address.signing import read_keys
from chalicelib.address.sources import Source, Sources
from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.address.values import Metadata
from chalicelib.address.variant import INFO
from chalicelib.codecs.limits import Limits
from chalicelib.config import buckets, settings
from chalicelib.config.environment import Environment
from chalicelib.config.watermarks import read as read_watermarks
from chalicelib.errors import Refusal, one_line, quoted
from chalicelib.handing_over import PREFIX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chalicelib.address.key import Key
    from chalicelib.address.moderation import Moderation
    from chalicelib.address.signing import SigningKey
    from chalicelib.render.extras import Watermark


_FAULT_LENGTH = 420
"""Characters of the longest fault: a variable's name, its value, and a message."""

CACHE_CONTROL = "public, max-age=31536000, s-maxage=86400"
"""A browser keeps a variant for a year. The CDN asks S3 after a day whether it is still the same: so what no
eviction reaches is gone after a day."""


class Invalidate(StrEnum):
    """When a stored variant's path is invalidated in the CDN."""

    ALWAYS = "always"
    STALE = "stale"
    NEVER = "never"


class EvictBy(StrEnum):
    """How the variants of a changed original are invalidated: each by its path, or all by one tag.

    With a tag also by their paths, as long as the tag is not seen to reach the CDN.
    """

    PATH = "path"
    TAG = "tag"


class FaceDetection(StrEnum):
    """Which service finds the faces in a picture."""

    NOBODY = ""
    REKOGNITION = "rekognition"


class OtherFiles(StrEnum):
    """What the app answers for a file in a source bucket that is not an accepted image."""

    MISSING = "missing"
    REFUSED = "refused"


class Delivery(StrEnum):
    """How the CDN gets a picture that is missing: by redirecting the viewer to the app, or from it."""

    REDIRECT = "redirect"
    FAILOVER = "failover"


class ErrorPicture(StrEnum):
    """As what picture the app answers a refusal; nothing: in words."""

    NONE = ""
    SVG = "svg"


class MirrorOriginals(StrEnum):
    """Whether the site also has a copy of each original, and with how much of its metadata.

    With `REMOVE` it has none any more: those that there are go when their originals are looked at.
    """

    NONE = ""
    STRIP = "strip"
    KEEP = "keep"
    REMOVE = "remove"


class Profile(StrEnum):
    """What becomes of colours that sRGB does not have: they become those of sRGB, or stay, with a profile."""

    SRGB = "srgb"
    KEEP = "keep"


class ConfigError(Exception):
    """The environment is not a valid configuration. The message has a line for every fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = [one_line(fault, _FAULT_LENGTH) for fault in faults]
        super().__init__("\n  ".join(["The configuration has faults:", *self.faults]))


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the environment decides. ``docs/configuration.md`` says what each variable means."""

    policy: Policy
    signing_keys: Mapping[str, SigningKey]
    sources: Sources
    image_types: frozenset[str]
    limits: Limits
    site_url: str
    redirect_status: int
    cache_control: str
    distribution_id: str
    invalidate: Invalidate
    invalidation_queue: str
    invalidation_budget: int
    changes_queue: str
    evict_by: EvictBy
    site_origin: str
    site_origin_referer: str = field(repr=False)
    fallback_key: Key | None
    watermarks: Mapping[str, Watermark]
    face_detection: FaceDetection
    other_files: OtherFiles
    error_picture: ErrorPicture
    delivery: Delivery
    prewarm_queue: str
    mirror_originals: MirrorOriginals
    families: Families
    moderation: Moderation | None
    metadata: Metadata
    profile: Profile

    @property
    def draws_refusals(self) -> bool:
        """Whether a refusal is a picture of its words. For people who write pages, not for visitors."""
        return self.error_picture is not ErrorPicture.NONE

    @property
    def keeps_gamut(self) -> bool:
        """Whether variants keep colours that sRGB does not have."""
        return self.profile is Profile.KEEP

    @property
    def site(self) -> Source:
        """The bucket that variants are stored in, with the prefix of their keys."""
        return self.sources.site

    @property
    def gate(self) -> Gate:
        """What decides which variants may be made."""
        return Gate(self.policy, self.signing_keys)


def fails_over(environ: Mapping[str, str]) -> bool:
    """Return whether `environ` says that the CDN fails over to the app, whatever else is wrong with it."""
    return environ.get("DELIVERY", "").strip() == Delivery.FAILOVER


def read(environ: Mapping[str, str]) -> Config:
    """Return the configuration that `environ` holds. `ConfigError` names every fault at once."""
    environment = Environment(environ)
    take = environment.take
    watermarks = take("WATERMARKS", "", read_watermarks) or {}
    policy = Policy(
        take("ALLOWED_DIMENSIONS", "", read_sizes) or frozenset(),
        take("ALLOWED_OPTIONS", "", read_options) or frozenset(),
        take("PRESETS", "", read_presets) or {},
        frozenset(watermarks),
    )
    sources = Sources(
        take("SOURCES", "", buckets.sources) or {},
        Source(
            take("SITE_BUCKET", "", buckets.bucket) or "", take("KEY_PREFIX", "", buckets.key_prefix) or ""
        ),
        frozenset(policy.presets),
    )
    config = Config(
        policy,
        take("SIGNING_KEYS", "", read_keys, is_secret=True) or {},
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
        take("CACHE_CONTROL", CACHE_CONTROL, settings.header_value) or "",
        take("DISTRIBUTION_ID", "", settings.distribution_id) or "",
        take("INVALIDATE", "stale", settings.one_of(Invalidate)) or Invalidate.STALE,
        take("INVALIDATION_QUEUE", "", settings.queue_url) or "",
        take("INVALIDATION_BUDGET", "", settings.budget) or 0,
        take("CHANGES_QUEUE", "", settings.queue_url) or "",
        take("EVICT_BY", "path", settings.one_of(EvictBy)) or EvictBy.PATH,
        take("SITE_ORIGIN", "", settings.site_url) or "",
        take("SITE_ORIGIN_REFERER", "", settings.optional_header_value, is_secret=True) or "",
        take("FALLBACK_KEY", "", settings.fallback_key),
        watermarks,
        take("FACE_DETECTION", "", settings.one_of(FaceDetection)) or FaceDetection.NOBODY,
        take("OTHER_FILES", OtherFiles.MISSING, settings.one_of(OtherFiles)) or OtherFiles.MISSING,
        take("ERROR_PICTURE", "", settings.one_of(ErrorPicture)) or ErrorPicture.NONE,
        take("DELIVERY", Delivery.REDIRECT, settings.one_of(Delivery)) or Delivery.REDIRECT,
        take("PREWARM_QUEUE", "", settings.queue_url) or "",
        take("MIRROR_ORIGINALS", "", settings.one_of(MirrorOriginals)) or MirrorOriginals.NONE,
        Families(),
        take("MODERATION", "", settings.moderation),
        take("METADATA", "copyright", settings.metadata) or Metadata.COPYRIGHT,
        take("PROFILE", Profile.SRGB, settings.one_of(Profile)) or Profile.SRGB,
    )
    named = take("FAMILIES", "", families.read) or {}
    if faults := [
        *environment.faults,
        *environment.misspelled(),
        *_contradictions(config),
        *_of_families(config, named),
    ]:
        raise ConfigError(faults)
    return replace(config, families=families.spelled(named, policy))


_TAKEN = {
    "resize": "is where the app itself is",
    INFO: "answers what is known of an original",
    "playground": "may be a page of the site",
}
"""Names that a preset cannot have, and what the site has there."""


def _contradictions(config: Config) -> Iterator[str]:
    """Yield a fault for each pair of settings that do not fit together.

    If SOURCES is faulty, that is the one fault: nothing is compared with it.
    """
    sources, watermarks = config.sources.by_name, config.watermarks
    for name, preset in config.policy.presets.items():
        if sources and preset.source not in {"", *sources}:
            yield f"PRESETS: {name} is for the source {_unknown(preset.source, 'SOURCES', sources)}"
        watermark = preset.variant.options.watermark
        if watermark not in {None, *watermarks}:
            yield f"PRESETS: {name} has the watermark {_unknown(str(watermark), 'WATERMARKS', watermarks)}"
    for name, overlay in watermarks.items():
        if sources and overlay.source not in sources:
            yield f"WATERMARKS: {name} is in the source {_unknown(overlay.source, 'SOURCES', sources)}"
    if sources and config.fallback_key and not _can_hold(config.sources, config.fallback_key):
        yield f"FALLBACK_KEY: no source in SOURCES can hold {shown(config.fallback_key)}."
    for name, place in _TAKEN.items():
        if name in config.policy.presets:
            yield f"PRESETS: a preset cannot be named {name}, because /{name}/ {place}."
    yield from _of_delivery(config)
    yield from _of_mirrors(config)
    yield from _of_moderation(config)
    yield from _of_budget(config)
    if config.changes_queue and config.distribution_id and not config.invalidation_queue:
        yield (
            "CHANGES_QUEUE: needs an INVALIDATION_QUEUE as well. "
            "Variants of originals that change are invalidated through it."
        )


def _of_delivery(config: Config) -> Iterator[str]:
    """Yield a fault if the API has no routes for what a failover asks it for."""
    depth = config.site.prefix.count("/")
    if config.delivery is Delivery.FAILOVER and depth > PREFIX_DEPTH:
        yield f"KEY_PREFIX: has {depth} segments. With DELIVERY=failover, {PREFIX_DEPTH} are the most."


def _of_budget(config: Config) -> Iterator[str]:
    """Yield a fault if there is nothing that the budget would bound."""
    if not config.invalidation_budget or config.invalidation_queue:
        return
    if not config.distribution_id:
        yield "INVALIDATION_BUDGET: bounds nothing without a DISTRIBUTION_ID or an INVALIDATION_QUEUE."
    elif config.invalidate is Invalidate.NEVER:
        yield (
            "INVALIDATION_BUDGET: bounds nothing with INVALIDATE=never and without an INVALIDATION_QUEUE. "
            "Leave it empty."
        )


def _of_mirrors(config: Config) -> Iterator[str]:
    """Yield a fault if nobody tells of changed originals, and for each source that mirrors would be in."""
    if config.mirror_originals is MirrorOriginals.NONE:
        return
    if not config.changes_queue:
        yield "MIRROR_ORIGINALS: needs a CHANGES_QUEUE as well. Originals are copied when it tells of them."
    site = config.site
    for name, source in config.sources.by_name.items():
        if source.bucket == site.bucket and _overlap(source.prefix, site.prefix):
            yield (
                f"MIRROR_ORIGINALS: the source {name} and the site overlap in {site.bucket}. Mirrors would "
                f"be originals. Give each a folder of its own: {name}={site.bucket}/originals and "
                "KEY_PREFIX=img/."
            )


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


_LEAST_PIXELS = 80 * 80
"""Of the smallest picture that Rekognition takes (developer guide, "Guidelines and quotas")."""


def _of_moderation(config: Config) -> Iterator[str]:
    """Yield a fault for what keeps originals from being looked at."""
    if config.moderation and "svg" in config.image_types:
        yield (
            "MODERATION: nobody can look at an SVG, of which no pixels are made here. "
            "Take svg out of ALLOWED_IMAGE_TYPES."
        )
    if config.moderation and config.mirror_originals in {MirrorOriginals.STRIP, MirrorOriginals.KEEP}:
        yield (
            "MODERATION: nobody looks at mirrors of originals. Set MIRROR_ORIGINALS to remove, deploy, "
            "type `python -m ops mirror STACK`, and then set it to nothing. "
            "With nothing alone, mirrors stay public."
        )
    if config.moderation and config.limits.output_pixels < _LEAST_PIXELS:
        yield f"MODERATION: needs MAX_OUTPUT_PIXELS of at least {_LEAST_PIXELS}: Rekognition takes no less."


def _of_families(config: Config, named: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a fault for each family that cannot be made ahead."""
    for fault in families.faults(named, config.policy):
        yield f"FAMILIES: {fault}"
    if named and not config.prewarm_queue:
        yield "FAMILIES: needs a PREWARM_QUEUE as well. The other members are made through it."


def _unknown(name: str, variable: str, known: Iterable[str]) -> str:
    return f"{quoted(name)}, which {variable} does not name.{did_you_mean(nearest(name, known))}"


def _can_hold(sources: Sources, key: Key) -> bool:
    try:
        sources.locate(key)
    except Refusal:
        return False
    return True
