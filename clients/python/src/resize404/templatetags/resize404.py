"""``{% picture "shoes/red.jpg" widths="320, 640" sizes="100vw" alt="Red shoes" %}``, and its like."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.core.signals import setting_changed

from resize404 import Site

if TYPE_CHECKING:
    from resize404 import HTML


@lru_cache(maxsize=1)
def _site() -> Site:
    return Site(**settings.RESIZE404)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "RESIZE404":
        _site.cache_clear()


def picture(key: str, variant: str = "", **arguments: Any) -> HTML:  # noqa: ANN401 - those of Site.picture
    """Return a ``<picture>``."""
    return _site().picture(key, variant, **arguments)


def img(key: str, variant: str = "", **arguments: Any) -> HTML:  # noqa: ANN401 - those of Site.img
    """Return an ``<img>``."""
    return _site().img(key, variant, **arguments)


def image_url(key: str, variant: str = "", **arguments: Any) -> str:  # noqa: ANN401 - those of Site.url
    """Return an address."""
    return _site().url(key, variant, **arguments)


def image_srcset(key: str, variant: str = "", **arguments: Any) -> str:  # noqa: ANN401 - those of Site.srcset
    """Return the value of a ``srcset`` attribute."""
    return _site().srcset(key, variant, **arguments)


setting_changed.connect(_forget)
register = template.Library()
for _tag in (picture, img, image_url, image_srcset):
    register.simple_tag(_tag)
