"""The policy of a site bucket that people make themselves: everyone may read variants, and nothing else.

The stack writes the same policy, which also allows the page at the root (infra/stack.yaml). This one is for
``chalice deploy``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.address.key import NOTES

if TYPE_CHECKING:
    from chalicelib.config.config import Config


class SharedBucketError(ValueError):
    """Originals and variants lie in the same part of one bucket, so no policy tells them apart."""


def bucket_policy(configuration: Config, secret: str = "") -> dict[str, Any]:
    """Return the site bucket's policy as S3 takes it (user guide, "Bucket policies for Amazon S3").

    With a `secret`, only requests that bring it as ``aws:Referer`` may read: those of a distribution that
    sends it. `SharedBucketError` if the policy would let everyone read originals.
    """
    site = configuration.site
    for name, source in configuration.sources.by_name.items():
        if source.bucket == site.bucket and source.prefix.startswith(site.prefix):
            raise SharedBucketError(
                f"The originals of the source {name} are in {site.bucket}/{site.prefix}, like the variants, "
                "so everyone could read them. "
                "Set KEY_PREFIX to a folder of its own, such as img/, or use two buckets."
            )
    arn = f"arn:aws:s3:::{site.bucket}/{site.prefix}"
    may_read = _statement("EveryoneMayReadVariants", "Allow", f"{arn}*")
    if secret:
        may_read["Condition"] = {"StringEquals": {"aws:Referer": secret}}
    folders = (f"{arn}{folder}*" for folder in NOTES)
    notes = _statement("NobodyMayReadWhatTheAppNotes", "Deny", *folders)
    # The app reads them with its role. Who is signed in at all is not who this is against.
    notes["Condition"] = {"StringEquals": {"aws:PrincipalType": "Anonymous"}}
    return {"Version": "2012-10-17", "Statement": [may_read, notes]}


def _statement(sid: str, effect: str, *resources: str) -> dict[str, Any]:
    said = {"Sid": sid, "Effect": effect, "Principal": "*", "Action": "s3:GetObject"}
    return {**said, "Resource": list(resources)}
