"""The emulator's process: it starts, it ends, and it leaves nothing."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from infra.emulator import Emulator, EmulatorFailed, emulator
from infra.strict_emulator import at_most, few

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A separate folder for all temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def answers(endpoint_url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(endpoint_url).port)) == 0


class Ending(BaseException):
    """An exception that ends a block early."""


def end_in_the_middle(ending: type[BaseException], endpoints: list[str]) -> None:
    with emulator() as running:
        running.client("s3").create_bucket(Bucket="photos")
        endpoints.append(running.endpoint_url)
        raise ending


@pytest.mark.parametrize("ending", [Ending, KeyboardInterrupt, ValueError])
def test_nothing_is_left_whatever_ends_the_block(ending: type[BaseException], scratch: Path) -> None:
    endpoints: list[str] = []
    with pytest.raises(ending):
        end_in_the_middle(ending, endpoints)
    assert not answers(endpoints[0])
    assert list(scratch.iterdir()) == []


def test_two_emulators_run_side_by_side_with_separate_state() -> None:
    with emulator() as one, emulator() as other:
        one.client("s3").create_bucket(Bucket="photos")
        assert other.client("s3").list_buckets()["Buckets"] == []


def test_its_clients_do_not_use_the_operators_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with emulator() as running:
        assert running.client("s3").list_buckets()["Buckets"] == []


def test_a_port_in_use_is_reported_with_the_emulators_log(scratch: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorFailed, match=rf"port {port}.\n(?s:.*)already in use"), emulator(port):
            raise AssertionError
    assert list(scratch.iterdir()) == []


@pytest.fixture(scope="module")
def strict() -> Iterator[tuple[Emulator, str]]:
    """A running emulator, and the id of a distribution in it."""
    with emulator() as running:
        origin = {"Id": "site", "DomainName": "site.invalid", "S3OriginConfig": {"OriginAccessIdentity": ""}}
        behaviour = {"TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all"}
        wanted: Any = {
            "CallerReference": "one",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behaviour,
        }
        made = running.client("cloudfront").create_distribution(DistributionConfig=wanted)
        yield running, made["Distribution"]["Id"]


def invalidate(here: tuple[Emulator, str], reference: str, *items: str) -> str:
    """Return the id of the invalidation, or the code of the refusal."""
    batch: Any = {"CallerReference": reference, "Paths": {"Quantity": len(items), "Items": list(items)}}
    try:
        made = (
            here[0].client("cloudfront").create_invalidation(DistributionId=here[1], InvalidationBatch=batch)
        )
    except ClientError as refusal:
        return str(refusal.response["Error"]["Code"])
    return made["Invalidation"]["Id"]


@pytest.mark.parametrize("item", ["/300x200/IMG_20~1.JPG", "/it's.jpg", "/café.jpg", "a.jpg", "/a*b"])
def test_its_cloudfront_refuses_what_that_of_aws_refuses(item: str, strict: tuple[Emulator, str]) -> None:
    assert invalidate(strict, item, "/good.jpg", item) == "InvalidArgument"


BEHAVIOUR = {"TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"Comment": "no other change"}, "", id="what it has taken"),
        pytest.param({"DefaultCacheBehavior": {"TargetOriginId": "nobody"}}, "NoSuchOrigin", id="no origin"),
        pytest.param(
            {"CacheBehaviors": {"Items": [{**BEHAVIOUR, "PathPattern": each} for each in ("a/*", "/a/*")]}},
            "InvalidArgument",
            id="one path twice",
        ),
        pytest.param({"Origins": {"Items": ["site", "site"]}}, "InvalidArgument", id="one origin twice"),
        pytest.param({"OriginGroups": {"Items": ["site", "nobody"]}}, "NoSuchOrigin", id="no member"),
        pytest.param(
            {"DefaultCacheBehavior": {"CachePolicyId": "nobody's"}}, "NoSuchCachePolicy", id="no policy"
        ),
        pytest.param(
            {"DefaultCacheBehavior": {"ResponseHeadersPolicyId": "nobody's"}},
            "NoSuchResponseHeadersPolicy",
            id="no policy of headers",
        ),
        pytest.param(
            {
                "DefaultCacheBehavior": {
                    "FunctionAssociations": {
                        "Quantity": 1,
                        "Items": [{"EventType": "viewer-request", "FunctionARN": "arn:aws:x:function/none"}],
                    }
                }
            },
            "InvalidFunctionAssociation",
            id="no function",
        ),
    ],
)
def test_its_cloudfront_looks_at_what_a_distribution_refers_to(
    changes: dict[str, Any], code: str, strict: tuple[Emulator, str]
) -> None:
    cloudfront = strict[0].client("cloudfront")
    found = cloudfront.get_distribution_config(Id=strict[1])
    config: Any = {**found["DistributionConfig"], **_filled(changes, found["DistributionConfig"])}
    try:
        cloudfront.update_distribution(Id=strict[1], IfMatch=found["ETag"], DistributionConfig=config)
        given = ""
    except ClientError as refusal:
        given = str(refusal.response["Error"]["Code"])
    assert given == code


def _filled(changes: dict[str, Any], config: Any) -> dict[str, Any]:
    """Return the changes with all that they do not say themselves."""
    filled = dict(changes)
    if "DefaultCacheBehavior" in changes:
        filled["DefaultCacheBehavior"] = {**BEHAVIOUR, **changes["DefaultCacheBehavior"]}
    if names := changes.get("Origins", {}).get("Items"):
        (origin,) = config["Origins"]["Items"]
        filled["Origins"] = {"Quantity": len(names), "Items": [{**origin, "Id": name} for name in names]}
    if members := changes.get("OriginGroups", {}).get("Items"):
        group = {
            "Id": "pair",
            "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [404]}},
            "Members": {"Quantity": 2, "Items": [{"OriginId": each} for each in members]},
        }
        filled["OriginGroups"] = {"Quantity": 1, "Items": [group]}
    if behaviours := changes.get("CacheBehaviors", {}).get("Items"):
        filled["CacheBehaviors"] = {"Quantity": len(behaviours), "Items": behaviours}
    return filled


@pytest.mark.parametrize(("text", "made"), [("", "none"), ("imgix, sir", "some"), ("imgix", "none")])
def test_its_cloudformation_reads_texts_in_conditions(
    text: str, made: str, strict: tuple[Emulator, str]
) -> None:
    whole = {"Fn::Join": [",", ["", {"Ref": "Text"}]]}
    without = {"Fn::Join": ["", {"Fn::Split": ["sir", whole]}]}
    value = {"Fn::If": ["HasSir", "some", "none"]}
    template = {
        "Parameters": {"Text": {"Type": "String"}},
        "Conditions": {"HasSir": {"Fn::Not": [{"Fn::Equals": [without, whole]}]}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": value}}},
        "Outputs": {"Value": {"Value": value}},
    }
    cloudformation, name = strict[0].client("cloudformation"), f"text-{len(text)}"
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "Text", "ParameterValue": text}],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == made


@pytest.mark.parametrize(("wanted", "given"), [(1, 1), (2, 2), (10, 2)])
def test_a_queue_has_few_workers(wanted: int, given: int) -> None:
    source = {"ScalingConfig": {"MaximumConcurrency": str(wanted)}}

    def allowed(mapping: Any, *_: Any) -> int:
        return int(mapping["ScalingConfig"]["MaximumConcurrency"] + 0)  # it is a number by now, and no text

    assert at_most(2, allowed)(source, "function", "configuration", "queue") == given


def test_its_cloudfront_takes_a_caller_reference_once(strict: tuple[Emulator, str]) -> None:
    first = invalidate(strict, "known", "/a*", "/b%20c.jpg", "#tag")
    assert first.startswith("I")
    assert first != "InvalidArgument"
    assert invalidate(strict, "known", "/a*", "/b%20c.jpg", "#tag") == first
    assert invalidate(strict, "known", "/another") == "InvalidArgument"


def test_its_s3_writes_only_over_what_was_read(strict: tuple[Emulator, str]) -> None:
    s3: Any = strict[0].client("s3")
    s3.create_bucket(Bucket="notes")

    def written(**condition: str) -> str:
        try:
            return str(
                s3.put_object(Bucket="notes", Key="note", Body=uuid.uuid4().bytes, **condition)["ETag"]
            )
        except ClientError as refusal:
            return str(refusal.response["Error"]["Code"])

    assert written(IfMatch='"never"') in {"NoSuchKey", "PreconditionFailed"}
    first = written(IfNoneMatch="*")
    assert written(IfNoneMatch="*") == "PreconditionFailed"
    assert written(IfMatch=first) not in {first, "PreconditionFailed"}
    assert written(IfMatch=first) == "PreconditionFailed"


def test_two_hundred_requests_at_once_wait_for_a_few_functions() -> None:
    running, most = 0, 0

    async def run(number: int, *, of: str) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return f"{number} of {of}"

    async def herd() -> list[str]:
        limited = few(4, run)
        return await asyncio.gather(*(limited(number, of="200") for number in range(200)))

    assert asyncio.run(herd()) == [f"{number} of 200" for number in range(200)]
    assert most == 4
