"""Faults: each is made through the AWS APIs, and removed again."""

from __future__ import annotations

import json
import time
import uuid
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from wand.api import library_paths

from chalicelib.address.sources import ObjectName
from chalicelib.aws.bucket import MIRROR
from chalicelib.aws.budget import month
from chalicelib.aws.tally import KEY
from ops.doctor.outside.following import ask
from tests.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ops.doctor.patient import Patient

INDEX = {"Suffix": "index.html"}
DASHED = "s3-website-us-east-1.amazonaws.com"


@contextmanager
def rules(patient: Patient, change: Callable[[list[Any]], list[Any]]) -> Iterator[None]:
    """Change the routing rules with a function of the list."""
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    before = s3.get_bucket_website(Bucket=bucket)["RoutingRules"]
    changed: dict[str, Any] = {"IndexDocument": INDEX}
    if after := change(json.loads(json.dumps(before))):
        changed["RoutingRules"] = after
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=changed)
    try:
        yield
    finally:
        s3.put_bucket_website(
            Bucket=bucket, WebsiteConfiguration={"IndexDocument": INDEX, "RoutingRules": before}
        )


def redirects(patient: Patient, **members: str | None) -> Any:
    """Set these members of every rule's redirect. None removes a member."""

    def change(before: list[Any]) -> list[Any]:
        for rule in before:
            told = {**rule["Redirect"], **members}
            rule["Redirect"] = {name: value for name, value in told.items() if value is not None}
        return before

    return rules(patient, change)


def without_rule(patient: Patient, status: str) -> Any:
    """Remove the rule for an HTTP status."""

    def change(before: list[Any]) -> list[Any]:
        return [rule for rule in before if rule["Condition"]["HttpErrorCodeReturnedEquals"] != status]

    return rules(patient, change)


def earlier_rule(patient: Patient, **condition: str) -> Any:
    """Put another rule before ours, by default one for 403."""
    elsewhere = {"HostName": "old.example", "ReplaceKeyPrefixWith": "gone/", "HttpRedirectCode": "307"}
    first = {"Condition": condition or {"HttpErrorCodeReturnedEquals": "403"}, "Redirect": elsewhere}
    return rules(patient, lambda before: [first, *before])


def prefixed_rules(patient: Patient) -> Any:
    """Give the rules another key prefix than the app's."""

    def change(before: list[Any]) -> list[Any]:
        for rule in before:
            rule["Condition"]["KeyPrefixEquals"] = "img/"
        return before

    return rules(patient, change)


@contextmanager
def no_website(patient: Patient) -> Iterator[None]:
    """Delete the website configuration."""
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    before = s3.get_bucket_website(Bucket=bucket)
    s3.delete_bucket_website(Bucket=bucket)
    try:
        yield
    finally:
        kept = {name: before[name] for name in ("IndexDocument", "RoutingRules")}
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=kept)


@contextmanager
def blocked(patient: Patient, **settings: bool) -> Iterator[None]:
    """Turn on settings of Block Public Access."""
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    before = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={**before, **settings})
    try:
        yield
    finally:
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=before)


@contextmanager
def policy(patient: Patient, text: str | None) -> Iterator[None]:
    """Replace the site bucket's policy, or delete it."""
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    before = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    if text is None:
        s3.delete_bucket_policy(Bucket=bucket)
    else:
        s3.put_bucket_policy(Bucket=bucket, Policy=text)
    try:
        yield
    finally:
        s3.put_bucket_policy(Bucket=bucket, Policy=before)


def other_referer(patient: Patient) -> Any:
    """Let the bucket require a secret that the distribution does not send."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{patient.outputs.site_bucket}/*",
        "Condition": {"StringEquals": {"aws:Referer": "somebody else's"}},
    }
    return policy(patient, json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


@contextmanager
def distribution(patient: Patient, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Change the distribution's configuration."""
    cloudfront, name = patient.client("cloudfront"), patient.outputs.distribution_id

    def put(config: dict[str, Any]) -> None:
        etag = cloudfront.get_distribution_config(Id=name)["ETag"]
        cloudfront.update_distribution(Id=name, IfMatch=etag, DistributionConfig=config)

    before = cloudfront.get_distribution_config(Id=name)["DistributionConfig"]
    changed = json.loads(json.dumps(before))
    change(changed)
    put(changed)
    try:
        yield
    finally:
        put(before)


def rest_origin(patient: Patient) -> Any:
    """Set the origin to the bucket's REST endpoint in place of its website."""

    def change(config: dict[str, Any]) -> None:
        config["Origins"]["Items"][0]["DomainName"] = (
            f"{patient.outputs.site_bucket}.s3.us-east-1.amazonaws.com"
        )

    return distribution(patient, change)


def ttls(patient: Patient, least: int, default: int) -> Any:
    """Change the TTLs of all paths except /resize/*."""
    made = patient.client("cloudfront").create_cache_policy(
        CachePolicyConfig={
            "Name": f"planted-{uuid.uuid4().hex}",
            "MinTTL": least,
            "DefaultTTL": default,
            "MaxTTL": 31_536_000,
        }
    )["CachePolicy"]["Id"]

    def change(config: dict[str, Any]) -> None:
        config["DefaultCacheBehavior"]["CachePolicyId"] = made

    return distribution(patient, change)


