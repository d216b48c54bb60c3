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
        pytest.param([DOCS], "doc", None, id="and for no others"),
        pytest.param([ANY], "a", "any", id="a rule without a condition answers for every key"),
        pytest.param([ANY], "", None, id="but not for the root"),
        pytest.param([DOCS, ANY], "docs/a", "docs", id="the first of two matching rules wins"),
        pytest.param([ANY, DOCS], "docs/a", "any", id="in the order of the list, not of precision"),
        pytest.param([MISSING, FORBIDDEN], "a", None, id="a rule for an error waits for the error"),
        pytest.param([MISSING, DOCS], "docs/a", "docs", id="so a prefix rule behind it comes first"),
    ],
)
def test_before_the_object_is_looked_up(rules: list[Rule], key: str, host: str | None) -> None:
    found = before_lookup(tuple(rules), key)
    assert (found and found.redirect.host) == host


@pytest.mark.parametrize(
    ("rules", "key", "status", "host"),
    [
        pytest.param([MISSING], "a", 404, "missing", id="an error rule answers for its error"),
        pytest.param([MISSING], "a", 403, None, id="and for no other"),
        pytest.param([MISSING], "", 404, None, id="the root is exempt"),
        pytest.param([MISSING_DOCS], "docs/a", 404, "missing-docs", id="prefix and error hold together"),
        pytest.param([MISSING_DOCS], "a", 404, None, id="the error alone is not enough"),
        pytest.param([MISSING, MISSING_DOCS], "docs/a", 404, "missing", id="the first of two wins"),
        pytest.param(
            [ANY, FORBIDDEN], "a", 403, "forbidden", id="a rule without an error had its turn before"
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
            Rule(Redirect()), "a/b", "http://own/a/b", id="what a rule leaves out is the request's own"
        ),
        pytest.param(
            Rule(Redirect(protocol="https", host="cdn")),
            "a",
            "https://cdn/a",
            id="protocol and host are the rule's",
        ),
        pytest.param(
            Rule(Redirect(prefix="resize/")),
            "300x/a b.jpg",
            "http://own/resize/300x/a%20b.jpg",
            id="a new prefix stands before the whole key where there is no old one",
        ),
        pytest.param(
            Rule(Redirect(prefix="resize/"), prefix="img/"),
            "img/300x/a.jpg",
            "http://own/resize/300x/a.jpg",
            id="a new prefix takes the place of the old one",
        ),
        pytest.param(
            Rule(Redirect(prefix=""), prefix="img/"), "img/a", "http://own/a", id="or of nothing at all"
        ),
        pytest.param(
            Rule(Redirect(key="gone.html")), "a/b", "http://own/gone.html", id="a new key replaces all"
        ),
        pytest.param(
            Rule(Redirect(prefix="resize?key=")),
            "a&b",
            "http://own/resize?key=a%26b",
            id="what the rule says is not encoded, what the viewer says is",
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


def test_a_rule_answers_301_unless_it_says_otherwise() -> None:
    assert Redirect().code == 301
