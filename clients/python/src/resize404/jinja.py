"""For templates of Jinja: ``{{ picture("shoes/red.jpg", widths=[320], sizes="100vw", alt="Shoes") }}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

    from resize404._site import Site


def install(environment: Environment, site: Site) -> None:
    """Give templates the functions ``picture``, ``img``, ``image_url`` and ``image_srcset``."""
    environment.globals.update(
        picture=site.picture, img=site.img, image_url=site.url, image_srcset=site.srcset
    )
