"""The way from the redirect to the app and back."""

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
"""Hops of the longest way that the design allows: a cached redirect on both sides of the app, then S3."""

_REFUSED_BY_GATEWAY = {403: "the path or the stage is not the API's", 429: "the API throttles"}


def has_behaviour(facts: Facts) -> Verdict:
    """Judge whether the distribution sends /resize/* to the API."""
    if isinstance(facts.inside.distribution, Unread):
        return _seen_behaviour(facts)
    distribution, host = facts.inside.distribution, entry_host(facts)
    if host and EXECUTE_API.fullmatch(host):
        return ok("rules send to the API itself")
    behaviour = distribution.behaviour(f"/{APP}300x200/nowhere.jpg")
    domain = behaviour.origin.domain
    if behaviour is distribution.behaviour(f"/{facts.a_key}"):
        return fault(f"/{APP}* goes to {domain}, like everything else")
    if not isinstance(facts.inside.api, Unread) and not domain.startswith(f"{facts.inside.api.id}."):
        return fault(f"/{APP}* goes to {domain}, which is not the API {facts.inside.api.id}")
    return ok(f"{behaviour.pattern} goes to {domain}")


def entry_host(facts: Facts) -> str:
    """Return the host that a miss is sent to, empty where it is not."""
    hop = facts.outside.entry
    return urlsplit(hop.onward).netloc if hop and hop.onward else ""


def _seen_behaviour(facts: Facts) -> Verdict:
    hop = _at_app(facts)
    if hop.is_from_s3:
        return fault(f"{hop.path} is answered by S3")
    return ok("it is not S3 that answers there")


def _at_app(facts: Facts) -> Hop:
    """Return the answer of where the app should be."""
    entry(facts)
    for hop in facts.outside.nowhere.hops[1:]:
        if f"/{APP}" in hop.path:
            return hop
    raise NotKnown("a miss does not get as far as the app")


def answers(facts: Facts) -> Verdict:
    """Judge whether the app answers, and not API Gateway or CloudFront in its place."""
    hop = _at_app(facts)
    if hop.onward and not hop.is_from_s3:
        return ok("it redirects")
    if hop.is_ours:
        return fault(f"it answers {hop.status} {hop.app_code}")
    if hop.app_code:
        return ok(f"it answers {hop.status} {hop.app_code}")
    why = _REFUSED_BY_GATEWAY.get(hop.status, "it does not start, or not in time")
    return fault(f"{hop.status} {hop.said.get('message', '')!r}, which are not its words: {why}")


def is_regional(facts: Facts) -> Verdict:
    """Judge whether the API is REGIONAL: an edge-optimised one stands behind a CloudFront of its own."""
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
    """Judge whether the app sends viewers back to this site."""
    for walk in facts.outside.walks:
        for hop in walk.hops:
            if f"/{APP}" in hop.path and hop.onward and not hop.is_from_s3:
                return _sent_to(facts, hop)
    raise NotKnown("the app was not seen to redirect")


def _sent_to(facts: Facts, hop: Hop) -> Verdict:
    to, own = urlsplit(hop.onward or ""), facts.outside.address
    if is_signed(to.query):
        return ok("to S3 itself, around a cache")
    if to.netloc == own.host:
        return ok(f"to {to.netloc}")
    if not isinstance(facts.inside.distribution, Unread):
        known_names = known(facts.inside.distribution).deployed.names
        if to.netloc.lower() in known_names:
            return ok(f"to {to.netloc}")
    return fault(f"it sends viewers of {own.host} to {to.netloc}")


def is_short(facts: Facts) -> Verdict:
    """Judge whether nobody is redirected in circles."""
    for walk in facts.outside.walks:
        if walk.ending is Ending.LOOP:
            return fault(f"a circle: {_circle(walk)}")
        if walk.ending is Ending.TOO_LONG and len(walk.hops) > 1:
            return fault(f"no end after {len(walk.hops)} hops: {walk.hops[0].path}, … {walk.hops[-1].path}")
        if len(walk.hops) > EXPECTED_HOPS:
            return warning(f"{len(walk.hops)} hops: {walk.statuses}")
    entry(facts)
    longest = max(len(walk.hops) for walk in facts.outside.walks)
    return ok(f"at most {longest} hops")


def _circle(walk: Walk) -> str:
    back = walk.hops[-1].onward
    start = max(number for number, hop in enumerate(walk.hops) if hop.url == back)
    return " → ".join([*(hop.path for hop in walk.hops[start:]), walk.hops[start].path])


def ends_with_picture(facts: Facts) -> Verdict:
    """Judge whether a picture comes in the end."""
    walks = (facts.outside.missing, facts.outside.present)
    walked = [walk for walk in walks if isinstance(walk, Walk)]
    if not walked:
        raise NotKnown(known_reason(walks))
    for walk in walked:
        if walk.last and walk.last.app_code and not walk.last.is_ours:
            return warning(f"the app refuses this one: {walk.last.app_code}, {walk.last.said['Message']}")
        if not walk.has_arrived:
            return fault(_ended_with(walk))
    return ok(f"{walked[-1].statuses}, {walked[-1].hops[-1].headers.get('content-type')}")


def known_reason(walks: tuple[Walk | Unread, ...]) -> str:
    """Return why there was no walk."""
    return next(walk.why for walk in walks if isinstance(walk, Unread))


def _ended_with(walk: Walk) -> str:
    if walk.ending is not Ending.ANSWERED or walk.last is None:
        return f"the way ended: {walk.trouble or walk.ending}"
    said = walk.last.app_code or walk.last.headers.get("content-type", "nothing")
    return f"{walk.statuses}, and in the end {said}"
