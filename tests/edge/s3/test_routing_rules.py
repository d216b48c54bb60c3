from __future__ import annotations

import pytest

from edge.s3.routing_rules import Redirect, Rule, after_error, before_lookup

ANY = Rule(Redirect(host="any"))
DOCS = Rule(Redirect(host="docs"), prefix="docs/")
MISSING = Rule(Redirect(host="missing"), error=404)
MISSING_DOCS = Rule(Redirect(host="missing-docs"), prefix="docs/", error=404)
FORBIDDEN = Rule(Redirect(host="forbidden"), error=403)


@pytest.mark.parametrize(
    ("rules", "key", "host"),
    [
        pytest.param([DOCS], "docs/a", "docs", id="a prefix rule answers for keys with its prefix"),
        pytest.param([DOCS], "doc", None, id="a prefix rule does not answer for other keys"),
        pytest.param([ANY], "a", "any", id="a rule without a condition answers for every key"),
        pytest.param([ANY], "", None, id="no rule answers for the root"),
        pytest.param([DOCS, ANY], "docs/a", "docs", id="the first of two matching rules wins"),
        pytest.param([ANY, DOCS], "docs/a", "any", id="the first rule wins, not the most precise"),
        pytest.param([MISSING, FORBIDDEN], "a", None, id="a rule for an error waits for the error"),
        pytest.param([MISSING, DOCS], "docs/a", "docs", id="a prefix rule goes before an earlier error rule"),
    ],
)
def test_before_the_object_is_looked_up(rules: list[Rule], key: str, host: str | None) -> None:
    found = before_lookup(tuple(rules), key)
    assert (found and found.redirect.host) == host


@pytest.mark.parametrize(
    ("rules", "key", "status", "host"),
    [
        pytest.param([MISSING], "a", 404, "missing", id="an error rule answers for its error"),
        pytest.param([MISSING], "a", 403, None, id="an error rule does not answer for another error"),
        pytest.param([MISSING], "", 404, None, id="the root is exempt"),
        pytest.param([MISSING_DOCS], "docs/a", 404, "missing-docs", id="prefix and error hold together"),
        pytest.param([MISSING_DOCS], "a", 404, None, id="the error alone is not enough"),
        pytest.param(
            [MISSING, MISSING_DOCS], "docs/a", 404, "missing", id="the first of two matching error rules wins"
        ),
        pytest.param(
            [ANY, FORBIDDEN], "a", 403, "forbidden", id="rules without an error do not answer after an error"
        ),
    ],
)
def test_after_an_error(rules: list[Rule], key: str, status: int, host: str | None) -> None:
    found = after_error(tuple(rules), key, status)
    assert (found and found.redirect.host) == host


@pytest.mark.parametrize(
    ("rule", "key", "location"),
    [
        pytest.param(
            Rule(Redirect()), "a/b", "http://own/a/b", id="missing parts of a redirect come from the request"
        ),
        pytest.param(
            Rule(Redirect(protocol="https", host="cdn")),
            "a",
            "https://cdn/a",
            id="the rule's protocol and host are used",
        ),
        pytest.param(
            Rule(Redirect(prefix="resize/")),
            "300x/a b.jpg",
            "http://own/resize/300x/a%20b.jpg",
            id="without a condition the new prefix is put before the whole key",
        ),
        pytest.param(
            Rule(Redirect(prefix="resize/"), prefix="img/"),
            "img/300x/a.jpg",
            "http://own/resize/300x/a.jpg",
            id="a new prefix replaces the condition's prefix",
        ),
        pytest.param(
            Rule(Redirect(prefix=""), prefix="img/"),
            "img/a",
            "http://own/a",
            id="an empty new prefix removes the condition's prefix",
        ),
        pytest.param(
            Rule(Redirect(key="gone.html")),
            "a/b",
            "http://own/gone.html",
            id="a new key replaces the whole key",
        ),
        pytest.param(
            Rule(Redirect(prefix="resize?key=")),
            "a&b",
            "http://own/resize?key=a%26b",
            id="the key is encoded, the rule's own text is not",
        ),
        pytest.param(
            Rule(Redirect()),
            "ü/+ %'()*~.jpg",
            "http://own/%C3%BC/%2B%20%25%27%28%29%2A~.jpg",
            id="everything but unreserved characters and slashes is encoded as UTF-8",
        ),
    ],
)
def test_the_location_of_a_rule(rule: Rule, key: str, location: str) -> None:
    assert rule.location(key, "http", "own") == location


def test_the_default_code_of_a_rule_is_301() -> None:
    assert Redirect().code == 301
