"""Runs the function of a behaviour for one request of a viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.cloudfront.functions.event import viewer_request_event
from edge.cloudfront.functions.outcome import outcome
from edge.cloudfront.functions.runtime import run

if TYPE_CHECKING:
    from edge.cloudfront.distribution import Distribution
    from edge.cloudfront.functions.published import Function
    from edge.cloudfront.request import ViewerRequest
    from edge.shared.answer import Answer


def after_function(
    function: Function, viewer: ViewerRequest, distribution: Distribution
) -> ViewerRequest | Answer:
    """Return the request as the function changed it, or the answer that the function gave.

    `FunctionError` if it gave neither.
    """
    event = viewer_request_event(viewer, distribution)
    return outcome(run(function, event), viewer, event)
