"""One emulator with a healthy stack and the edge in front, for the tests of all faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import edge
from infra.emulator import emulator
from infra.package import package
from ops.deployment import stack
from tests.ops.doctor.patient import Patient

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTIFACTS = "resize404-artifacts"
PARAMETERS = {"AllowedDimensions": "100x100,40x40", "Invalidate": "stale"}


@pytest.fixture(scope="session")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    with emulator() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket=ARTIFACTS)
        outputs = stack.deploy(
            aws.client("cloudformation"),
            s3,
            package(tmp_path_factory.mktemp("package")),
            artifacts=ARTIFACTS,
            name="patient",
            parameters=PARAMETERS,
        )
        with edge.serve(outputs.distribution_id, endpoint_url=aws.endpoint_url) as front:
            patient = Patient(aws, outputs, front)
            patient.make_regional()
            yield patient
