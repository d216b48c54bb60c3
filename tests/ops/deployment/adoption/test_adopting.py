"""`python -m ops adopt`, and stacks with buckets that exist, against the emulator."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from chalicelib.address.sources import ObjectName
from chalicelib.address.values import Format
from chalicelib.aws.bucket import Original, Site
from chalicelib.render.rendered import Rendered
from ops import notifications
from ops.deployment import stack_deletion
from ops.deployment.adoption import adopted, other_side
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    import pytest

    from tests.ops.conftest import Operator

SEARCH = "search-index"
SORRY: Any = {
    "Condition": {"HttpErrorCodeReturnedEquals": "404"},
    "Redirect": {"HostName": "other.example", "ReplaceKeyWith": "sorry.html"},
}


def queue(operator: Operator, name: str) -> str:
    """Make a queue that S3 may notify, and return its ARN."""
    sqs = operator.aws.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return arn


def telling(operator: Operator, bucket: str, *events: str, prefix: str = "") -> None:
    """Make a bucket that tells somebody else of these events."""
    operator.account.s3.create_bucket(Bucket=bucket)
    rules = [{"Name": "prefix", "Value": prefix}] if prefix else []
    theirs: Any = {
        "Id": "theirs",
        "QueueArn": queue(operator, SEARCH),
        "Events": list(events),
        **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
    }
    operator.account.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [theirs]} if events else {}
    )


def raw(operator: Operator, path: str) -> bytes:
    """Return what the emulator answers to a GET, byte for byte but for the number of the request."""
    host = operator.aws.endpoint_url.removeprefix("http://")
    connection = HTTPConnection(host, timeout=10)
    try:
        connection.request("GET", path)
        return re.sub(b"<RequestId>.*?</RequestId>", b"", connection.getresponse().read())
    finally:
        connection.close()


def settings(operator: Operator, bucket: str) -> tuple[bytes, bytes]:
    """Return the bucket's notifications and its website, byte for byte."""
    return raw(operator, f"/{bucket}?notification"), raw(operator, f"/{bucket}?website")


def deploy(operator: Operator, name: str, **parameters: str) -> None:
    words = [f"--parameter={key}={value}" for key, value in parameters.items()]
    result = operator.deploys(name, "--yes", *words)
    assert result.exit_code == 0, result.output


def made(operator: Operator, name: str) -> dict[str, str]:
    return dict(stack_deletion.resources(operator.account.cloudformation, name))


def site_of(operator: Operator, name: str) -> str:
    return made(operator, name)["SiteBucket"]


def store(operator: Operator, name: str, bucket: str, key: str) -> str:
    """Store a variant of an earlier version of an original in the stack's site; return its bucket."""
    site = made(operator, name)["SiteBucket"]
    original = Original(ObjectName(bucket, key), b"photo", "old")
    made_of_it = Rendered(png(8, 8), Format.PNG, 8, 8, 1)
    Site(operator.account.s3, site, "public", "").store(f"300x200/{key}", made_of_it, original)
    return site


def is_stored(operator: Operator, site: str, key: str) -> bool:
    return operator.account.s3.list_objects_v2(Bucket=site, Prefix=f"300x200/{key}")["KeyCount"] > 0


def changes(operator: Operator, bucket: str, key: str) -> None:
    operator.account.s3.put_object(Bucket=bucket, Key=key, Body=png(8, 8))


def test_an_existing_bucket_tells_the_stack_beside_somebody_else_and_comes_back_as_it_was(
    operator: Operator,
) -> None:
    telling(operator, "kept-photos", "s3:ObjectCreated:*", prefix="logs/")
    site: Any = {"IndexDocument": {"Suffix": "start.html"}, "RoutingRules": [SORRY]}
    operator.account.s3.put_bucket_website(Bucket="kept-photos", WebsiteConfiguration=site)
    before = settings(operator, "kept-photos")
    deploy(operator, "guest", ExistingSourceBucket="kept-photos", SourcePrefix="photos/")
    ours = made(operator, "guest")
    assert "SourceBucket" not in ours
    told = operator.account.s3.get_bucket_notification_configuration(Bucket="kept-photos")
    theirs, our = told["QueueConfigurations"]
    assert theirs["Id"] == "theirs"
    assert our["Id"] == "resize404-guest-1"
    assert our["QueueArn"].rpartition(":")[2] == ours["ChangesQueue"].rpartition("/")[2]
    assert our["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": "photos/"}]
    again = operator.types("adopt", "guest")
    assert "stay as they are" in again.output, again.output
    adopted = operator.types("adopt", "guest", "--website", "kept-photos", "--yes")
    assert adopted.exit_code == 0, adopted.output
    assert settings(operator, "kept-photos")[1] != before[1]
    undone = operator.types("adopt", "guest", "--website", "kept-photos", "--undo", "--yes")
    assert undone.exit_code == 0, undone.output
    assert settings(operator, "kept-photos") == before


