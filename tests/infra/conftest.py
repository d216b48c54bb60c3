"""One package of the real app and one emulator with its stack in it, for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.package import Package, package
from ops.emulator import Emulator, emulator
from ops.stack import Outputs, deploy

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTIFACTS = "artifacts"


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The app packaged as it is deployed."""
    return package(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def aws() -> Iterator[Emulator]:
    """An emulator with a bucket for artifacts."""
    with emulator() as running:
        running.client("s3").create_bucket(Bucket=ARTIFACTS)
        yield running


@pytest.fixture(scope="session")
def plain(aws: Emulator, packaged: Package) -> Outputs:
    """The stack called Plain, with the template's own defaults."""
    return deploy(aws.client("cloudformation"), aws.client("s3"), packaged, artifacts=ARTIFACTS, name="Plain")


@pytest.fixture(scope="session")
def prefixed(aws: Emulator, packaged: Package) -> Outputs:
    """The stack called Prefixed, with a KEY_PREFIX."""
    return deploy(
        aws.client("cloudformation"),
        aws.client("s3"),
        packaged,
        artifacts=ARTIFACTS,
        name="Prefixed",
        parameters={"KeyPrefix": "img/"},
    )
