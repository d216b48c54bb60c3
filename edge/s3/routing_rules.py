"""Routing rules of an S3 website: which rule answers, and where it sends people. Pure.

The first rule that matches answers. A rule without an error code is looked at before the object is; a rule
with one after the object could not be served. The root path is never given to a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a rule leads; what is None or empty is taken from the request.

    `prefix` replaces what the rule's condition matched (with no condition: nothing, so it stands before the
    whole key); `key` replaces the whole key.
    """

    code: int = 301
    protocol: str = ""
    host: str = ""
    prefix: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `prefix` and `error` must both hold; an empty prefix and an error of None hold always."""

    redirect: Redirect
    prefix: str = ""
    error: int | None = None

    def location(self, key: str, protocol: str, host: str) -> str:
        """Return the absolute address for a request of `key`, which came with `protocol` to `host`."""
        to = self.redirect
        return f"{to.protocol or protocol}://{to.host or host}/{self._path(key)}"

    def _path(self, key: str) -> str:
        """Return the path; what the rule says stays as it is written, so a rule can write ``?`` or ``#``."""
        to = self.redirect
        if to.key is not None:
            return to.key
        if to.prefix is not None:
            return to.prefix + encoded(key.removeprefix(self.prefix))
        return encoded(key)


def before_lookup(rules: tuple[Rule, ...], key: str) -> Rule | None:
    """Return the rule that answers for `key` whether there is such an object or not."""
    return _first(rules, key, None)


def after_error(rules: tuple[Rule, ...], key: str, status: int) -> Rule | None:
    """Return the rule that answers in the place of an error of `status`."""
    return _first(rules, key, status)


def _first(rules: tuple[Rule, ...], key: str, error: int | None) -> Rule | None:
    if not key:
        return None
    return next((rule for rule in rules if rule.error == error and key.startswith(rule.prefix)), None)


def encoded(key: str) -> str:
    """Return `key` as S3 writes it in a Location: UTF-8, everything but unreserved and slashes encoded."""
    return quote(key, safe="/")