def test_a_bucket_that_tells_somebody_else_of_the_same_needs_eventbridge_and_two_stacks_can_share_it(
    operator: Operator,
) -> None:
    telling(operator, "shared-photos", "s3:ObjectCreated:*")
    before = settings(operator, "shared-photos")
    refused = operator.deploys("blue", "--yes", "--parameter", "ExistingSourceBucket=shared-photos")
    assert refused.exit_code == 1
    assert SEARCH in refused.output
    assert "--parameter SourceEvents=eventbridge" in refused.output
    assert settings(operator, "shared-photos") == before
    for name in ("blue", "green"):
        deploy(operator, name, ExistingSourceBucket="shared-photos", SourceEvents="eventbridge")
    assert b"EventBridgeConfiguration" in settings(operator, "shared-photos")[0]

    # A change reaches both stacks: the rehearsal of blue and green.
    sites = [store(operator, name, "shared-photos", "red shoe+1.png") for name in ("blue", "green")]
    changes(operator, "shared-photos", "red shoe+1.png")
    assert until(lambda: not any(is_stored(operator, site, "red shoe+1.png") for site in sites))

    # Blue goes: green still hears. When green goes as well, the bucket is as it was.
    gone = operator.types("destroy", "blue", "--yes")
    assert gone.exit_code == 0, gone.output
    assert "EventBridge stays on for shared-photos" in gone.output
    site = store(operator, "green", "shared-photos", "b.png")
    changes(operator, "shared-photos", "b.png")
    assert until(lambda: not is_stored(operator, site, "b.png"))
    last = operator.types("destroy", "green", "--yes", "--originals")
    assert last.exit_code == 0, last.output
    assert "in shared-photos, which the stack did not make" in last.output
    assert settings(operator, "shared-photos") == before
    assert operator.account.s3.list_objects_v2(Bucket="shared-photos")["KeyCount"] == 2


def test_the_bucket_that_a_destroyed_stack_has_left_can_be_taken_again(operator: Operator) -> None:
    deploy(operator, "first")
    left = made(operator, "first")["SourceBucket"]
    assert operator.types("destroy", "first", "--yes").exit_code == 0
    assert b"QueueConfiguration" not in settings(operator, left)[0]
    deploy(operator, "second", ExistingSourceBucket=left)
    site = store(operator, "second", left, "a.png")
    changes(operator, left, "a.png")
    assert until(lambda: not is_stored(operator, site, "a.png"))


def test_a_notification_to_a_queue_that_is_gone_makes_room(operator: Operator) -> None:
    telling(operator, "stale-photos", "s3:ObjectCreated:*")
    sqs = operator.aws.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=SEARCH)["QueueUrl"])
    result = operator.deploys("heir", "--yes", "--parameter", "ExistingSourceBucket=stale-photos")
    assert result.exit_code == 0, result.output
    assert f"{SEARCH} is gone: its notification is removed" in result.output
    told = operator.account.s3.get_bucket_notification_configuration(Bucket="stale-photos")
    assert [each["Id"] for each in told["QueueConfigurations"]] == ["resize404-heir-1"]


def test_without_confirmation_the_bucket_stays_as_it_is_and_the_way_on_is_named(operator: Operator) -> None:
    telling(operator, "asked-photos")
    before = settings(operator, "asked-photos")
    words = ("asking", "--parameter", "ExistingSourceBucket=asked-photos")
    result = operator.deploys(*words, answers="y\nn\n")
    assert result.exit_code == 0, result.output
    assert "python -m ops adopt asking" in result.output
    assert settings(operator, "asked-photos") == before


def test_a_bucket_that_does_not_exist_is_refused_before_anything_is_made(operator: Operator) -> None:
    result = operator.deploys("nowhere", "--yes", "--parameter", "ExistingSourceBucket=no-such-photos")
    assert result.exit_code == 1
    assert "There is no bucket no-such-photos." in result.output
    assert operator.status("nowhere") is None


def test_a_stack_with_a_bucket_of_its_own_has_nothing_to_adopt(operator: Operator, standing: str) -> None:
    result = operator.types("adopt", standing)
    assert "there is nothing to adopt" in result.output


def test_a_stack_that_is_not_there_is_named(operator: Operator) -> None:
    result = operator.types("adopt", "nobody")
    assert result.exit_code == 1
    assert "There is no resize404 stack nobody" in result.output


