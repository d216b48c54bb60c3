"""Runs a CloudFront Function in QuickJS, with no more in it than CloudFront's own runtime has."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import quickjs

from edge.cloudfront.functions import language
from edge.cloudfront.functions.errors import FunctionFailed

if TYPE_CHECKING:
    from edge.cloudfront.functions.event import Event
    from edge.cloudfront.functions.published import Function

logger = logging.getLogger(__name__)

MAX_BYTES = 10_000
"""Bytes of the largest function (Developer Guide, "Quotas on CloudFront Functions": 10 KB)."""

_PRELUDE = Path(__file__).with_name("runtime.js").read_text()
_MEMORY = 4_000_000
_SECONDS = 1.0
"""After which the edge stops a function that does not end. CloudFront gives it far less."""


def run(function: Function, event: Event) -> Any:  # noqa: ANN401 - whatever it returns
    """Return what the function's `handler` returns for `event`, as JSON has it.

    Each run has an engine of its own, so that nothing is left of an earlier one. `FunctionFailed` if it
    throws, does not end or cannot run.
    """
    try:
        returned = json.loads(_ran(function.code, json.dumps(event)))
    except (quickjs.JSException, quickjs.StackOverflow, language.Unsupported) as failure:
        why = str(failure).partition("\n")[0]
        raise FunctionFailed(f"{function.name}: {why}") from failure
    for line in returned["lines"]:
        logger.info("%s: %s", function.name, line)
    return returned.get("value")


def _ran(code: str, event: str) -> str:
    if len(code.encode()) > MAX_BYTES:
        raise language.Unsupported(f"it has more than {MAX_BYTES} bytes")
    language.check(code)
    context = quickjs.Context()
    context.set_memory_limit(_MEMORY)
    context.set_time_limit(_SECONDS)
    run_handler = context.eval(_PRELUDE)
    context.eval(f"'use strict';{code}")
    returned: str = run_handler(context.get("handler"), event)
    return returned
