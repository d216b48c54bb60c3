"""Puts the picture on its canvas and on its background."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.address.values import Colour
    from chalicelib.render.job import Job

_OPAQUE = 255


def ground(image: Image, job: Job) -> None:
    """Put the picture on its canvas, and fill what is transparent with the background that is asked for.

    Without a background, transparent parts stay so. A format without transparency gets white there, also
    beneath a translucent background.
    """
    plan, asked = job.plan, job.options.background
    needs_background = image.alpha_channel and (asked or not job.output.alpha)
    if not needs_background and plan.canvas == image.size:
        return
    image.background_color = colour(asked, alpha=job.output.alpha)
    image.page = (*plan.canvas, *plan.offset)
    image.merge_layers("flatten")


def colour(asked: Colour | None, *, alpha: bool) -> str:
    """Return the background as a CSS colour; `alpha` says whether the variant can be transparent."""
    if asked is None:
        return "#ffffff00" if alpha else "#ffffff"
    if alpha:
        return f"#{asked.red:02x}{asked.green:02x}{asked.blue:02x}{asked.alpha:02x}"
    white = _OPAQUE * (_OPAQUE - asked.alpha)
    channels = (
        round((part * asked.alpha + white) / _OPAQUE) for part in (asked.red, asked.green, asked.blue)
    )
    return "#" + "".join(f"{part:02x}" for part in channels)
