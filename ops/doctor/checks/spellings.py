"""Checks of other spellings of an address."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from chalicelib.address.key import url_path
from ops.doctor.checks.site import entry
from ops.doctor.diagnosis import Verdict, ok, warning
from ops.doctor.known import NotKnown, Unread

if TYPE_CHECKING:
    from ops.doctor.facts import Facts

_PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}


def are_redirected(facts: Facts) -> Verdict:
    """Judge whether CloudFront redirects another spelling of an address to the canonical one."""
    entry(facts)
    if not facts.outside.respelled.hops:
        raise NotKnown(facts.outside.respelled.trouble)
    hop = facts.outside.respelled.hops[0]
    canonical = url_path(unquote(hop.path)[1:])
    if hop.status in _PERMANENT and urlsplit(hop.onward or "").path == canonical:
        return ok(f"{hop.path} is redirected to {canonical}")
    if "via" not in hop.headers:
        return ok("no CDN answers there, so nothing is cached")
    return warning(f"{hop.path} is answered {hop.status} and not redirected to {canonical}{_without(facts)}")


def _without(facts: Facts) -> str:
    if isinstance(facts.inside.distribution, Unread):
        return ""
    behaviour = facts.inside.distribution.behaviour(f"/{facts.a_key}")
    return "" if behaviour.associations else f"; the behaviour {behaviour.pattern} runs no function"
