"""The files of the playground: options as they are declared, and nothing that its policy forbids."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from infra.option_reference import declared
from ops.playground.files import INDEX, Playground, keys, policy

ODD = "</script><script>alert(1)</script>.jpg"
PLAYGROUND = Playground("https://img.example.com", "img/", ["a.jpg", ODD])


class Tags(HTMLParser):
    """Collects the tags with their attributes, and the text of the data block."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.seen[-1] if self.seen else ("", {})
        if tag == "script" and data.strip() and (name := attributes.get("id")):
            self.texts[name] = data


def read() -> Tags:
    tags = Tags()
    index = PLAYGROUND.file(INDEX)
    assert index
    tags.feed(index.body.decode())
    return tags


def test_the_page_has_the_options_as_they_are_declared() -> None:
    about = json.loads(read().texts["about"])
    assert about["options"] == declared()
    assert (about["site"], about["prefix"]) == ("https://img.example.com", "img/")
    assert about["keys"] == ["a.jpg", ODD]


def test_no_name_of_an_option_stands_in_the_page_itself() -> None:
    """A control comes from a declaration. Only recipes name two options that they set: format and quality."""
    named = re.compile(r'["\'`](' + "|".join(option["name"] for option in declared()) + r')["\'`=]')
    for file in PLAYGROUND.files():
        if file.name not in {INDEX, "canonical.js", "playground.css"}:
            found = set(named.findall(file.body.decode())) - {"crop", "round"}
            assert found <= ({"format", "quality"} if file.name == "recipes.js" else set()), file.name


def test_scripts_and_styles_are_files_of_the_page_and_nothing_is_inline() -> None:
    names = {file.name for file in PLAYGROUND.files()}
    for tag, attributes in read().seen:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert tag != "style"
        if tag == "script":
            assert attributes.get("src") in names or attributes.get("type") == "application/json"
        if tag == "link" and attributes["rel"] == "stylesheet":
            assert attributes["href"] in names


def test_no_file_names_another_host() -> None:
    for file in PLAYGROUND.files():
        hosts = re.findall(r"https?://([a-z0-9.-]+)", file.body.decode())
        assert set(hosts) <= {"img.example.com"}, file.name


def test_each_file_has_its_type_and_others_are_not_there() -> None:
    kinds = {file.name.rpartition(".")[2]: file.content_type for file in PLAYGROUND.files()}
    assert kinds == {
        "html": "text/html; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
    }
    assert PLAYGROUND.file("../files.py") is None
    assert PLAYGROUND.file("nobody.js") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" , ", []),
        ("a.jpg", ["a.jpg"]),
        ("shoes/red.jpg, summer (1).png", ["shoes/red.jpg", "summer (1).png"]),
    ],
)
def test_the_parameter_is_a_list_of_keys(text: str, found: list[str]) -> None:
    assert keys(text) == found


def test_a_local_page_may_also_load_from_the_site_and_from_s3() -> None:
    local = policy("http://127.0.0.1:8404", "http://127.0.0.1:8406")
    assert "connect-src 'self' http://127.0.0.1:8404 http://127.0.0.1:8406;" in local
    assert "script-src 'self';" in local
