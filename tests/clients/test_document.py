"""The examples of docs/clients.md, typed in their order: each prints what stands below it."""

from __future__ import annotations

import io
import re
import subprocess
from contextlib import redirect_stdout
from typing import Any

from jinja2 import Environment

from resize404 import Site
from resize404.jinja import install
from tests.clients.callers import NODE, PROJECT, SCRIPTS
from tests.clients.django_site import rendered

DOCUMENT = (PROJECT / "docs" / "clients.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
SEPARATOR = "-- the next example --"
SITE = Site("https://img.example.com")


def examples(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def outputs(language: str) -> list[str]:
    """Return what is below each example of a language: nothing, if it prints nothing."""
    return [
        squeezed(next(text for name, text in BLOCKS[place:] if name == "html"))
        if re.search(r"print\(|console\.log|\{[{%]", text)
        else ""
        for place, (name, text) in enumerate(BLOCKS)
        if name == language
    ]


def squeezed(text: str) -> str:
    """Return markup without the white space that only makes it easier to read."""
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", text)).strip()


def test_the_examples_of_python() -> None:
    known: dict[str, Any] = {}
    printed = []
    for example in examples("python"):
        with redirect_stdout(io.StringIO()) as out:
            exec(example, known)  # noqa: S102 - ours
        printed.append(squeezed(out.getvalue()))
    assert printed == outputs("python")
    assert len(printed) == 5


def test_the_examples_of_javascript() -> None:
    code = f"console.log('{SEPARATOR}');\n".join(examples("js"))
    for name, file in (("resize404-client/nuxt", "nuxt.js"), ("resize404-client", "resize404.js")):
        code = code.replace(f"'{name}'", f"'{(SCRIPTS / 'src' / file).as_uri()}'")
    done = subprocess.run(  # noqa: S603 - ours
        [NODE, "--input-type=module", "--eval", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert [squeezed(each) for each in done.stdout.split(SEPARATOR)] == outputs("js")


def test_the_examples_of_jinja() -> None:
    environment = Environment(autoescape=True)
    install(environment, SITE)
    assert [squeezed(environment.from_string(each).render()) for each in examples("jinja")] == outputs(
        "jinja"
    )


def test_the_examples_of_django() -> None:
    assert [squeezed(rendered(each)) for each in examples("django")] == outputs("django")
