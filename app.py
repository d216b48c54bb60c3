"""resize404 on AWS Chalice: only routes, and the translation between HTTP and the service."""

from __future__ import annotations

import logging
import os
import sys
import time
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from chalice.app import Chalice, Response

from chalicelib import handing_over, observing
from chalicelib.address.key import MAX_DEPTH
from chalicelib.aws import queues
from chalicelib.config import config
from chalicelib.errors import Fault, NotAdmitted, Refusal
from chalicelib.loading import uncollected
from chalicelib.refusals import answer
from chalicelib.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalice.app import Request, SQSEvent

    from chalicelib.handing_over import Picture
    from chalicelib.service import Location, Service
    from chalicelib.timing import Timings

app = Chalice(app_name="resize404")
app.api.binary_types = [handing_over.ACCEPT, *handing_over.BINARY_TYPES]
log = logging.getLogger("resize404")
log.setLevel(logging.INFO)

# Read here and not at the first request: `chalice package` and `chalice deploy` import this module with the
# stage's environment, so a configuration with faults is never deployed.
CONFIG = config.read(os.environ)

if "chalice.cli" in sys.modules:  # so this is not Lambda, and it may be `chalice deploy`
    from chalicelib.config import chalice_deploy

    chalice_deploy.check(os.environ)

IN_BROWSERS = 60
"""Seconds that a browser may keep the redirect of a signed address: no invalidation reaches browsers."""


@cache
def service() -> Service:
    """Return the service, assembled once in each process."""
    from chalicelib.assembly import assemble  # noqa: PLC0415 - packaging needs neither AWS nor ImageMagick

    return assemble(CONFIG)


def picture(**captured: str) -> Response:
    """Answer ``/resize/<variant>/<key>``: a redirect to the picture, the picture itself, or a refusal.

    A distribution that failed over from the site bucket asks with KEY_PREFIX in front of the variant.
    """
    request = cast("Request", app.current_request)  # Chalice sets it before it calls a view
    segments = list(captured.values())
    failed_over = handing_over.is_asked_for(request.headers.get("accept", ""))
    with observing.request(segments, request_id(app.lambda_context)) as record:
        try:
            if failed_over:
                segments = handing_over.below(CONFIG.site.prefix, segments)
                record.ask(segments)
            variant, *key = segments
            # An answer to HEAD would have the length of its own empty body: the viewer is sent to the object.
            hand_over = failed_over and request.method == "GET"
            location = service().answer(variant, key, request.method, record.timings, hand_over=hand_over)
            record.outcome = location.outcome
            return hand(location.picture, record.timings) if location.picture else redirect(location)
        except Refusal as refusal:
            record.refuse(refusal)
            if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not refusal.is_logged:
                log.exception("no answer to %r", record.asked)
            return refuse(refusal, request)
        except Exception:
            fault = Fault()
            record.refuse(fault)
            log.exception("no answer to %r", record.asked)
            return refuse(fault, request)


def request_id(context: Any) -> str:  # noqa: ANN401 - Chalice types it as a dict, which it is not
    """Return Lambda's id of this call; `chalice local` has none."""
    return str(getattr(context, "aws_request_id", ""))


def redirect(location: Location) -> Response:
    """Return the redirect to `location`. No cache may keep it, unless a signed request is answered."""
    seconds = location.seconds
    kept = f"public, max-age={min(seconds, IN_BROWSERS)}, s-maxage={seconds}" if seconds else "no-store"
    return Response(
        body="",
        headers={
            **answer.EVERYWHERE,
            **answer.tagged(location.cache_tag),
            "Location": location.url,
            "Cache-Control": kept,
            "Content-Type": "text/plain",
            "Server-Timing": str(location.timings),
        },
        status_code=CONFIG.redirect_status,
    )


def hand(handed: Picture, timings: Timings) -> Response:
    """Return the answer with the picture itself."""
    body = handed.body(app.api.binary_types)
    return Response(body=body, headers={**handed.headers, "Server-Timing": str(timings)})