def test_the_owner_of_another_accounts_bucket_is_told_what_to_add_and_nothing_is_changed_there(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling(operator, "their-press")
    telling(operator, "our-originals")
    before = settings(operator, "their-press")
    # The emulator does not compare the expected owner of a bucket.
    monkeypatch.setattr(other_side, "is_elsewhere", lambda _account, bucket: bucket == "their-press")
    words = {
        "ExistingSourceBucket": "our-originals",
        "Sources": "press=their-press/2026",
        "SourceAccounts": "111122223333",
        "SourceKeyArns": "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d",
    }
    deploy(operator, "reader", **words)
    assert settings(operator, "their-press") == before
    told = operator.types("adopt", "reader")
    assert "The bucket their-press is another account's" in told.output

    ours = adopted.read(operator.account, "reader")
    reading, notifying, decrypting = (
        document for _, document in other_side.documents(operator.account, ours, "their-press")
    )
    readers = [
        f"arn:aws:iam::000000000000:role/{ours.resources[name]}" for name in ("ApiHandlerRole", "RefreshRole")
    ]
    assert [each["Principal"]["AWS"] for each in reading] == [readers, readers]
    assert reading[0]["Resource"] == ["arn:aws:s3:::their-press/2026/*"]
    assert reading[1]["Resource"] == "arn:aws:s3:::their-press"
    assert notifications.tells(notifying, ours.queue_arn, ["2026/"])
    assert decrypting["Principal"] == {"AWS": readers[0]}

    # What their account adds is what our queue takes, and what our roles may do.
    attributes = operator.aws.client("sqs").get_queue_attributes(
        QueueUrl=ours.queue_url, AttributeNames=["Policy"]
    )["Attributes"]
    condition = json.loads(attributes["Policy"])["Statement"][0]["Condition"]
    assert "arn:aws:s3:::their-press" in condition["ArnEquals"]["aws:SourceArn"]
    assert condition["StringEquals"]["aws:SourceAccount"] == ["000000000000", "111122223333"]


def test_a_bucket_in_another_region_is_refused_before_anything_is_made_and_heard_through_eventbridge(
    operator: Operator,
) -> None:
    where: Any = {"LocationConstraint": "eu-central-1"}
    operator.account.s3.create_bucket(Bucket="far-originals", CreateBucketConfiguration=where)
    existing = ("--parameter", "ExistingSourceBucket=far-originals")
    refused = operator.deploys("far", "--yes", *existing)
    assert refused.exit_code == 1
    assert "S3 notifies only queues of its own region" in refused.output
    assert operator.status("far") is None
    result = operator.deploys("far", "--yes", *existing, "--parameter", "SourceEvents=eventbridge")
    assert result.exit_code == 0, result.output
    assert "detail" not in pattern(operator, "far")
    assert "a rule of EventBridge has to bring its events to us-east-1" in result.output


def pattern(operator: Operator, name: str) -> Any:
    """Return what the rule of the stack listens to."""
    found = operator.aws.client("events").describe_rule(Name=made(operator, name)["SourceChanges"])
    return json.loads(found["EventPattern"])


def test_the_rule_hears_only_of_the_folder_with_the_originals(operator: Operator) -> None:
    telling(operator, "mixed-photos")
    words = {"SourcePrefix": "photos/", "SourceEvents": "eventbridge"}
    deploy(operator, "folder", ExistingSourceBucket="mixed-photos", **words)
    assert pattern(operator, "folder")["detail"] == {"object": {"key": [{"prefix": "photos/"}]}}


def test_somebody_elses_change_while_we_ask_is_not_overwritten(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling(operator, "busy-photos")
    deploy(operator, "slow", ExistingSourceBucket="busy-photos")
    assert operator.types("adopt", "slow", "--undo", "--yes").exit_code == 0
    theirs: Any = {"EventBridgeConfiguration": {}}

    def confirm(*_: object, **__: object) -> bool:
        operator.account.s3.put_bucket_notification_configuration(
            Bucket="busy-photos", NotificationConfiguration=theirs
        )
        return True

    monkeypatch.setattr("click.confirm", confirm)
    result = operator.types("adopt", "slow")
    assert result.exit_code == 1
    assert "Somebody else has just changed the notifications of busy-photos" in result.output
    told = operator.account.s3.get_bucket_notification_configuration(Bucket="busy-photos")
    assert "QueueConfigurations" not in told


def test_the_stacks_own_bucket_can_become_an_existing_one_and_stays(operator: Operator) -> None:
    deploy(operator, "moving")
    own = made(operator, "moving")["SourceBucket"]
    changes(operator, own, "a.png")
    deploy(operator, "moving", ExistingSourceBucket=own)
    assert "SourceBucket" not in made(operator, "moving")
    assert operator.account.s3.list_objects_v2(Bucket=own)["KeyCount"] == 1
    site = store(operator, "moving", own, "a.png")
    changes(operator, own, "a.png")
    assert until(lambda: not is_stored(operator, site, "a.png"))
