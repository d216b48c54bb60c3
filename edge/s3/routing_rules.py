"""Routing rules of an S3 website: which rule answers, and where it redirects. Pure.

The first matching rule answers. S3 tries rules without an error code before it looks for the object, and
rules with an error code after the object gave that error. No rule applies to the root path.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Redirect:
    """The target of a rule. A part that is None or empty is taken from the request.

    `prefix` replaces the prefix that the rule's condition matched. Without such a condition, it is put in
    front of the whole key. `key` replaces the whole key.
    """

    code: int = 301
    protocol: str = ""
    host: str = ""
    prefix: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Both `prefix` and `error` must match; an empty prefix and an error of None always match."""

    redirect: Redirect
    prefix: str = ""
    error: int | None = None

    def location(self, key: str, protocol: str, host: str) -> str:
        """Return the redirect's absolute address for a request for `key` at `protocol` and `host`."""
        to = self.redirect
        return f"{to.protocol or protocol}://{to.host or host}/{self._path(key)}"

    def _path(self, key: str) -> str:
        """Return the path. The rule's own text is not encoded, so a rule can contain ``?`` or ``#``."""
        to = self.redirect
        if to.key is not None:
            return to.key
        if to.prefix is not None:
            return to.prefix + encoded(key.removeprefix(self.prefix))
        return encoded(key)


def before_lookup(rules: tuple[Rule, ...], key: str) -> Rule | None:
    """Return the rule that answers for `key` before S3 looks for the object."""
    return _first(rules, key, None)


def after_error(rules: tuple[Rule, ...], key: str, status: int) -> Rule | None:
    """Return the rule that answers for `key` in place of an error with `status`."""
    return _first(rules, key, status)


def _first(rules: tuple[Rule, ...], key: str, error: int | None) -> Rule | None:
    if not key:
        return None
    return next((rule for rule in rules if rule.error == error and key.startswith(rule.prefix)), None)


def encoded(key: str) -> str:
    """Return `key` as S3 writes it in a Location: percent-encoded UTF-8, with ``/`` unencoded."""
    return quote(key, safe="/")