def refuse(refusal: Refusal, request: Request) -> Response:
    """Return the refusal in words, or in what the client asks for."""
    accept = request.headers.get("accept", "")
    told = answer.refuse(refusal, accept, as_picture=CONFIG.draws_refusals)
    if handing_over.is_asked_for(accept) and isinstance(refusal, NotAdmitted) and CONFIG.signing_keys:
        # A distribution that fails over would keep it under the picture's own address. There a signed address
        # leads, which may have the picture made at any moment. CloudFront keeps no 403 without a max-age
        # (developer guide, "HTTP 4xx and 5xx status codes that CloudFront caches").
        told = answer.unkept(told)
    return Response(body=told.body, headers={**told.headers}, status_code=told.status)


# One route for each depth, one name for each level: Chalice's views and `chalice local` do not know `{key+}`.
# There are routes without a key and with one segment too many, so that these are refused in our own words.
# Others are for the segments of KEY_PREFIX, which only the stack may know.
path = "/resize/{variant}"
for depth in range(MAX_DEPTH + 2 + handing_over.PREFIX_DEPTH):
    app.route(path, methods=["GET", "HEAD"])(picture)
    path += f"/{{level{depth + 1}}}"


@app.lambda_function(name="inspect")
def inspect(event: object, context: object) -> Mapping[str, object]:  # noqa: ARG001 - Lambda's signature
    """Report what only a running function can know of its surroundings, for ``ops doctor``."""
    from chalicelib import inspection  # noqa: PLC0415 - the others need none of it

    return inspection.report(os.environ)


def works_on(queue: str, batch: queues.Batch) -> Callable[[Callable[[SQSEvent], None]], object]:
    """Make a function work on the messages of the queue with this URL. Lambda calls it by its own name."""

    def register(work: Callable[[SQSEvent], None]) -> object:
        return app.on_sqs_message(
            queue=queues.name(queue),
            batch_size=batch.size,
            maximum_batching_window_in_seconds=batch.seconds,
            maximum_concurrency=batch.workers,
            name=work.__name__,
        )(work)

    return register


if CONFIG.invalidation_queue:

    @works_on(CONFIG.invalidation_queue, queues.EVICTIONS)
    def evict(event: SQSEvent) -> None:
        """Invalidate in the CDN what the messages name."""
        from chalicelib.upkeep import work  # noqa: PLC0415 - the others need none of it

        with observing.batch(sent(event), request_id(event.context)) as record:
            work.evict(CONFIG, messages(event), seconds_left(event), lambda told: record.tell(*told))


if CONFIG.changes_queue:

    @works_on(CONFIG.changes_queue, queues.CHANGES)
    def refresh(event: SQSEvent) -> None:
        """Remove the variants of originals that have changed, and bring their mirrors up to date."""
        from chalicelib.upkeep import work  # noqa: PLC0415 - the others need none of it

        with observing.batch(sent(event), request_id(event.context)) as record:
            work.refresh(CONFIG, messages(event), seconds_left(event), record)


if CONFIG.prewarm_queue:

    @works_on(CONFIG.prewarm_queue, queues.WANTED)
    def prewarm(event: SQSEvent) -> None:
        """Make the variants that the messages name, before anybody asks for them."""
        from chalicelib.ahead import Ahead  # noqa: PLC0415 - the others need none of it

        with observing.batch(sent(event), request_id(event.context)) as record:
            Ahead.of(service(), seconds_left(event), record.tell_made).carry_out(messages(event))


def messages(event: SQSEvent) -> list[queues.Message]:
    """Return the messages that Lambda delivers."""
    return [queues.Message(record.body, record.receipt_handle) for record in event]


def sent(event: SQSEvent) -> list[float]:
    """Return when each message was sent to the queue, in seconds since 1970."""
    attributes = (record.to_dict().get("attributes", {}) for record in event)
    return [int(each.get("SentTimestamp", time.time() * 1000)) / 1000 for each in attributes]


def seconds_left(event: SQSEvent) -> Callable[[], float]:
    """Return what tells how many seconds are left until Lambda ends the function."""
    context: Any = event.context  # Chalice types it as a dict, which it is not
    milliseconds: Callable[[], int] = context.get_remaining_time_in_millis
    return lambda: milliseconds() / 1000


if os.environ.get("_HANDLER") in {"app.app", "app.prewarm"}:
    # Lambda gives start-up a whole processor and bills it once, so the first request's needs are loaded now.
    # The functions behind the other queues need none of them.
    log.info("resize404 %s starts", VERSION)
    with uncollected():
        service()
