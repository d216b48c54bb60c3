"""The functions and tags for templates, in the real Jinja and the real Django."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test.utils import override_settings
from jinja2 import Environment

from infra import vectors
from resize404 import Mistake, Site
from resize404.jinja import install
from tests.clients.django_site import rendered as rendered_by_django

VECTORS: Any = json.loads(vectors.DOCUMENT.read_text())
SITE = Site(VECTORS["site"])
KEY = "shoes/red.jpg"
PICTURE = SITE.picture(KEY, widths=[320, 640], sizes="100vw", alt='"Red" & more', class_="hero")
URL = f"{VECTORS['site']}/300x200,fit=cover/a&b.jpg"


@pytest.fixture(params=[True, False], ids=["escaping", "not escaping"])
def jinja(request: pytest.FixtureRequest) -> Environment:
    environment = Environment(autoescape=request.param)  # noqa: S701 - both ways are in use
    install(environment, SITE)
    return environment


JINJA = [
    (
        """{{ picture("shoes/red.jpg", widths=[320, 640], sizes="100vw", alt=alt, class="hero") }}""",
        PICTURE,
    ),
    ("""{{ picture(key, widths="320, 640", sizes="100vw", alt=alt, class_="hero") }}""", PICTURE),
    (
        """{{ img(key, width=300, alt="", attrs={"data-id": 7}) }}""",
        SITE.img(KEY, width=300, alt="", attrs={"data-id": 7}),
    ),
    ("""{{ image_srcset(key, widths=[320]) }}""", f"{VECTORS['site']}/320x/shoes/red.jpg 320w"),
    ("""{{ image_url(key, "hero") }}""", f"{VECTORS['site']}/hero/shoes/red.jpg"),
]


@pytest.mark.parametrize(("source", "expected"), JINJA)
def test_a_template_of_jinja(jinja: Environment, source: str, expected: str) -> None:
    assert jinja.from_string(source).render(key=KEY, alt='"Red" & more') == expected


def test_jinja_escapes_an_address_where_it_escapes() -> None:
    environment = Environment(autoescape=True)
    install(environment, SITE)
    source = "{{ image_url('a&b.jpg', width=300, height=200, fit='cover') }}"
    assert environment.from_string(source).render() == URL.replace("&", "&amp;")


def test_a_mistake_in_a_template_of_jinja_is_said() -> None:
    environment = Environment(autoescape=True)
    install(environment, SITE)
    with pytest.raises(Mistake, match="There is no option 'fitt'"):
        environment.from_string("{{ img('a.jpg', width=300, fitt='cover', alt='') }}").render()


def rendered(source: str, **context: Any) -> str:
    return rendered_by_django("{% load resize404 %}" + source, **context)


DJANGO = [
    ("""{% picture "shoes/red.jpg" widths="320, 640" sizes="100vw" alt=alt class="hero" %}""", PICTURE),
    ("""{% picture key widths=widths sizes="100vw" alt=alt class_="hero" %}""", PICTURE),
    (
        """{% img key width=300 alt="" attrs=attrs %}""",
        SITE.img(KEY, width=300, alt="", attrs={"data-id": 7}),
    ),
    ("""{% img key width=300 alt="" as tag %}[{{ tag }}]""", f"[{SITE.img(KEY, width=300, alt='')}]"),
    ("""{% image_srcset key widths="320" %}""", f"{VECTORS['site']}/320x/shoes/red.jpg 320w"),
    ("""{% image_url key "hero" %}""", f"{VECTORS['site']}/hero/shoes/red.jpg"),
    ("""{% image_url "a&b.jpg" width=300 height=200 fit="cover" %}""", URL.replace("&", "&amp;")),
]


@pytest.mark.parametrize(("source", "expected"), DJANGO)
def test_a_template_of_django(source: str, expected: str) -> None:
    context = {"key": KEY, "widths": [320, 640], "alt": '"Red" & more', "attrs": {"data-id": 7}}
    assert rendered(source, **context) == expected


def test_a_mistake_in_a_template_of_django_is_said() -> None:
    with pytest.raises(Mistake, match="alt is missing"):
        rendered("{% img 'a.jpg' width=300 %}")


def test_django_s_settings_have_the_arguments_of_a_site() -> None:
    key = "k1:correct-horse-battery-staple"
    with override_settings(RESIZE404={"url": "https://other.example", "signing_key": key}):
        signed = rendered("{% image_url 'a.jpg' width=300 %}")
    assert signed == Site("https://other.example", signing_key=key).url("a.jpg", width=300)
    assert rendered("{% image_url 'a.jpg' width=300 %}") == f"{VECTORS['site']}/300x/a.jpg"