def legacy_settings(patient: Patient) -> Any:
    """Give all paths except /resize/* legacy cache settings, with their default TTL of a day."""

    def change(config: dict[str, Any]) -> None:
        behaviour = config["DefaultCacheBehavior"]
        del behaviour["CachePolicyId"]
        behaviour["ForwardedValues"] = {"QueryString": False, "Cookies": {"Forward": "none"}}
        behaviour["MinTTL"] = 0

    return distribution(patient, change)


def no_function(patient: Patient) -> Any:
    """Let the site serve every spelling of an address as it is."""

    def change(config: dict[str, Any]) -> None:
        config["DefaultCacheBehavior"]["FunctionAssociations"] = {"Quantity": 0}

    return distribution(patient, change)


def no_cache_tags(patient: Patient) -> Any:
    """Let the distribution read no cache tags."""

    def change(config: dict[str, Any]) -> None:
        del config["CacheTagConfig"]

    return distribution(patient, change)


def no_behaviour(patient: Patient) -> Any:
    """Send /resize/* to the same origin as all other paths."""

    def change(config: dict[str, Any]) -> None:
        config["CacheBehaviors"] = {"Quantity": 0}

    return distribution(patient, change)


def wrong_stage(patient: Patient) -> Any:
    """Remove the API's stage from the origin."""

    def change(config: dict[str, Any]) -> None:
        config["Origins"]["Items"][1]["OriginPath"] = "/staging"

    return distribution(patient, change)


@contextmanager
def no_cors_at_s3(patient: Patient) -> Iterator[None]:
    """Remove CORS from the bucket."""
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    before = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    s3.delete_bucket_cors(Bucket=bucket)
    yield
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": before})


@contextmanager
def no_cors(patient: Patient) -> Iterator[None]:
    """Remove CORS from the bucket and from the distribution's answers for it."""
    with (
        no_cors_at_s3(patient),
        distribution(patient, lambda config: config["DefaultCacheBehavior"].pop("ResponseHeadersPolicyId")),
    ):
        yield


@contextmanager
def environment(patient: Patient, logical: str = "APIHandler", **variables: str) -> Iterator[None]:
    """Set variables of a function, by default the one behind the API."""
    functions, name = patient.client("lambda"), patient.resources[logical]
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def put(variables: dict[str, str]) -> None:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
        functions.get_waiter("function_updated_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
        )

    put({**before, **variables})
    try:
        yield
    finally:
        put(before)


@contextmanager
def spent_budget(patient: Patient) -> Iterator[None]:
    """Give the functions a budget that is used up. The stack has none, so nobody may count."""
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    used = {"month": month(time.time()), "paths": "500"}
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"16 random bytes!", Metadata=used)
    try:
        with environment(patient, INVALIDATION_BUDGET="1000"):
            yield
    finally:
        s3.delete_object(Bucket=bucket, Key=KEY)


@contextmanager
def mirror_left(patient: Patient) -> Iterator[None]:
    """Leave a mirror in the site, behind an object of somebody else's, and no setting for it."""
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    noted = {MIRROR: "strip", "cache-tag": ObjectName(patient.outputs.source_bucket, "shoes/red.jpg").tag}
    s3.put_object(Bucket=bucket, Key="shoes/index.html", Body=b"shoes")
    s3.put_object(Bucket=bucket, Key="shoes/red.jpg", Body=b"mirror", Metadata=noted)
    try:
        yield
    finally:
        for key in ("shoes/index.html", "shoes/red.jpg"):
            s3.delete_object(Bucket=bucket, Key=key)


@contextmanager
def edge_optimised(patient: Patient) -> Iterator[None]:
    """Make the API edge-optimised, with its own CloudFront."""
    patient.endpoint("remove", "REGIONAL")
    patient.endpoint("add", "EDGE")
    try:
        yield
    finally:
        patient.make_regional()


@contextmanager
def denied(patient: Patient, action: str, resource: str, logical: str = "APIHandler") -> Iterator[None]:
    """Remove from a function's role every statement that allows `action` on `resource` (parts of names)."""
    iam, role = patient.client("iam"), patient.role(logical)
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    before = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
    after = {name: _without(document, action, resource) for name, document in before.items()}
    changed = [name for name in names if after[name] != before[name]]
    assert changed, f"{role} was never allowed {action} on {resource}"

    def put(name: str, document: Any) -> None:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))

    for name in changed:
        put(name, after[name])
    try:
        yield
    finally:
        for name in changed:
            put(name, before[name])


@contextmanager
def encrypted_originals(patient: Patient) -> Iterator[None]:
    """Let the source bucket encrypt with a key that the role may not use, from now on."""
    s3, bucket = patient.client("s3"), patient.outputs.source_bucket
    key = patient.client("kms").create_key()["KeyMetadata"]["KeyId"]
    before = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]},
    )
    try:
        yield
    finally:
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=before)


