"""Runs the whole system on this machine. This is ``make run``, step by step."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

import edge
from chalicelib.address.key import url_path
from infra.emulator import Emulator, emulator
from infra.package import package
from ops.deployment import stack
from ops.local import demo_page, walkthrough
from ops.terminal.output import step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

SAMPLES = Path(__file__).with_name("samples")
PORT = 8404
STACK = "resize404"
ARTIFACTS = "resize404-artifacts"

DEFAULTS = {"ErrorPicture": "svg"}
"""What a local site has by default: whoever works on a page sees there why a picture is missing."""

_HOST = "127.0.0.1"
_PICTURES = {".jpg", ".png", ".gif", ".webp", ".avif"}
_VARIANTS = ("300x200", "thumb", "x400,format=webp")
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Unready(Exception):  # noqa: N818 - the name says what is wrong
    """ImageMagick is missing on this machine, or the port is in use. The message says what to type."""


class WentWrong(Exception):  # noqa: N818 - the name says what happened
    """The walk-through did not end with a picture. The message has the last answer and the log."""


@dataclass(frozen=True, slots=True)
class System:
    """The running system: the emulator, the stack's outputs, the site's URL, the keys of the photos."""

    aws: Emulator
    outputs: stack.Outputs
    url: str
    keys: tuple[str, ...]

    def address(self, variant: str, key: str) -> str:
        """Return the address of `variant` of the original `key`."""
        return self.url + url_path(f"{variant}/{key}")


def run(console: Console, *, port: int | None = None, once: bool = False) -> None:
    """Start everything, show a first and a second view, then serve until Ctrl-C.

    With `once`, do not serve.
    """
    for number in _STOPPING:
        signal.signal(number, _interrupt)
    start = time.monotonic()
    with system(console, port=port) as here:
        addresses = [here.address(variant, key) for key in here.keys for variant in _VARIANTS]
        with demo_page.serve(addresses) as demo:
            _show_views(console, here, addresses[0])
            console.print(f"\nSite       {here.url}\nDemo page  {demo}\nAWS        {here.aws.endpoint_url}")
            console.print(f"\nFrom nothing to here in {time.monotonic() - start:.1f} s.", style="bold")
            if not once:
                console.print("Serving until Ctrl-C.")
                signal.pause()


def _interrupt(_number: int, _frame: object) -> NoReturn:
    # Ignore a second Ctrl-C: it must not interrupt the clean-up.
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def system(
    console: Console, *, port: int | None = None, parameters: Mapping[str, str] | None = None
) -> Iterator[System]:
    """Run the system until the block ends: the packaged app in the emulator, the sample photos, the edge.

    `port` None means `PORT`, or a free port if that is in use. `parameters` override `DEFAULTS`, and these
    the template's.
    """
    with ExitStack() as running:
        with step(console, "ImageMagick found"):
            _require_imagemagick()
        free = choose_port(console, port)
        with step(console, "AWS emulator started"):
            aws = running.enter_context(emulator())
        with step(console, "App packaged"):
            folder = running.enter_context(TemporaryDirectory(prefix="resize404-package-"))
            made = package(Path(folder))
        with step(console, "Stack deployed from the production template"):
            cloudformation, s3 = aws.client("cloudformation"), aws.client("s3")
            s3.create_bucket(Bucket=ARTIFACTS)
            outputs = stack.deploy(
                cloudformation,
                s3,
                made,
                artifacts=ARTIFACTS,
                name=STACK,
                parameters={**DEFAULTS, **(parameters or {})},
            )
        with step(console, "Photos uploaded"):
            keys = upload_samples(aws, outputs.source_bucket)
        with step(console, "Edge started"):
            served = running.enter_context(
                edge.serve(outputs.distribution_id, endpoint_url=aws.endpoint_url, port=free)
            )
        yield System(aws, outputs, served.url, keys)


def _require_imagemagick() -> None:
    try:
        import chalicelib.codecs.imagemagick  # noqa: F401, PLC0415 - the import itself is the test
    except ImportError as cause:
        raise Unready(
            "ImageMagick is missing. Type: make run, which installs it; or apt-get install imagemagick; "
            "or brew install imagemagick."
        ) from cause


def upload_samples(aws: Emulator, bucket: str) -> tuple[str, ...]:
    """Upload the sample photos to `bucket` and return their keys."""
    s3 = aws.client("s3")
    photos = sorted(path for path in SAMPLES.iterdir() if path.suffix in _PICTURES)
    for photo in photos:
        kind = guess_type(photo.name)[0] or "application/octet-stream"
        s3.put_object(Bucket=bucket, Key=photo.name, Body=photo.read_bytes(), ContentType=kind)
    return tuple(photo.name for photo in photos)


def choose_port(console: Console, wanted: int | None) -> int:
    """Return `wanted`. Without it, return `PORT`, or 0 (any free port) if that is in use."""
    port = PORT if wanted is None else wanted
    if _is_free(port):
        return port
    if wanted is not None:
        raise Unready(f"Port {wanted} is in use. Type: make run PORT=0 for a free one.")
    console.print(f"[yellow]Port {PORT} is in use, so the site is on another one.[/]")
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _show_views(console: Console, here: System, url: str) -> None:
    for view in ("First view: the file does not exist yet", "Second view: the file exists"):
        hops = walkthrough.follow(url)
        console.print()
        console.print(walkthrough.render(f"{view} ({walkthrough.summary(hops)})", hops))
        if hops[-1].status != HTTPStatus.OK:
            raise WentWrong(
                f"The site did not answer with a picture, but with:\n{hops[-1].said}\n{_log(here.aws)}"
            )


def _log(aws: Emulator) -> str:
    """Return the last lines of the app's log and of the emulator's log, which shows why a start failed."""
    events = aws.client("logs").filter_log_events(logGroupName=f"/resize404/{STACK}")["events"]
    return "\n".join([*(event["message"] for event in events[-20:]), aws.last_words()])
