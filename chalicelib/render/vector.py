"""How an SVG becomes a variant: sanitised, and in the size that the variant says. No pixel is made.

Browsers draw it themselves. So only the options that decide its size have a meaning; an option that needs
pixels is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.options import Options
from chalicelib.address.values import Auto, Drawing, Fit
from chalicelib.codecs.formats import OUTPUTS
from chalicelib.codecs.svg import measures
from chalicelib.codecs.svg.document import written
from chalicelib.codecs.svg.sanitised import sanitised
from chalicelib.errors import Malformed
from chalicelib.geometry import layout
from chalicelib.render.rendered import Rendered

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.codecs.limits import Limits

_REFUSED = (
    "The original is an SVG, which stays a drawing. It takes fit=inside, fit=outside, upscale, format=auto; "
    "gravity, metadata and quality change nothing. Ask for it without other options."
)


def vector(data: bytes, variant: Variant, limits: Limits) -> Rendered:
    """Return the drawing in the size of the `variant`; `Malformed` if that needs pixels.

    What is said of it in a page counts: an ``<img>`` without a size shows it as large as the variant says.
    """
    _check(variant.options)
    root = sanitised(data)
    plan = layout.plan(measures.size(root), variant)
    limits.check_variant(plan.canvas, 1, OUTPUTS[Drawing.SVG])
    measures.resize(root, plan.canvas)
    return Rendered(written(root), Drawing.SVG, *plan.canvas, 1)


def _check(options: Options) -> None:
    is_whole = options.fit in {Fit.INSIDE, Fit.OUTSIDE} and options.format in {None, Auto.AUTO}
    sized = Options(
        fit=options.fit,
        format=options.format,
        gravity=options.gravity,
        metadata=options.metadata,
        quality=options.quality,
        upscale=options.upscale,
    )
    if not is_whole or options != sized:
        raise Malformed(_REFUSED)
