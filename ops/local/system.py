"""The whole system on this machine: the packaged app in the emulator, a folder of photos, and the edge."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import edge
from chalicelib.address.key import url_path
from infra import template
from infra.emulator import Emulator, emulator
from infra.package import Package, package
from ops.deployment import front_page, parameters, stack
from ops.local.allowing import ALWAYS, EVERYTHING
from ops.local.mirror import Mirror
from ops.local.originals import Bucket
from ops.terminal.output import amount, say, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from chalicelib.config.config import Config
    from edge.listening import Watch
    from ops.local.ports import Ports

SAMPLES = Path(__file__).with_name("samples")
STACK = "resize404"
ARTIFACTS = "resize404-artifacts"


class Unready(Exception):  # noqa: N818 - the name says what is wrong
    """ImageMagick is missing on this machine. The message says what to type."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator wants: the folder of the photos, the ports, and the stack's parameters.

    A parameter that is not `given` is that of `EVERYTHING`; with `strict`, that of the configuration.
    """

    ports: Ports
    photos: Path = SAMPLES
    strict: bool = False
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> Mapping[str, str]:
        """The stack's parameters."""
        return {**ALWAYS, **({} if self.strict else EVERYTHING), **self.given}


@dataclass(frozen=True, slots=True)
class System:
    """The running system: the emulator, the stack's outputs, the app's configuration, the site's URL."""

    aws: Emulator
    outputs: stack.Outputs
    configuration: Config
    url: str
    mirror: Mirror

    @property
    def originals(self) -> Bucket:
        """The bucket of originals."""
        most = self.configuration.limits.source_bytes
        return Bucket(self.aws.client("s3"), self.outputs.source_bucket, most)

    def address(self, variant: str, key: str) -> str:
        """Return the address of `variant` of the original `key`."""
        return self.url + url_path(f"{self.configuration.site.prefix}{variant}/{key}")

    def log(self) -> str:
        """Return the last lines of the app's log, and of the emulator's, which shows why a start failed."""
        events = self.aws.client("logs").filter_log_events(logGroupName=f"/resize404/{STACK}")["events"]
        return "\n".join([*(event["message"] for event in events[-20:]), self.aws.last_words()])


@contextmanager
def system(console: Console, order: Order, watch: Watch) -> Iterator[System]:
    """Run the system of `order` until the block ends. `watch` is told of requests as `edge.serve` says."""
    with ExitStack() as running:
        with step(console, "ImageMagick found"):
            _require_imagemagick()
        with step(console, "App packaged"):
            folder = running.enter_context(TemporaryDirectory(prefix="resize404-package-"))
            made = package(Path(folder))
        configuration = _configuration(made, order)
        with step(console, "AWS emulator started"):
            aws = running.enter_context(emulator(order.ports.aws))
        with step(console, "Stack deployed from the production template"):
            outputs = _deploy(aws, made, order)
        mirror = Mirror(aws.client("s3"), outputs.source_bucket, order.photos)
        with step(console, "Photos uploaded"):
            copied = mirror.update()
        say(console, f"  {amount(len(copied.put), 'photo')} of {order.photos}", "dim")
        with step(console, "Edge started"):
            served = running.enter_context(
                edge.serve(
                    outputs.distribution_id,
                    endpoint_url=aws.endpoint_url,
                    port=order.ports.site,
                    watch=watch,
                )
            )
        yield System(aws, outputs, configuration, served.url, mirror)


def _require_imagemagick() -> None:
    try:
        import chalicelib.codecs.imagemagick  # noqa: F401, PLC0415 - the import itself is the test
    except ImportError as cause:
        raise Unready(
            "ImageMagick is missing. Type: make run, which installs it; or apt-get install imagemagick; "
            "or brew install imagemagick."
        ) from cause


def _configuration(made: Package, order: Order) -> Config:
    """Return the app's configuration. `DeploymentFailed` lists all faults, before anything is started."""
    packaged: Mapping[str, Any] = json.loads(made.template.read_text())
    return template.check(packaged, parameters.read(packaged, order.parameters).readable)


def _deploy(aws: Emulator, made: Package, order: Order) -> stack.Outputs:
    cloudformation, s3 = aws.client("cloudformation"), aws.client("s3")
    s3.create_bucket(Bucket=ARTIFACTS)
    outputs = stack.deploy(
        cloudformation, s3, made, artifacts=ARTIFACTS, name=STACK, parameters=order.parameters
    )
    front_page.put(s3, outputs.site_bucket)
    return outputs