def _without(document: Any, action: str, resource: str) -> Any:
    kept = [
        stated
        for stated in document["Statement"]
        if action not in json.dumps(stated["Action"]) or resource not in json.dumps(stated["Resource"])
    ]
    nothing = {"Effect": "Deny", "Action": "s3:CreateBucket", "Resource": "*"}
    return {**document, "Statement": kept or [nothing]}


BOTH = ("APIHandler", "Inspect")


@contextmanager
def no_imagemagick(patient: Patient, *logicals: str) -> Iterator[None]:
    """Replace every ImageMagick library that functions might load."""
    with TemporaryDirectory() as folder, ExitStack() as planted:
        for name in {name for pair in library_paths() for name in pair if name and "/" not in name}:
            Path(folder, name).write_text("no library")
        for logical in logicals:
            planted.enter_context(environment(patient, logical, MAGICK_HOME=folder, LD_LIBRARY_PATH=folder))
        yield


@contextmanager
def no_webp(patient: Patient) -> Iterator[None]:
    """Forbid a coder in another policy file of ImageMagick."""
    with TemporaryDirectory() as folder:
        forbidden = '<policymap><policy domain="coder" rights="none" pattern="WEBP"/></policymap>'
        Path(folder, "policy.xml").write_text(forbidden)
        with environment(patient, "Inspect", MAGICK_CONFIGURE_PATH=folder):
            yield


@contextmanager
def other_bucket(patient: Patient) -> Iterator[None]:
    """Let the app store variants in another bucket."""
    patient.client("s3").create_bucket(Bucket="somewhere-else")
    with environment(patient, SITE_BUCKET="somewhere-else"):
        yield


@contextmanager
def far_originals(patient: Patient) -> Iterator[None]:
    """Give the app a second source, in another region."""
    where: Any = {"LocationConstraint": "eu-central-1"}
    patient.client("s3").create_bucket(Bucket="far-away", CreateBucketConfiguration=where)
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::far-away/*"}
    policy = {"Version": "2012-10-17", "Statement": [allowed]}
    for reader in ("APIHandler", "Refresh", "Prewarm"):
        patient.client("iam").put_role_policy(
            RoleName=patient.role(reader), PolicyName="far", PolicyDocument=json.dumps(policy)
        )
    with environment(patient, SOURCES=f"default={patient.outputs.source_bucket},far=far-away"):
        yield


@contextmanager
def silent_originals(patient: Patient, left: Any = None) -> Iterator[None]:
    """Take the notifications from the source bucket, but for those that are `left`."""
    s3, bucket = patient.client("s3"), patient.outputs.source_bucket
    before = s3.get_bucket_notification_configuration(Bucket=bucket)
    del before["ResponseMetadata"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=left or {})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=before)


def half_silent_originals(patient: Patient) -> Any:
    """Let the source bucket tell of new originals, but not of deleted ones."""
    found = patient.client("s3").get_bucket_notification_configuration(Bucket=patient.outputs.source_bucket)
    return silent_originals(patient, {"QueueConfigurations": found["QueueConfigurations"][:1]})


def other_region(patient: Patient) -> Any:
    """Set the origin to the bucket's website in another region."""

    def change(config: dict[str, Any]) -> None:
        bucket = patient.outputs.site_bucket
        config["Origins"]["Items"][0]["DomainName"] = f"{bucket}.s3-website.eu-central-1.amazonaws.com"

    return distribution(patient, change)


@contextmanager
def kept_redirect(patient: Patient) -> Iterator[None]:
    """Let CloudFront keep redirects for a day."""
    with ttls(patient, 0, 86_400), redirects(patient, HttpRedirectCode="302"):
        try:
            yield
        finally:
            patient.invalidate()


@contextmanager
def stale_redirect(patient: Patient, key: str) -> Iterator[None]:
    """Let CloudFront keep the redirect for a variant. Then store the variant and remove the cause."""
    with ttls(patient, 0, 86_400), redirects(patient, HttpRedirectCode="302"):
        patient.edge.reread()
        assert ask(f"{patient.edge.url}/100x100/{key}").status == 302
    s3, bucket = patient.client("s3"), patient.outputs.site_bucket
    s3.put_object(Bucket=bucket, Key=f"100x100/{key}", Body=png(), ContentType="image/png")
    try:
        yield
    finally:
        patient.invalidate()


@contextmanager
def dead_letters(patient: Patient) -> Iterator[None]:
    """Put a message into the dead-letter queue."""
    sqs = patient.client("sqs")
    queues = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        for url in sqs.list_queues().get("QueueUrls", [])
    }
    policies = [json.loads(queue["RedrivePolicy"]) for queue in queues.values() if "RedrivePolicy" in queue]
    target = policies[0]["deadLetterTargetArn"]
    url = next(url for url, queue in queues.items() if queue["QueueArn"] == target)
    sqs.send_message(QueueUrl=url, MessageBody="nobody could")
    try:
        yield
    finally:
        sqs.purge_queue(QueueUrl=url)
