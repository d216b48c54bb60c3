"""What `chalice deploy` is refused for: placeholders, and an ImageMagick that Lambda could not load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from chalicelib.config.chalice_deploy import faults, stage_being_deployed

if TYPE_CHECKING:
    from pathlib import Path

OURS = {
    "SITE_BUCKET": "shop-pictures",
    "SOURCES": "default=shop-photos,people=shop-people/faces",
    "SITE_URL": "https://img.shop.test",
    "DISTRIBUTION_ID": "E1ABCDEFGHIJKL",
    "INVALIDATION_QUEUE": "https://sqs.us-east-1.amazonaws.com/210987654321/evictions",
}

X86_64, ARM64 = b"\x3e\0", b"\xb7\0"


def library(machine: bytes = X86_64, glibc: int = 27) -> bytes:
    """Return the beginning of a library, with the versions of the C library that it needs."""
    header = b"\x7fELF".ljust(18, b"\0") + machine
    return header + b"\0GLIBC_2.4\0GLIBC_2.%d\0GLIBC_PRIVATE\0" % glibc


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / ".chalice").mkdir()
    (tmp_path / "vendor" / "imagemagick" / "lib").mkdir(parents=True)
    (tmp_path / "vendor" / "imagemagick" / "lib" / "libMagickCore-6.Q16.so").write_bytes(library())
    return tmp_path


def test_a_stage_with_names_of_ones_own_and_our_imagemagick_is_deployed(checkout: Path) -> None:
    (checkout / ".chalice" / "policy-dev.json").write_text('{"Resource": "arn:aws:s3:::shop-pictures/*"}')
    assert [*faults(OURS, checkout, "dev", (3, 13))] == []


@pytest.mark.parametrize(
    ("variable", "value", "placeholder"),
    [
        ("SITE_BUCKET", "your-dev-site", "your-dev-site"),
        ("SITE_BUCKET", "my-bucket", "my-bucket"),
        ("SOURCES", "default=shop,people=your-people/faces", "your-people"),
        ("SOURCES", "default=named-by-the-template", "named-by-the-template"),
        ("SITE_URL", "https://img.example.com", "img.example.com"),
        ("SITE_URL", "https://example.org/pictures", "example.org"),
        ("SITE_URL", "http://your-site.s3-website-us-east-1.amazonaws.com", "your-site"),
        ("DISTRIBUTION_ID", "E2EXAMPLE", "E2EXAMPLE"),
        ("CHANGES_QUEUE", "https://sqs.us-east-1.amazonaws.com/123456789012/name", "123456789012"),
    ],
)
def test_a_placeholder_is_refused_by_name(
    checkout: Path, variable: str, value: str, placeholder: str
) -> None:
    (fault,) = faults({**OURS, variable: value}, checkout, "dev", (3, 13))
    assert fault.startswith(f"{variable}: ")
    assert placeholder in fault


@pytest.mark.parametrize(
    "value", ["your.shop", "shop-your-pictures-inc", "my-buckets", "example-site", "myexample.com.au"]
)
def test_a_name_that_only_looks_like_one_of_them_is_not(checkout: Path, value: str) -> None:
    assert [*faults({**OURS, "SITE_BUCKET": value}, checkout, "dev", (3, 13))] == []


def test_the_policy_of_the_stage_may_have_no_placeholder(checkout: Path) -> None:
    (checkout / ".chalice" / "policy-dev.json").write_text('{"Resource": "arn:aws:s3:::your-dev-site/*"}')
    (fault,) = faults(OURS, checkout, "dev", (3, 13))
    assert fault.startswith(".chalice/policy-dev.json: your-dev-site ")
    assert [*faults(OURS, checkout, "prod", (3, 13))] == []


@pytest.mark.parametrize(
    ("content", "python", "said"),
    [
        pytest.param(library(), (3, 11), "Python 3.11 has glibc 2.26", id="Amazon Linux 2"),
        pytest.param(
            library(glibc=38), (3, 13), "glibc 2.34; vendor/imagemagick needs 2.38", id="a new Debian's"
        ),
        pytest.param(library(ARM64), (3, 13), "not for x86_64", id="another processor"),
        pytest.param(b"", (3, 13), "not for x86_64", id="no library at all"),
    ],
)
def test_an_imagemagick_that_lambda_could_not_load_is_refused(
    checkout: Path, content: bytes, python: tuple[int, int], said: str
) -> None:
    (checkout / "vendor" / "imagemagick" / "lib" / "libMagickCore-6.Q16.so").write_bytes(content)
    (fault,) = faults(OURS, checkout, "dev", python)
    assert said in fault


@pytest.mark.parametrize("python", [(3, 12), (3, 13), (3, 14)])
def test_a_library_of_ours_fits_every_python_on_amazon_linux_2023(
    checkout: Path, python: tuple[int, int]
) -> None:
    assert [*faults(OURS, checkout, "dev", python)] == []


def test_a_missing_imagemagick_is_refused(tmp_path: Path) -> None:
    (fault,) = faults(OURS, tmp_path, "dev", (3, 11))
    assert "make magick" in fault


def test_no_stage_is_deployed_by_another_command() -> None:
    with click.Context(click.Command("deploy"), info_name="deploy"):
        assert stage_being_deployed() is None
