"""Checks of the website: it answers, its bucket is a website, and it serves the stored objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.key import FACES_FOLDER, MODERATION_FOLDER
from edge.origin_access import SERVICE, signed_by
from edge.s3.bucket_policy import NOTHING_ALLOWED
from ops.doctor.diagnosis import Verdict, fault, not_checked, ok, warning
from ops.doctor.host_names import REST, WEBSITE
from ops.doctor.known import NotKnown, Unread, known
from ops.doctor.outside.hops import Walk

if TYPE_CHECKING:
    from ops.doctor.facts import Facts, SiteBucket
    from ops.doctor.outside.hops import Hop

RESTRICTS, FORBIDS = "RestrictPublicBuckets", "BlockPublicPolicy"


def entry(facts: Facts) -> Hop:
    """Return the site's own answer to a miss; `NotKnown` if it does not answer."""
    if facts.outside.entry is None:
        raise NotKnown("the site does not answer")
    return facts.outside.entry


def error(hop: Hop) -> str:
    """Return S3's error code in a website endpoint's answer; empty if there is none."""
    return hop.headers.get("x-amz-error-code", "")


def answers(facts: Facts) -> Verdict:
    """Judge whether the site answers at its address."""
    walk = facts.outside.nowhere
    if not walk.hops:
        return fault(walk.trouble)
    first = walk.hops[0]
    if first.status in {502, 503, 504} and not first.is_from_s3:
        return fault(f"{first.status} from {first.headers.get('server', 'no named server')}")
    return ok(f"{facts.outside.address.base} answers {first.status}")


def website_endpoint(facts: Facts) -> Verdict:
    """Judge whether CloudFront asks the website endpoint. Only that has routing rules."""
    if not isinstance(facts.inside.distribution, Unread):
        domain = facts.inside.distribution.behaviour(f"/{facts.a_key}").origin.domain
        if REST.fullmatch(domain):
            return fault(f"the origin is {domain}, the bucket's REST endpoint")
        return ok(f"the origin is {domain}")
    hop = entry(facts)
    if hop.is_from_s3 and not error(hop) and b"<Error>" in hop.body:
        return fault(f"{hop.status} with an XML error, which only the REST endpoint sends")
    return ok("the answer to a miss does not come from a REST endpoint")


def is_website(facts: Facts) -> Verdict:
    """Judge whether the bucket exists and has a website configuration."""
    if not isinstance(facts.inside.bucket, Unread):
        name = facts.inside.bucket.name
        configured = facts.inside.bucket.site.website
        return ok(f"{name} is a website") if configured else fault(f"{name} has no website configuration")
    code = error(entry(facts))
    if code in {"NoSuchWebsiteConfiguration", "NoSuchBucket"}:
        return fault(f"the website endpoint answers {code}")
    return ok("the website endpoint does not answer that there is no website")


def is_not_blocked(facts: Facts) -> Verdict:
    """Judge whether Block Public Access leaves the site's bucket policy in effect."""
    bucket = known(facts.inside.bucket)
    of_account = frozenset() if isinstance(bucket.account_blocks, Unread) else bucket.account_blocks
    if RESTRICTS in bucket.blocks | of_account:
        where = "the bucket" if RESTRICTS in bucket.blocks else "the whole account"
        return fault(f"{RESTRICTS} is on for {where}, so S3 answers 403 to every viewer")
    if FORBIDS in bucket.blocks | of_account:
        return warning(f"{FORBIDS} is on: the current policy has effect, but nobody can change it")
    if isinstance(bucket.account_blocks, Unread):
        return ok(f"it is off for the bucket; for the whole account: {bucket.account_blocks.why}")
    return ok("it is off for the bucket and for the account")


def is_readable(facts: Facts) -> Verdict:
    """Judge whether the distribution may read the stored objects."""
    if isinstance(facts.inside.bucket, Unread):
        return _seen_readable(facts)
    bucket = facts.inside.bucket
    if RESTRICTS in bucket.blocks and not facts.fails_over:
        return not_checked(f"{RESTRICTS} disables the policy")
    if _is_public(facts, bucket, facts.a_key):
        seen = _seen_handed_over(facts)
        return fault(seen) if seen else ok("the bucket's policy lets the site's visitors read")
    if bucket.site.policy == NOTHING_ALLOWED:
        return fault("the bucket has no policy that allows reading")
    return fault("the bucket's policy does not allow the distribution to read the stored objects")


def keeps_private(facts: Facts) -> Verdict:
    """Judge whether the bucket's policy hands out more than variants: originals, or what is known of them."""
    bucket, configuration = known(facts.inside.bucket), facts.configuration
    private = {
        f"the originals of the source {name}": f"{source.prefix}nobody/guesses/this.jpg"
        for name, source in configuration.sources.by_name.items()
        if source.bucket == bucket.name
    }
    if configuration.face_detection:
        private["where the faces in originals are"] = f"{facts.prefix}{FACES_FOLDER}original-0"
    if configuration.moderation:
        private["what originals show"] = f"{facts.prefix}{MODERATION_FOLDER}original-0"
    if shown := [what for what, key in private.items() if _is_public(facts, bucket, key)]:
        return warning(f"the bucket's policy lets everyone read {' and '.join(shown)}")
    return ok("the bucket's policy lets nobody read anything but variants")


def _is_public(facts: Facts, bucket: SiteBucket, key: str) -> bool:
    """Judge the policy as S3 does for a request of the distribution, or of anyone if there is none."""
    resource = f"arn:aws:s3:::{bucket.name}/{key}"
    origin = None
    if not isinstance(facts.inside.distribution, Unread):
        origin = facts.inside.distribution.behaviour(f"/{facts.a_key}").origin
    if origin and origin.signs_as:
        signed = {"aws:securetransport": "true", **signed_by(origin.signs_as)}
        return bucket.site.policy.allows("s3:GetObject", resource, signed, SERVICE)
    sent = {f"aws:{name.lower()}": value for name, value in (origin.headers if origin else ())}
    return bucket.site.policy.allows("s3:GetObject", resource, {"aws:securetransport": "false", **sent})


def _seen_readable(facts: Facts) -> Verdict:
    seen = facts.outside.present
    if not isinstance(seen, Walk):
        raise NotKnown(seen.why)
    first = seen.hops[0]
    if first.onward and not first.is_from_cache:
        return fault("the site answers a variant that is stored as a miss, and not from a cache")
    handed = _seen_handed_over(facts)
    return fault(handed) if handed else ok("the site serves a stored variant")


def _seen_handed_over(facts: Facts) -> str:
    """Return what is wrong if the app itself answers for a stored variant; else nothing.

    With failover viewers see no difference. A bucket's policy does not tell all causes: a key of KMS is one.
    """
    for seen in (facts.outside.present, *facts.outside.stored):
        if isinstance(seen, Walk) and seen.hops and seen.hops[0].is_from_app and not seen.hops[0].onward:
            return "S3 does not give the distribution a variant that is stored: the app answers for it"
    return ""


def stores_where_it_is_served(facts: Facts) -> Verdict:
    """Judge whether the app stores variants in the bucket that the distribution asks."""
    stored = facts.configuration.site.bucket
    domain = known(facts.inside.distribution).behaviour(f"/{facts.a_key}").origin.domain
    asked = WEBSITE.fullmatch(domain) or REST.fullmatch(domain)
    if asked is None:
        return not_checked(f"the origin {domain} is not a bucket")
    if asked["bucket"] != stored:
        return fault(f"SITE_BUCKET is {stored}, the distribution asks {asked['bucket']}")
    return ok(f"both are {stored}")
