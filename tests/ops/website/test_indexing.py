"""`python -m ops index`, against the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.address.sources import ObjectName
from chalicelib.aws.bucket import Site
from tests.ops.conftest import ARTIFACTS

if TYPE_CHECKING:
    from tests.ops.conftest import Operator

TAG = ObjectName("photos", "a b.jpg").tag


def old_site(operator: Operator, bucket: str, prefix: str) -> Site:
    """Return a site with two variants from before there was an index, and a file that is no variant."""
    s3 = operator.account.s3
    s3.create_bucket(Bucket=bucket)
    for spelling, etag in (("300x200", "old"), ("thumb", "new")):
        noted = {"cache-tag": TAG, "original-etag": etag}
        s3.put_object(Bucket=bucket, Key=f"{prefix}{spelling}/a b.jpg", Metadata=noted)
    s3.put_object(Bucket=bucket, Key=f"{prefix}300x200/logo.svg")
    s3.put_object(Bucket=bucket, Key=f"{prefix}.faces/{TAG}", Metadata={"original-etag": "new"})
    return Site(s3, bucket, "", prefix)


def entries(site: Site) -> list[tuple[str, str]]:
    return [(entry.spelling, entry.etag) for page in site.index.pages(TAG) for entry in page]


@pytest.mark.parametrize("prefix", ["", "img/"])
def test_stored_variants_are_entered_and_nothing_else(prefix: str, operator: Operator) -> None:
    bucket = f"old-site-{prefix.strip('/') or 'root'}"
    site = old_site(operator, bucket, prefix)
    result = operator.types("index", bucket, "--key-prefix", prefix, answers="y\n")
    assert result.exit_code == 0, result.output
    assert "Look at 3 objects, for about USD 0.00?" in result.output
    assert f"The index of {bucket} is complete. Entered: 2 variants." in result.output
    assert sorted(entries(site)) == [("300x200", "old"), ("thumb", "new")]
    assert site.index.is_complete()


def test_a_second_run_changes_nothing(operator: Operator) -> None:
    site = old_site(operator, "indexed-twice", "")
    for _ in range(2):
        assert operator.types("index", "indexed-twice", "--yes").exit_code == 0
    assert len(entries(site)) == 2


def test_without_confirmation_nothing_is_written(operator: Operator) -> None:
    site = old_site(operator, "undecided", "")
    result = operator.types("index", "undecided", answers="n\n")
    assert result.exit_code == 1
    assert "Nothing was changed." in result.output
    assert not site.index.is_complete()
    assert entries(site) == []


def test_a_missing_bucket_is_reported(operator: Operator) -> None:
    result = operator.types("index", f"no-{ARTIFACTS}", "--yes")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
