"""Checks of the redirects from the site to the app and back, and of the picture at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ops.doctor.checks.rules import APP
from ops.doctor.checks.site import entry
from ops.doctor.diagnosis import Verdict, fault, ok, warning
from ops.doctor.host_names import EXECUTE_API
from ops.doctor.known import NotKnown, Unread, known
from ops.doctor.outside.hops import Ending, Hop, Walk, is_signed

if TYPE_CHECKING:
    from ops.doctor.facts import Facts

EXPECTED_HOPS = 5
"""The longest walk that the design allows: a cached redirect before and after the app, then S3."""

_REFUSED_BY_GATEWAY = {403: "the path or the stage is not the API's", 429: "the API throttles"}


def has_behaviour(facts: Facts) -> Verdict:
    """Judge whether the distribution sends /resize/* to the API."""
    if isinstance(facts.inside.distribution, Unread):
        return _seen_behaviour(facts)
    distribution, host = facts.inside.distribution, entry_host(facts)
    if host and EXECUTE_API.fullmatch(host):
        return ok("the rules redirect to the API itself")
    behaviour = distribution.behaviour(f"/{APP}300x200/nowhere.jpg")
    domain = behaviour.origin.domain
    if behaviour is distribution.behaviour(f"/{facts.a_key}"):
        return fault(f"/{APP}* goes to {domain}, like everything else")
    if not isinstance(facts.inside.api, Unread) and not domain.startswith(f"{facts.inside.api.id}."):
        return fault(f"/{APP}* goes to {domain}, which is not the API {facts.inside.api.id}")
    return ok(f"{behaviour.pattern} goes to {domain}")


def entry_host(facts: Facts) -> str:
    """Return the host that a miss is redirected to; empty if it is not redirected."""
    hop = facts.outside.entry
    return urlsplit(hop.onward).netloc if hop and hop.onward else ""


def _seen_behaviour(facts: Facts) -> Verdict:
    hop = _at_app(facts)
    if hop.is_from_s3:
        return fault(f"S3 answers {hop.path}")
    return ok("S3 does not answer there")


def _at_app(facts: Facts) -> Hop:
    """Return the answer at the app's address; `NotKnown` if no miss got there."""
    first = entry(facts)
    if facts.fails_over and not first.is_from_s3:
        return first
    for hop in facts.outside.nowhere.hops[1:]:
        if f"/{APP}" in hop.path:
            return hop
    raise NotKnown("no miss reached the app")


def answers(facts: Facts) -> Verdict:
    """Judge whether the app itself answers, and not API Gateway or CloudFront."""
    hop = _at_app(facts)
    if hop.onward and not hop.is_from_s3:
        return ok("it redirects")
    if hop.is_ours:
        return fault(f"it answers {hop.status} {hop.app_code}")
    if hop.app_code:
        return ok(f"it answers {hop.status} {hop.app_code}")
    why = _REFUSED_BY_GATEWAY.get(hop.status, "the app does not start, or is too slow")
    return fault(f"{hop.status} {hop.message!r} does not come from the app: {why}")


def is_regional(facts: Facts) -> Verdict:
    """Judge whether the API is REGIONAL. An edge-optimised API has its own CloudFront in front of it."""
    if not isinstance(facts.inside.api, Unread):
        types = facts.inside.api.types
        return ok("it is") if types == ("REGIONAL",) else fault(f"its endpoint is {', '.join(types)}")
    hop = _at_app(facts)
    passed = hop.headers.get("via", "").count("(CloudFront)")
    expected = 0 if EXECUTE_API.fullmatch(urlsplit(hop.url).netloc) else 1
    if passed > expected:
        return fault(f"its answer came through {passed} CloudFronts: Via: {hop.headers['via']}")
    return ok(f"its answer came through {passed} CloudFront{'' if passed == 1 else 's'}")


def sends_back(facts: Facts) -> Verdict:
    """Judge whether the app redirects viewers back to this site."""
    for walk in facts.outside.walks:
        for hop in walk.hops:
            if f"/{APP}" in hop.path and hop.onward and not hop.is_from_s3:
                return _sent_to(facts, hop)
    if facts.fails_over:
        return ok("it sends them nowhere: the distribution gets the picture itself")
    raise NotKnown("the app did not redirect in any walk")


def _sent_to(facts: Facts, hop: Hop) -> Verdict:
    to, own = urlsplit(hop.onward or ""), facts.outside.address
    if is_signed(to.query):
        return ok("to S3 itself, to avoid a cache")
    if to.netloc == own.host:
        return ok(f"to {to.netloc}")
    if not isinstance(facts.inside.distribution, Unread):
        known_names = known(facts.inside.distribution).deployed.names
        if to.netloc.lower() in known_names:
            return ok(f"to {to.netloc}")
    return fault(f"it sends viewers of {own.host} to {to.netloc}")


def is_short(facts: Facts) -> Verdict:
    """Judge whether there is no redirect loop."""
    for walk in facts.outside.walks:
        if walk.ending is Ending.LOOP:
            return fault(f"a loop: {_loop(walk)}")
        if walk.ending is Ending.TOO_LONG and len(walk.hops) > 1:
            return fault(f"no end after {len(walk.hops)} hops: {walk.hops[0].path}, … {walk.hops[-1].path}")
        if len(walk.hops) > EXPECTED_HOPS:
            return warning(f"{len(walk.hops)} hops: {walk.statuses}")
    entry(facts)
    longest = max(len(walk.hops) for walk in facts.outside.walks)
    return ok(f"at most {longest} hops")


def _loop(walk: Walk) -> str:
    back = walk.hops[-1].onward
    start = max(number for number, hop in enumerate(walk.hops) if hop.url == back)
    return " → ".join([*(hop.path for hop in walk.hops[start:]), walk.hops[start].path])


def ends_with_picture(facts: Facts) -> Verdict:
    """Judge whether the last answer is a picture."""
    walks = (facts.outside.missing, facts.outside.present)
    walked = [walk for walk in walks if isinstance(walk, Walk)]
    if not walked:
        raise NotKnown(known_reason(walks))
    for walk in walked:
        if walk.last and walk.last.app_code and not walk.last.is_ours:
            return warning(f"the app refuses this picture: {walk.last.app_code}, {walk.last.message}")
        if not walk.has_arrived:
            return fault(_ended_with(walk))
    return ok(f"{walked[-1].statuses}, {walked[-1].hops[-1].headers.get('content-type')}")


def known_reason(walks: tuple[Walk | Unread, ...]) -> str:
    """Return why there was no walk."""
    return next(walk.why for walk in walks if isinstance(walk, Unread))


def _ended_with(walk: Walk) -> str:
    if walk.ending is not Ending.ANSWERED or walk.last is None:
        return f"the walk ended: {walk.trouble or walk.ending}"
    said = walk.last.app_code or walk.last.headers.get("content-type", "nothing")
    return f"{walk.statuses}, and the last answer is {said}"
