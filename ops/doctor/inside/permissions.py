"""The permissions that the functions need, and whether IAM's policy simulator grants them to their roles."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from chalicelib.address.key import INDEX_FOLDER
from chalicelib.aws.tally import KEY
from chalicelib.config.config import Invalidate, MirrorOriginals
from ops.doctor.facts import EVICT, LOOK, MIRROR, READ, REMOVE, STORE, Permission
from ops.doctor.inside.asking import ask
from ops.doctor.inside.bucket import read_kms_key
from ops.doctor.known import Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_iam import IAMClient

    from infra.clients import Clients
    from ops.doctor.facts import Function


class Need(NamedTuple):
    """A permission that a role needs, and its purpose."""

    purpose: str
    role: str
    action: str
    resource: str


class Functions(NamedTuple):
    """The functions of a stack. All but the `handler` are None if their queues are not configured."""

    handler: Function
    evictor: Function | None
    refresher: Function | None
    prewarmer: Function | None


def read_permissions(clients: Clients, functions: Functions, distribution: str) -> tuple[Permission, ...]:
    """Return all permissions that the code needs, with IAM's decision for each.

    The simulator evaluates only the roles' own policies, not those of buckets and queues.
    """
    iam: IAMClient = clients.client("iam")
    needs = [
        *_to_make(functions),
        *_to_decrypt(clients, functions, functions.handler),
        *_to_refresh(functions),
        *_to_mirror(clients, functions),
        *_to_evict(functions, distribution),
    ]
    return tuple(Permission(*need, is_allowed=_is_allowed(iam, need)) for need in needs)


def _is_allowed(iam: IAMClient, need: Need) -> bool:
    judged = iam.simulate_principal_policy(
        PolicySourceArn=need.role, ActionNames=[need.action], ResourceArns=[need.resource]
    )["EvaluationResults"]
    return all(result["EvalDecision"] == "allowed" for result in judged)


def _to_make(functions: Functions) -> Iterator[Need]:
    for function in filter(None, (functions.handler, functions.prewarmer)):
        for original in _originals(functions):
            yield Need(READ, function.role, "s3:GetObject", original)
        for action in ("s3:GetObject", "s3:PutObject"):
            yield Need(STORE, function.role, action, _variant(functions))
        if function.configuration.moderation:
            yield Need(LOOK, function.role, "rekognition:DetectModerationLabels", "*")
    if functions.prewarmer and functions.handler.configuration.families.members:
        queue = _queue(functions, functions.handler.environment["PREWARM_QUEUE"])
        yield Need(STORE, functions.handler.role, "sqs:SendMessage", queue)


def _to_decrypt(clients: Clients, functions: Functions, reader: Function) -> Iterator[Need]:
    """Yield the permission of the `reader` to use the KMS key of each source bucket, if it is a customer's.

    What AWS's own key for S3 encrypts, may be read by everybody in the account who may read the object.
    """
    sources = functions.handler.configuration.sources.by_name.values()
    for bucket in sorted({source.bucket for source in sources}):
        key = ask(partial(read_kms_key, clients, bucket))
        if key and not isinstance(key, Unread):
            yield Need(READ, reader.role, "kms:Decrypt", key)


def _to_refresh(functions: Functions) -> Iterator[Need]:
    if functions.refresher is None:
        return
    role = functions.refresher.role
    for original in _originals(functions):
        yield Need(REMOVE, role, "s3:GetObject", original)
    for action in ("s3:GetObject", "s3:DeleteObject"):
        yield Need(REMOVE, role, action, _variant(functions))
    site = functions.handler.configuration.site
    bucket = f"arn:{functions.handler.partition}:s3:::{site.bucket}"
    yield Need(REMOVE, role, "s3:PutObject", f"{bucket}/{site.prefix}{INDEX_FOLDER}complete")
    yield Need(REMOVE, role, "s3:ListBucket", bucket)
    yield Need(
        REMOVE, role, "sqs:SendMessage", _queue(functions, functions.refresher.environment["CHANGES_QUEUE"])
    )


def _to_mirror(clients: Clients, functions: Functions) -> Iterator[Need]:
    """Yield the permissions to copy originals into the site, if it has mirrors of them."""
    mode = functions.handler.configuration.mirror_originals
    if functions.refresher is None or mode in {MirrorOriginals.NONE, MirrorOriginals.REMOVE}:
        return
    for action in ("s3:PutObject", "s3:AbortMultipartUpload"):
        yield Need(MIRROR, functions.refresher.role, action, _variant(functions))
    yield from _to_decrypt(clients, functions, functions.refresher)


def _to_evict(functions: Functions, distribution: str) -> Iterator[Need]:
    """Yield the permissions to invalidate: to send messages to the queue, and to call CloudFront."""
    finders = () if functions.handler.configuration.invalidate is Invalidate.NEVER else (functions.handler,)
    if functions.refresher:
        finders = (*finders, functions.refresher)
    if functions.evictor:
        queue = _queue(functions, functions.handler.environment["INVALIDATION_QUEUE"])
        # It puts back what there is no time for.
        for sender in (*finders, functions.evictor):
            yield Need(EVICT, sender.role, "sqs:SendMessage", queue)
    if functions.evictor and functions.handler.configuration.invalidation_budget:
        for action in ("s3:GetObject", "s3:PutObject"):
            yield Need(EVICT, functions.evictor.role, action, _tally(functions))
        # Without it, S3 says 403 where there is no count yet.
        bucket = _tally(functions).partition("/")[0]
        yield Need(EVICT, functions.evictor.role, "s3:ListBucket", bucket)
    if finders:
        handler = functions.handler
        arn = f"arn:{handler.partition}:cloudfront::{handler.account}:distribution/{distribution}"
        yield Need(EVICT, (functions.evictor or handler).role, "cloudfront:CreateInvalidation", arn)


def _originals(functions: Functions) -> Iterator[str]:
    for source in functions.handler.configuration.sources.by_name.values():
        yield f"arn:{functions.handler.partition}:s3:::{source.bucket}/{source.prefix}photo.jpg"


def _variant(functions: Functions) -> str:
    site = functions.handler.configuration.site
    return f"arn:{functions.handler.partition}:s3:::{site.bucket}/{site.prefix}300x200/photo.jpg"


def _tally(functions: Functions) -> str:
    site = functions.handler.configuration.site
    return f"arn:{functions.handler.partition}:s3:::{site.bucket}/{site.prefix}{KEY}"


def _queue(functions: Functions, url: str) -> str:
    account, name = urlsplit(url).path.strip("/").split("/")
    return f"arn:{functions.handler.partition}:sqs:{functions.handler.region}:{account}:{name}"
