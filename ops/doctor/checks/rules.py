"""Checks of the routing rules: they redirect misses to the app, with the right host, protocol and code.

If the bucket's configuration is known, `edge.s3.routing_rules` decides which rule answers. Otherwise these
checks judge the redirect that the site sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from edge.s3.routing_rules import after_error, before_lookup
from ops.doctor.checks.site import entry, error
from ops.doctor.diagnosis import Verdict, fault, ok, warning
from ops.doctor.host_names import EXECUTE_API, WEBSITE
from ops.doctor.known import NotKnown, Unread, known
from ops.doctor.outside.hops import is_signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.s3.routing_rules import Rule
    from ops.doctor.facts import Facts
    from ops.doctor.outside.hops import Hop

APP = "resize/"
"""What a rule puts in front of a key to send it to the app."""

MISSING, FORBIDDEN = 404, 403


def leads_to_app(rule: Rule) -> bool:
    """Say whether a rule redirects to the app."""
    to = rule.redirect
    return to.key is None and (to.prefix or "").endswith(APP)


def _ours(facts: Facts, status: int | None = None) -> tuple[Rule, ...]:
    """Return the rules that redirect to the app: for one `status`, or all."""
    return tuple(
        rule
        for rule in facts.rules
        if leads_to_app(rule) and (status is None or rule.error in {status, None})
    )


def _some_of_ours(facts: Facts) -> tuple[Rule, ...]:
    """Return the rules that redirect to the app: those for our key prefix, or all if there are none."""
    rules = _ours(facts)
    if not rules:
        raise NotKnown("no rule redirects to the app")
    return tuple(rule for rule in rules if rule.prefix == facts.prefix) or rules


def _redirect(facts: Facts) -> Hop:
    """Return the redirect that answers a miss; `NotKnown` if another answer came."""
    hop = entry(facts)
    if not hop.onward:
        raise NotKnown(f"the answer to a miss is {hop.status}, not a redirect")
    return hop


def has_rule_for_missing(facts: Facts) -> Verdict:
    """Judge whether a rule redirects requests for missing objects (404) to the app."""
    if not isinstance(facts.inside.bucket, Unread):
        if rules := _ours(facts, MISSING):
            return ok(f"rule {facts.rules.index(rules[0]) + 1} does")
        return fault(f"none of the bucket's {len(facts.rules)} rules redirects a 404 to {APP}")
    hop = entry(facts)
    if hop.status == MISSING and error(hop) == "NoSuchKey":
        return fault("the website answers a miss with 404 NoSuchKey, not with a redirect")
    return ok("the answer to a miss is not 404 NoSuchKey")


def has_rule_for_forbidden(facts: Facts) -> Verdict:
    """Judge whether a rule redirects forbidden requests (403) to the app.

    If nobody may list the bucket, S3 answers 403 for missing objects.
    """
    if not isinstance(facts.inside.bucket, Unread):
        if rules := _ours(facts, FORBIDDEN):
            return ok(f"rule {facts.rules.index(rules[0]) + 1} does")
        return fault(f"none of the bucket's {len(facts.rules)} rules redirects a 403 to {APP}")
    hop = entry(facts)
    if hop.status == FORBIDDEN and error(hop) == "AccessDenied":
        return fault("the website answers a miss with 403 AccessDenied, not with a redirect")
    return ok("the answer to a miss is not 403 AccessDenied")


def comes_first(facts: Facts) -> Verdict:
    """Judge whether no other rule answers before ours."""
    if isinstance(facts.inside.bucket, Unread):
        path = urlsplit(_redirect(facts).onward or "").path
        return ok(f"a miss goes to {path}") if f"/{APP}" in path else fault(f"a miss goes to {path}")
    _some_of_ours(facts)
    for status in (MISSING, FORBIDDEN):
        first = before_lookup(facts.rules, facts.a_key) or after_error(facts.rules, facts.a_key, status)
        if first and not leads_to_app(first) and _ours(facts, status):
            return fault(
                f"rule {facts.rules.index(first) + 1} answers a {status} before ours, and does not redirect "
                "to the app"
            )
    return ok("the first rule that matches a miss is ours")


def has_same_prefix(facts: Facts) -> Verdict:
    """Judge whether the rules and the app have the same key prefix."""
    if isinstance(facts.inside.bucket, Unread) or isinstance(facts.inside.function, Unread):
        return _seen_same_prefix(facts)
    prefix = facts.configuration.site.prefix
    for status in (MISSING, FORBIDDEN):
        prefixes = [rule.prefix for rule in _ours(facts, status)]
        if prefixes and prefix not in prefixes:
            return fault(f"KEY_PREFIX is {prefix!r}, the rule for {status} has {prefixes[0]!r}")
    _some_of_ours(facts)
    return ok(f"both have {prefix!r}")


def _seen_same_prefix(facts: Facts) -> Verdict:
    prefix, path = facts.outside.address.prefix, urlsplit(_redirect(facts).onward or "").path
    if prefix and f"/{APP}{prefix}" in path:
        return fault(f"the redirect keeps {prefix!r}, and the app reads that as a variant")
    own = urlsplit(facts.outside.address.picture).path
    for onward in _sent_by_app(facts):
        if onward != own and onward.endswith(own):
            return fault(f"the app sends viewers of {own} to {onward}")
    return ok("the redirect's path starts with the variant")


def _sent_by_app(facts: Facts) -> Iterator[str]:
    """Yield the paths that the app redirects viewers of the picture to."""
    if not isinstance(facts.outside.missing, Unread):
        for hop in facts.outside.missing.hops:
            onward = urlsplit(hop.onward or "")
            if f"/{APP}" in hop.path and onward.path and not hop.is_from_s3 and not is_signed(onward.query):
                yield onward.path


def names_right_host(facts: Facts) -> Verdict:
    """Judge whether the rules redirect to the site's own host, or to the API's."""
    if isinstance(facts.inside.bucket, Unread) or isinstance(facts.inside.distribution, Unread):
        return _seen_right_host(facts)
    allowed = {*facts.inside.distribution.deployed.names, facts.outside.address.host}
    if not isinstance(facts.inside.api, Unread):
        api = facts.inside.api
        allowed.add(f"{api.id}.execute-api.{api.region}.amazonaws.com")
    wrong = [rule.redirect.host for rule in _some_of_ours(facts) if rule.redirect.host.lower() not in allowed]
    if wrong:
        return fault(f"HostName is {wrong[0]}" if wrong[0] else "HostName is missing: S3 then uses its own")
    return ok("HostName is one of the site's names")


def _seen_right_host(facts: Facts) -> Verdict:
    host, own = urlsplit(_redirect(facts).onward or "").netloc, facts.outside.address.host
    if host == own or EXECUTE_API.fullmatch(host):
        return ok(f"a miss goes to {host}")
    if WEBSITE.fullmatch(host):
        return fault(f"a miss goes to {host}, the bucket itself: HostName is missing")
    return fault(f"a miss on {own} goes to {host}")


def keeps_tls(facts: Facts) -> Verdict:
    """Judge whether the rules redirect to https."""
    if isinstance(facts.inside.bucket, Unread):
        to, by = urlsplit(_redirect(facts).onward or "").scheme, facts.outside.address.scheme
        return fault("a miss goes from https to http") if (by, to) == ("https", "http") else ok(f"to {to}")
    protocols = {rule.redirect.protocol or "http" for rule in _some_of_ours(facts)}
    if "http" in protocols and not isinstance(facts.inside.distribution, Unread):
        return fault("a rule's Protocol is http, or missing: then S3 redirects to http")
    return ok(f"Protocol is {', '.join(sorted(protocols))}")


def is_not_permanent(facts: Facts) -> Verdict:
    """Judge whether misses are redirected with a code that no cache keeps."""
    codes = {_redirect(facts).status} if isinstance(facts.inside.bucket, Unread) else _codes(facts)
    if permanent := codes & {301, 308}:
        return fault(f"the code is {min(permanent)}, which browsers keep forever")
    if codes == {307}:
        return ok("the code is 307")
    kept = _default_ttl(facts)
    if kept:
        return fault(f"the code is {min(codes)}, which CloudFront keeps for {kept:.0f} s")
    return warning(f"the code is {min(codes)}, which CloudFront keeps for any DefaultTTL above 0")


def _codes(facts: Facts) -> set[int]:
    return {rule.redirect.code for rule in _some_of_ours(facts)}


def _default_ttl(facts: Facts) -> float:
    if isinstance(facts.inside.distribution, Unread):
        return 0.0
    return known(facts.inside.distribution).behaviour(f"/{facts.a_key}").cache.bounds.default
