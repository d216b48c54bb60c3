"""``make run``, step by step: start everything, show a first and a second view, serve until Ctrl-C."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from rich.text import Text

from infra.emulator import CREDENTIALS, REGION
from ops.local import allowing, page_server, walkthrough
from ops.local.request_log import RequestLog
from ops.local.system import SAMPLES, Order, System, system
from ops.playground.files import FOLDER
from ops.terminal.output import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_VIEWS = ("First view: the file does not exist yet", "Second view: the file exists")


class WentWrong(Exception):  # noqa: N818 - the name says what happened
    """The walk-through did not end with a picture. The message has the last answer and the log."""


def run(console: Console, order: Order, *, once: bool = False) -> None:
    """Start everything, show a first and a second view, then serve until Ctrl-C.

    If the views end without a picture, say why and serve all the same. With `once` do not serve: then that is
    `WentWrong`.
    """
    for number in _STOPPING:
        signal.signal(number, _interrupt)
    start, log = time.monotonic(), RequestLog(console)
    with ExitStack() as running:
        here = running.enter_context(system(console, order, log.watch))
        variants = allowing.shown(here.configuration.policy)
        page = running.enter_context(_page(here, variants, log, order.ports.page))
        trouble = _show_views(console, here, variants)
        if once and trouble:
            raise WentWrong(f"{trouble}\n{here.log()}")
        if trouble:
            say(console, f"\n{trouble}", "red")
        _show_addresses(console, here, page)
        say(console, f"\nFrom nothing to here in {time.monotonic() - start:.1f} s.", "bold")
        if not once:
            _serve(console, here, log)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    # Ignore a second Ctrl-C: it must not interrupt the clean-up.
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def _page(here: System, variants: Sequence[str], log: RequestLog, port: int) -> Iterator[str]:
    """Serve the local page until the block ends, and let it upload. Yield its address."""
    prefix = here.configuration.site.prefix
    page = page_server.LocalPage(here.url, here.originals, variants, here.address, log.last, prefix)
    with page_server.serve(page, port) as address:
        here.originals.allow_uploads(*_names(address))
        yield address


def _serve(console: Console, here: System, log: RequestLog) -> NoReturn:
    """Follow the photos and print the views until a signal ends it."""
    with here.mirror.following(console), log.printing():
        say(console, "Serving until Ctrl-C. A line for each view: hops, time, bytes, path.\n")
        while True:
            signal.pause()


def _names(url: str) -> tuple[str, str]:
    """Return both origins by which a browser on this machine may call the page at `url`."""
    port = urlsplit(url).port
    return f"http://127.0.0.1:{port}", f"http://localhost:{port}"


def _show_views(console: Console, here: System, variants: Sequence[str]) -> str:
    """Show a first and a second view of one photo. Return why there was no picture, or nothing."""
    keys = sorted(here.originals.newest())
    if not keys:
        return f"There is no photo in {here.mirror.folder} yet. Put one there, or drop one on the local page."
    if not variants:
        return "This configuration allows no variant. Set AllowedDimensions or Presets (docs/stack.md)."
    for title in _VIEWS:
        hops = walkthrough.follow(here.address(variants[0], keys[0]))
        console.print()
        console.print(walkthrough.render(f"{title} ({walkthrough.summary(hops)})", hops))
        if hops[-1].status != HTTPStatus.OK:
            return f"The site did not answer with a picture, but with:\n{hops[-1].said}"
    return ""


def _show_addresses(console: Console, here: System, page: str) -> None:
    """Print where everything is, and the command that uploads a photo, in lines that can be copied."""
    bucket, aws = here.outputs.source_bucket, here.aws.endpoint_url
    environment = " ".join(f"{name}={value}" for name, value in CREDENTIALS.items())
    folder = "the samples" if here.mirror.folder == SAMPLES else f"{here.mirror.folder}, which is watched"
    rows = (
        ("Site", f"{here.url}/"),
        ("Local page", page),
        ("Playground", f"{page}{FOLDER}"),
        ("AWS", aws),
        ("Photos", folder),
        ("Originals", f"s3://{bucket}/"),
        (
            "Upload",
            f"{environment} AWS_DEFAULT_REGION={REGION} aws --endpoint-url {aws} s3 cp photo.jpg s3://{bucket}/",
        ),
    )
    console.print()
    for name, value in rows:
        console.print(Text.assemble((f"{name:<11}", "dim"), value), soft_wrap=True)
