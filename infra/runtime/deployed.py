"""A package that is deployed into Lambda's runtime, so that its functions can be started."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra.runtime import unpacked_code
from infra.runtime.function import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.emulator import Emulator
    from infra.package import Package
    from infra.runtime.function import Running
    from infra.runtime.root import Root
    from infra.runtime.unpacked_code import Code


@dataclass(frozen=True, slots=True)
class Deployed:
    """The package, its unpacked code, the root folder that it runs in, and the folder for logs."""

    package: Package
    code: Code
    root: Root
    logs: Path

    @contextmanager
    def start(
        self, logical_id: str, environment: Mapping[str, str], aws: Emulator, *, core: int | None = None
    ) -> Iterator[Running]:
        """Run the template's function `logical_id` until the block ends. With `core`, only on that core."""
        function = unpacked_code.function(self.package, logical_id, environment)
        log = self.logs / f"{logical_id}.log"
        with running(
            self.root, self.code, function, endpoint_url=aws.endpoint_url, log=log, core=core
        ) as here:
            yield here


@contextmanager
def deployed(package: Package, root: Root) -> Iterator[Deployed]:
    """Unpack `package` into a temporary folder that exists until the block ends."""
    with TemporaryDirectory(prefix="resize404-lambda-") as folder:
        yield Deployed(package, unpacked_code.unpack(package, Path(folder)), root, Path(folder))
