"""One package of the real app and one emulator with its stack, for all tests of this folder."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from infra.emulator import Emulator, emulator
from infra.package import Package, package
from ops.deployment.stack import Outputs, deploy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARTIFACTS = "artifacts"

collect_ignore = [] if shutil.which("apt-get") else ["test_debian.py"]
"""Without apt, these tests cannot run."""

EVERYTHING = {
    "AccessLogBucket": "our-logs",
    "AlarmEmail": "ops@example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d",
    "DomainName": "img.example.com",
    "FaceDetection": "rekognition",
    "Invalidate": "always",
    "InvalidationBudget": "1000",
    "KeyPrefix": "img/",
    "Metadata": "keep",
    "Moderation": "rekognition:Explicit Nudity=blur,Violence=refuse@80",
    "OriginShieldRegion": "eu-central-1",
    "OtherSpellings": "serve",
    "Playground": "a.jpg, b.jpg",
    "NamePrefix": "acme-img",
    "PermissionsBoundary": "arn:aws:iam::000000000000:policy/boundary",
    "Profile": "keep",
    "RateLimit": "300",
    "ReservedConcurrency": "20",
    "SigningKeys": "k1:0123456789abcdef",
    "SourceAccounts": "111122223333",
    "SourceEvents": "eventbridge",
    "SourceKeyArns": "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d",
    "SourcePrefix": "photos/",
    "SourceVersionDays": "14",
    "Sources": "avatars=our-avatars/faces,press=press-photos",
    "VariantDays": "30",
}
"""All features that are off by default; and what is on by default is off."""


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The packaged app."""
    return package(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def document(packaged: Package) -> Any:
    """The packaged template."""
    return json.loads(packaged.template.read_text())


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
    """The stack called Prefixed, with a KEY_PREFIX and with addresses of older systems."""
    return deploy(
        aws.client("cloudformation"),
        aws.client("s3"),
        packaged,
        artifacts=ARTIFACTS,
        name="Prefixed",
        parameters={
            "KeyPrefix": "img/",
            "AllowedOptions": "fit=cover,format=auto-avif",
            "Compat": "imgix, sir",
        },
    )


@pytest.fixture(scope="session")
def packaged_for_everything(packaged: Package, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package without the one resource type that the emulator does not know."""
    document = json.loads(packaged.template.read_text())
    del document["Resources"]["RateLimiterOfTheApi"]
    template: Path = tmp_path_factory.mktemp("everything") / "sam.json"
    template.write_text(json.dumps(document))
    return Package(template, packaged.bundle, packaged.layer)


@pytest.fixture(scope="session")
def everything(aws: Emulator, packaged_for_everything: Package) -> Outputs:
    """The stack called Everything, with all features that are off by default."""
    return deploy(
        aws.client("cloudformation"),
        aws.client("s3"),
        packaged_for_everything,
        artifacts=ARTIFACTS,
        name="Everything",
        parameters=EVERYTHING,
    )
