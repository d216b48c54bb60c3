"""The tables of `ops deploy`."""

from __future__ import annotations

import pytest
from rich.console import Console

from ops.deployment import tables
from ops.deployment.change_sets import Change, ChangeSet
from ops.deployment.stack import Outputs


def shown(table: object) -> list[str]:
    """Return the table's lines, each with single spaces."""
    console = Console(width=120)
    with console.capture() as said:
        console.print(table)
    return [" ".join(line.split()) for line in said.get().splitlines()]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param(Change("Add", "Site", "AWS::S3::Bucket", ""), "+ Add Site AWS::S3::Bucket", id="added"),
        pytest.param(
            Change("Modify", "Site", "AWS::S3::Bucket", "False"),
            "~ Modify Site AWS::S3::Bucket",
            id="changed",
        ),
        pytest.param(
            Change("Modify", "Site", "AWS::S3::Bucket", "True"),
            "~ Modify Site AWS::S3::Bucket replaced",
            id="replaced",
        ),
        pytest.param(
            Change("Modify", "Site", "AWS::S3::Bucket", "Conditional"),
            "~ Modify Site AWS::S3::Bucket replaced where it must",
            id="perhaps replaced",
        ),
        pytest.param(
            Change("Remove", "A", "AWS::S3::Bucket", ""), "- Remove A AWS::S3::Bucket", id="removed"
        ),
        pytest.param(Change("Dynamic", "A", "AWS::X::Y", ""), "? Dynamic A AWS::X::Y", id="anything else"),
    ],
)
def test_a_row_shows_the_action_and_the_resource(change: Change, line: str) -> None:
    assert shown(tables.changes(ChangeSet("arn", "stack", makes_the_stack=False, changes=(change,))))[1:] == [
        line
    ]


@pytest.mark.parametrize(
    ("site_url", "dns"),
    [
        pytest.param("https://d1.cloudfront.net", [], id="the distribution's own domain"),
        pytest.param(
            "https://img.example.com", ["DNS img.example.com CNAME d1.cloudfront.net"], id="a custom domain"
        ),
    ],
)
def test_the_outputs_show_the_next_steps(site_url: str, dns: list[str]) -> None:
    told = Outputs(
        site_url=site_url,
        source_bucket="source",
        site_bucket="site",
        distribution_id="E1",
        distribution_domain="d1.cloudfront.net",
        api_url="https://api",
        img_tag='<img src="[b]" alt="">',
        upload_command="aws s3 cp",
        dashboard_url="https://dashboard",
        inspect_function="inspect",
    )
    assert shown(tables.outputs(told)) == [
        f"site {site_url}",
        *dns,
        "dashboard https://dashboard",
        "1. upload aws s3 cp",
        '2. write <img src="[b]" alt="">',
    ]
