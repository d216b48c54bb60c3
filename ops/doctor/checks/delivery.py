"""Checks of the way a picture takes: by a redirect to the app, or from the app itself after a failover.

Most checks of the site are about the redirect. `of_redirects` says that they have nothing to judge where the
distribution fails over.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from chalicelib import handing_over
from chalicelib.config.config import Delivery
from ops.doctor.checks.rules import APP
from ops.doctor.checks.site import entry
from ops.doctor.diagnosis import Verdict, fault, ok, warning
from ops.doctor.host_names import REST
from ops.doctor.known import NotKnown, Unread, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.cloudfront.distribution import Behaviour, Origin
    from ops.doctor.facts import Facts

_MISSING = {403, 404}
"""What S3 answers for a missing object: 403 to whoever may not list the bucket."""


def of_redirects(judge: Callable[[Facts], Verdict]) -> Callable[[Facts], Verdict]:
    """Return `judge`, which has nothing to judge if the distribution fails over to the app."""

    @wraps(judge)
    def judge_redirects(facts: Facts) -> Verdict:
        if facts.fails_over:
            return ok("not needed: the distribution asks the app itself, and no viewer is redirected to it")
        return judge(facts)

    return judge_redirects


def is_adopted(facts: Facts) -> Verdict:
    """Judge whether a distribution that the stack did not make has the stack's behaviours."""
    adoption = facts.inside.adoption
    if adoption is None:
        return ok("not needed: the stack made its distribution itself")
    found = known(adoption)
    if not found.is_there:
        return fault("the distribution has no behaviour of this stack")
    if not found.is_current:
        return warning(
            "what the distribution has of this stack is not what the stack has now, or not in front"
        )
    return ok("it has the behaviours of this stack, in front of its own")


def shows_refusals(facts: Facts) -> Verdict:
    """Judge whether viewers get the app's own refusals."""
    pages = known(facts.inside.distribution).deployed.error_pages
    if not pages:
        return ok("the distribution has no pages for errors")
    named = ", ".join(f"{status} ({page.path})" for status, page in sorted(pages.items()))
    return warning(f"viewers of a picture that is refused or missing get a page in place of {named}")


def is_agreed(facts: Facts) -> Verdict:
    """Judge whether DELIVERY says what the distribution does: an invalidation reaches what the CDN keeps."""
    said, behaviour = facts.configuration.delivery, _behaviour(facts)
    if (said is Delivery.FAILOVER) is not bool(behaviour.failover):
        done = "fails over" if behaviour.failover else "has no failover"
        return fault(f"DELIVERY is {said}, and the distribution {done}")
    return ok(f"both say {said}")


def asks_the_app(facts: Facts) -> Verdict:
    """Judge whether the distribution gets from the app what S3 does not have."""
    if not _is_failing_over(facts):
        return ok("not needed: viewers are redirected to the app")
    behaviour = _behaviour(facts)
    if behaviour.failover is None:
        return fault(f"the behaviour {behaviour.pattern} asks {behaviour.origin.domain} alone")
    if missing := _MISSING - behaviour.failover.statuses:
        return fault(f"the origin group does not fail over after {', '.join(map(str, sorted(missing)))}")
    app = behaviour.failover.origin
    wrong = next(_wrong_with(app, facts), "")
    return fault(f"the second origin {wrong}") if wrong else ok(f"after 403 and 404 it asks {app.domain}")


def _wrong_with(app: Origin, facts: Facts) -> Iterator[str]:
    """Yield what is wrong with the origin that is asked second."""
    if not isinstance(facts.inside.api, Unread) and not app.domain.startswith(f"{facts.inside.api.id}."):
        yield f"is {app.domain}, which is not the API {facts.inside.api.id}"
    if not f"{app.path}/".endswith(f"/{APP}"):
        yield f"has the path {app.path or 'of nothing'}, which has to end with /resize"
    if dict(app.headers).get("Accept") != handing_over.ACCEPT:
        yield "is not sent the header Accept that asks for the picture itself"


def signs(facts: Facts) -> Verdict:
    """Judge whether the distribution signs what it asks S3: a private bucket answers nobody else."""
    if not _is_failing_over(facts):
        return ok("not needed: the website endpoint knows no signatures")
    origin = _behaviour(facts).origin
    if not REST.fullmatch(origin.domain):
        return fault(f"the first origin is {origin.domain}, which is not the bucket's REST endpoint")
    if not origin.signs_as:
        return fault(f"the origin {origin.domain} has no origin access control")
    return ok(f"requests to {origin.domain} are signed")


def _is_failing_over(facts: Facts) -> bool:
    """Say whether the distribution fails over; `NotKnown` if neither it nor the site says anything."""
    if isinstance(facts.inside.distribution, Unread):
        entry(facts)
    return facts.fails_over


def _behaviour(facts: Facts) -> Behaviour:
    """Return the behaviour of pictures; `NotKnown` if the distribution is not."""
    if isinstance(facts.inside.distribution, Unread):
        raise NotKnown(facts.inside.distribution.why)
    return known(facts.inside.distribution).behaviour(f"/{facts.a_key}")
