"""What the functions have to be allowed, and whether their roles allow it, as IAM itself judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from chalicelib.config.config import Invalidate
from ops.doctor.facts import EVICT, READ, REMOVE, STORE, Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_iam import IAMClient

    from infra.clients import Clients
    from ops.doctor.facts import Function


class Need(NamedTuple):
    """Something that a role has to be allowed, and what for."""

    purpose: str
    role: str
    action: str
    resource: str


class Staff(NamedTuple):
    """Who does what: `evictor` and `refresher` are None where no queue calls for them."""

    handler: Function
    evictor: Function | None
    refresher: Function | None


def read_permissions(clients: Clients, staff: Staff, distribution: str) -> tuple[Permission, ...]:
    """Return IAM's judgement of everything that the code has to be allowed.

    The simulator looks at the roles' own policies: what a bucket or a queue allows besides does not count.
    """
    iam: IAMClient = clients.client("iam")
    needs = [*_to_make(staff), *_to_refresh(staff), *_to_evict(staff, distribution)]
    return tuple(Permission(*need, is_allowed=_is_allowed(iam, need)) for need in needs)


def _is_allowed(iam: IAMClient, need: Need) -> bool:
    judged = iam.simulate_principal_policy(
        PolicySourceArn=need.role, ActionNames=[need.action], ResourceArns=[need.resource]
    )["EvaluationResults"]
    return all(result["EvalDecision"] == "allowed" for result in judged)


def _to_make(staff: Staff) -> Iterator[Need]:
    role = staff.handler.role
    for original in _originals(staff):
        yield Need(READ, role, "s3:GetObject", original)
    for action in ("s3:GetObject", "s3:PutObject"):
        yield Need(STORE, role, action, _variant(staff))


def _to_refresh(staff: Staff) -> Iterator[Need]:
    if staff.refresher is None:
        return
    role = staff.refresher.role
    for original in _originals(staff):
        yield Need(REMOVE, role, "s3:GetObject", original)
    for action in ("s3:GetObject", "s3:DeleteObject"):
        yield Need(REMOVE, role, action, _variant(staff))
    site = f"arn:{staff.handler.partition}:s3:::{staff.handler.configuration.site.bucket}"
    yield Need(REMOVE, role, "s3:ListBucket", site)
    yield Need(REMOVE, role, "sqs:SendMessage", _queue(staff, staff.refresher.environment["CHANGES_QUEUE"]))


def _to_evict(staff: Staff, distribution: str) -> Iterator[Need]:
    """Yield what whoever finds something stale needs, and what CloudFront is told with."""
    finders = () if staff.handler.configuration.invalidate is Invalidate.NEVER else (staff.handler,)
    if staff.refresher:
        finders = (*finders, staff.refresher)
    if staff.evictor:
        for finder in finders:
            queue = _queue(staff, staff.handler.environment["INVALIDATION_QUEUE"])
            yield Need(EVICT, finder.role, "sqs:SendMessage", queue)
    if finders:
        handler = staff.handler
        arn = f"arn:{handler.partition}:cloudfront::{handler.account}:distribution/{distribution}"
        yield Need(EVICT, (staff.evictor or handler).role, "cloudfront:CreateInvalidation", arn)


def _originals(staff: Staff) -> Iterator[str]:
    for source in staff.handler.configuration.sources.by_name.values():
        yield f"arn:{staff.handler.partition}:s3:::{source.bucket}/{source.prefix}photo.jpg"


def _variant(staff: Staff) -> str:
    site = staff.handler.configuration.site
    return f"arn:{staff.handler.partition}:s3:::{site.bucket}/{site.prefix}300x200/photo.jpg"


def _queue(staff: Staff, url: str) -> str:
    account, name = urlsplit(url).path.strip("/").split("/")
    return f"arn:{staff.handler.partition}:sqs:{staff.handler.region}:{account}:{name}"
