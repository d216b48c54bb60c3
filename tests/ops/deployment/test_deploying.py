"""`python -m ops deploy`, against the emulator."""

from __future__ import annotations

import json
import re
import shutil
import time
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from botocore.exceptions import ClientError

from chalicelib.version import VERSION
from infra import package as packaging
from infra import release
from infra.package import Package
from ops import account, doctor
from ops.deployment import change_sets, events, front_page, stack
from ops.doctor import CannotExamine
from ops.terminal.failures import Refused
from tests.ops.conftest import ARTIFACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.ops.conftest import Operator


def parameters(operator: Operator, name: str) -> Mapping[str, str]:
    found = stack.find(operator.account.cloudformation, name)
    assert found
    return {entry["ParameterKey"]: entry["ParameterValue"] for entry in found["Parameters"]}


def environment(operator: Operator, name: str) -> Mapping[str, str]:
    cloudformation = operator.account.cloudformation
    made = cloudformation.describe_stack_resource(StackName=name, LogicalResourceId="APIHandler")
    function = made["StackResourceDetail"]["PhysicalResourceId"]
    found: Any = operator.aws.client("lambda").get_function_configuration(FunctionName=function)
    variables: dict[str, str] = found["Environment"]["Variables"]
    return variables


def pending(operator: Operator, name: str) -> list[str]:
    """Return the change sets that can still be executed."""
    sets = operator.account.cloudformation.list_change_sets(StackName=name)["Summaries"]
    return [each["ChangeSetId"] for each in sets if each["ExecutionStatus"] != "EXECUTE_COMPLETE"]


def site_policy(operator: Operator, name: str) -> str:
    cloudformation = operator.account.cloudformation
    made = cloudformation.describe_stack_resource(StackName=name, LogicalResourceId="SiteBucket")
    bucket = made["StackResourceDetail"]["PhysicalResourceId"]
    return operator.aws.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]


def spoil(package: Package, folder: Path, **properties: object) -> Package:
    """Return `package` with one more resource with these properties."""
    document = json.loads(package.template.read_text())
    document["Resources"]["DistributionId"] = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": "none", **properties},
    }
    spoiled = folder / "sam.json"
    spoiled.write_text(json.dumps(document))
    return Package(spoiled, package.bundle, package.layer)


@pytest.fixture
def spoiled(
    operator: Operator, packaged: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """With this fixture, the package has a resource that cannot be made."""
    assert operator
    with monkeypatch.context() as planted:
        package = spoil(packaged, tmp_path, Type="SecureString")
        planted.setattr(packaging, "package", lambda _: package)
        yield


def test_a_first_deployment_makes_a_site_and_prints_an_img_tag(operator: Operator) -> None:
    result = operator.deploys("first", "--yes")
    assert result.exit_code == 0, result.output
    assert "+ Add" in result.output
    assert "✓ Distribution  AWS::CloudFront::Distribution  CREATE_COMPLETE" in result.output
    assert '<img src="https://' in result.output
    assert operator.status("first") == "CREATE_COMPLETE"


def test_a_release_is_deployed_as_it_is_and_nothing_is_packaged(
    operator: Operator, packaged: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in filter(None, (packaged.template, packaged.bundle, packaged.layer)):
        shutil.copy(file, tmp_path)
    (tmp_path / release.BILL).write_text("{}")
    release.seal(tmp_path)
    monkeypatch.setattr(packaging, "package", None)
    result = operator.deploys("released", "--yes", "--release", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert stack.outputs(operator.account.cloudformation, "released").version == VERSION
    (tmp_path / "deployment.zip").write_bytes(b"of somebody else")
    result = operator.deploys("released", "--yes", "--release", str(tmp_path))
    assert result.exit_code == 1
    assert "deployment.zip is not as it was released" in result.output


def test_a_new_site_has_a_page_at_its_root_and_the_owners_own_stays(operator: Operator) -> None:
    operator.deploys("fronted", "--yes")
    s3 = operator.account.s3
    site = stack.outputs(operator.account.cloudformation, "fronted").site_bucket
    ours = s3.get_object(Bucket=site, Key=front_page.KEY)["Body"].read()
    s3.put_object(Bucket=site, Key=front_page.KEY, Body=b"my own page")
    again = operator.deploys("fronted", "--yes")
    assert ours == front_page.PAGE.read_bytes()
    assert again.exit_code == 0, again.output
    assert s3.get_object(Bucket=site, Key=front_page.KEY)["Body"].read() == b"my own page"


def test_the_playground_comes_and_goes_with_its_parameter(operator: Operator) -> None:
    came = operator.deploys("tried", "--yes", "--parameter", "Playground=a.jpg")
    assert "The playground is there." in came.output, came.output
    s3, cloudformation = operator.account.s3, operator.account.cloudformation
    outputs = stack.outputs(cloudformation, "tried")
    assert outputs.playground_url == f"{outputs.site_url}/playground/"
    assert outputs.playground_url in came.output
    page = s3.list_objects_v2(Bucket=outputs.site_bucket, Prefix="playground/")
    assert "playground/index.html" in {entry["Key"] for entry in page["Contents"]}
    went = operator.deploys("tried", "--yes", "--parameter", "Playground=")
    assert went.exit_code == 0, went.output
    assert "playground" not in went.output.replace("Playground", "")
    assert not s3.list_objects_v2(Bucket=outputs.site_bucket, Prefix="playground/").get("Contents")


def test_credentials_that_may_not_put_the_page_deploy_all_the_same(
    operator: Operator, standing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "PutObject")

    monkeypatch.setattr(front_page, "put", refuse)
    result = operator.deploys(standing)
    assert result.exit_code == 0, result.output
    assert (
        "The page at the root of the site could not be put there: These credentials may not PutObject."
        in (result.output)
    )


def test_everything_that_it_makes_has_our_tags(operator: Operator, standing: str) -> None:
    found = stack.find(operator.account.cloudformation, standing)
    assert found
    assert found["Tags"] == [{"Key": "application", "Value": "resize404"}]


def test_tags_are_added_and_stay_until_they_are_given_anew(operator: Operator) -> None:
    def tags() -> dict[str, str]:
        found = stack.find(operator.account.cloudformation, "tagged")
        assert found
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]}

    operator.deploys("tagged", "--yes", "--tag", "team=web", "--tag", "cost=a=b")
    assert tags() == {"application": "resize404", "team": "web", "cost": "a=b"}
    changed = ("--parameter", "AllowedDimensions=10x10", "--tag", "team=shop", "--tag", "application=mine")
    assert operator.deploys("tagged", "--yes", *changed).exit_code == 0
    assert tags() == {"application": "resize404", "team": "shop", "cost": "a=b"}


def test_cloudformation_acts_as_the_role_that_is_named(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting: list[object] = []

    def propose(*_: object, role_arn: str, **__: object) -> NoReturn:
        acting.append(role_arn)
        raise Refused("enough")

    monkeypatch.setattr(change_sets, "propose", propose)
    role = "arn:aws:iam::000000000000:role/teams/deployer"
    operator.deploys("acting", "--yes", "--role-arn", role)
    assert acting == [role]
    refused = operator.deploys("acting", "--yes", "--role-arn", "deployer")
    assert (refused.exit_code, "a role's ARN is needed" in refused.output) == (2, True)


def test_the_bucket_for_artifacts_is_private_encrypted_and_deletes_old_templates(operator: Operator) -> None:
    operator.deploys("unwanted", answers="n\n")
    s3 = operator.aws.client("s3")
    block = s3.get_public_access_block(Bucket=ARTIFACTS)["PublicAccessBlockConfiguration"]
    (rule,) = s3.get_bucket_encryption(Bucket=ARTIFACTS)["ServerSideEncryptionConfiguration"]["Rules"]
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=ARTIFACTS)["Rules"]
    assert set(block.values()) == {True}
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert {each["ID"] for each in lifecycle} == {"templates", "unfinished uploads"}


def test_a_bucket_for_artifacts_can_be_named(operator: Operator) -> None:
    s3 = operator.aws.client("s3")
    s3.create_bucket(Bucket="my-artifacts")
    operator.deploys("unwanted", "--artifacts", "my-artifacts", answers="n\n")
    assert s3.list_objects_v2(Bucket="my-artifacts")["KeyCount"] >= 2


def test_a_missing_bucket_for_artifacts_is_reported(operator: Operator) -> None:
    result = operator.deploys("nowhere", "--yes", "--artifacts", "no-such-bucket")
    assert result.exit_code == 1
    assert "The bucket does not exist." in result.output
    assert operator.status("nowhere") is None


def test_deploying_the_same_again_changes_nothing(operator: Operator, standing: str) -> None:
    cloudformation = operator.account.cloudformation
    before = events.latest(cloudformation, standing)
    result = operator.deploys(standing)  # asks nothing, as there is nothing to ask
    assert result.exit_code == 0, result.output
    assert "There is nothing to change." in result.output
    assert '<img src="https://' in result.output
    assert events.latest(cloudformation, standing) == before
    assert pending(operator, standing) == []


def test_a_changed_parameter_leaves_the_others_as_they_are(operator: Operator) -> None:
    operator.deploys("shop", "--yes", "--parameter", "RedirectStatus=307")
    policy = site_policy(operator, "shop")
    assert "aws:Referer" in policy
    result = operator.deploys("shop", "--yes", "--parameter", "AllowedDimensions=100x100,200x")
    assert result.exit_code == 0, result.output
    assert re.search(r"~ Modify +APIHandler +AWS::Lambda::Function", result.output)
    assert environment(operator, "shop")["ALLOWED_DIMENSIONS"] == "100x100,200x"
    assert environment(operator, "shop")["REDIRECT_STATUS"] == "307"
    assert site_policy(operator, "shop") == policy, "the secret has changed"
    assert "RedirectStatus stays '307'; the template's default is now '302'." in result.output


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param("n\n", "Nothing was changed.", id="no"),
        pytest.param("", "Aborted!", id="no terminal to answer"),
    ],
)
def test_a_declined_first_deployment_leaves_no_stack(answers: str, said: str, operator: Operator) -> None:
    result = operator.deploys("unwanted", answers=answers)
    assert result.exit_code == 1
    assert said in result.output
    assert operator.status("unwanted") is None


def test_a_stack_that_somebody_else_made_meanwhile_is_not_deleted(operator: Operator) -> None:
    cloudformation = operator.account.cloudformation
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    made = cloudformation.create_change_set(
        StackName="raced", ChangeSetName="unwanted", ChangeSetType="CREATE", TemplateBody=template
    )
    unwanted = change_sets.ChangeSet(made["Id"], made["StackId"], makes_the_stack=True, changes=())
    assert operator.deploys("raced", "--yes").exit_code == 0
    change_sets.discard(cloudformation, unwanted)
    assert operator.status("raced") == "CREATE_COMPLETE"


def test_a_declined_change_leaves_the_stack_as_it_is(operator: Operator, standing: str) -> None:
    result = operator.deploys(standing, "--parameter", "LogRetentionDays=7", answers="n\n")
    assert (result.exit_code, operator.status(standing)) == (1, "CREATE_COMPLETE")
    assert parameters(operator, standing)["LogRetentionDays"] == "30"
    assert pending(operator, standing) == []


def test_a_deployment_that_was_aborted_before_its_question_does_not_block_the_next(
    operator: Operator,
) -> None:
    operator.account.cloudformation.create_change_set(
        StackName="begun",
        ChangeSetName="left-alone",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}),
    )
    assert operator.status("begun") == "REVIEW_IN_PROGRESS"
    result = operator.deploys("begun", "--yes")
    assert (result.exit_code, operator.status("begun")) == (0, "CREATE_COMPLETE"), result.output


def test_the_parameters_of_a_stack_that_was_never_made_are_not_kept(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []

    def propose(_client: object, _name: str, _url: str, wanted: Any, *, new: bool, **_: object) -> None:
        sent.extend(wanted)
        raise Refused(f"new: {new}")

    left = {"StackStatus": "REVIEW_IN_PROGRESS", "Parameters": [{"ParameterKey": "KeyPrefix"}]}
    monkeypatch.setattr(stack, "find", lambda *_: left)
    monkeypatch.setattr(change_sets, "propose", propose)
    assert "new: True" in operator.deploys("begun", "--yes").output
    assert [each["ParameterKey"] for each in sent] == ["RefererSecret"]
    assert not [each for each in sent if "UsePreviousValue" in each]


def test_cloudfront_forgets_what_came_the_other_way_when_the_delivery_changes(operator: Operator) -> None:
    def told() -> list[list[str]]:
        distribution = stack.outputs(operator.account.cloudformation, "turned").distribution_id
        cloudfront = operator.aws.client("cloudfront")
        listed = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"]
        found = [
            cloudfront.get_invalidation(DistributionId=distribution, Id=each["Id"])
            for each in listed.get("Items", [])
        ]
        return [each["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for each in found]

    operator.deploys("turned", "--yes")
    operator.deploys("turned", "--yes", "--parameter", "RedirectStatus=307")
    assert told() == []
    for changes, delivery in enumerate(("failover", "failover", "redirect")):
        result = operator.deploys("turned", "--yes", "--parameter", f"Delivery={delivery}")
        assert result.exit_code == 0, result.output
        assert told() == [["/*"]] * (2 if changes == 2 else 1)


@pytest.mark.parametrize(
    ("blocks", "refused"),
    [
        pytest.param({"BlockPublicAcls", "IgnorePublicAcls"}, False, id="lists alone"),
        pytest.param({"BlockPublicPolicy"}, True, id="new policies"),
        pytest.param({"RestrictPublicBuckets"}, True, id="all policies"),
    ],
)
def test_an_account_that_forbids_public_policies_is_refused_before_anything_is_made(
    blocks: set[str], refused: object, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.deployment.deploying.account_blocks", lambda _: frozenset(blocks))
    result = operator.deploys("private", answers="n\n")
    said = f"account 000000000000 ({', '.join(blocks)})" in result.output
    assert (said, result.exit_code, operator.status("private")) == (refused, 1, None), result.output
    assert ("--parameter Delivery=failover, which needs no public bucket" in result.output) is refused


def test_such_an_account_can_have_a_private_bucket_and_keeps_it(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.deployment.deploying.account_blocks", lambda _: frozenset({"BlockPublicPolicy"}))
    first = operator.deploys("behind", "--parameter", "Delivery=failover", "--yes")
    assert (first.exit_code, operator.status("behind")) == (0, "CREATE_COMPLETE"), first.output
    assert operator.deploys("behind", "--yes").exit_code == 0
    refused = operator.deploys("behind", "--parameter", "Delivery=redirect", "--yes")
    assert (refused.exit_code, "Block Public Access is on" in refused.output) == (1, True)


@pytest.mark.usefixtures("spoiled")
def test_a_failed_first_deployment_names_the_resource_and_leaves_nothing(operator: Operator) -> None:
    before = operator.belongings() | {f"s3 {ARTIFACTS}"}
    result = operator.deploys("broken", "--yes")
    assert result.exit_code == 1
    assert "The stack broken is ROLLBACK_COMPLETE. DistributionId (AWS::SSM::Parameter): " in result.output
    assert "SecureString" in result.output.splitlines()[-2]
    assert result.output.splitlines()[-1] == "Fix the cause, then deploy again."
    assert operator.status("broken") is None
    assert operator.belongings() <= before


def test_the_next_deployment_deletes_the_rest_of_a_failed_first_one(
    operator: Operator, request: pytest.FixtureRequest, packaged: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue("spoiled")
    refused = operator.deploys("mended", answers="y\nn\n")  # make it; leave what is left of it
    assert "python -m ops destroy mended" in refused.output
    assert operator.status("mended") == "ROLLBACK_COMPLETE"
    monkeypatch.setattr(packaging, "package", lambda _: packaged)
    again = operator.deploys("mended", answers="y\ny\n")  # delete what is left; make it
    assert "The first deployment of mended failed. Delete what is left of it?" in again.output
    assert (again.exit_code, operator.status("mended")) == (0, "CREATE_COMPLETE"), again.output


def test_a_failed_change_is_rolled_back_and_names_the_resource(
    operator: Operator, request: pytest.FixtureRequest
) -> None:
    operator.deploys("solid", "--yes")
    request.getfixturevalue("spoiled")
    result = operator.deploys("solid", "--yes")
    assert result.exit_code == 1
    assert "solid is UPDATE_ROLLBACK_COMPLETE. DistributionId (AWS::SSM::Parameter): " in result.output
    assert "The stack is as it was before." in result.output
    assert operator.status("solid") == "UPDATE_ROLLBACK_COMPLETE"


def test_after_a_rolled_back_change_the_previous_version_can_be_deployed(
    operator: Operator, request: pytest.FixtureRequest, packaged: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.deploys("steady", "--yes")
    request.getfixturevalue("spoiled")
    assert operator.deploys("steady", "--yes").exit_code == 1
    monkeypatch.setattr(packaging, "package", lambda _: packaged)
    result = operator.deploys("steady")
    assert result.exit_code == 0, result.output
    assert "There is nothing to change." in result.output
    assert '<img src="https://' in result.output


class Reviewed:
    """A fake CloudFormation with a finished change set of this outcome."""

    def __init__(self, status: str, reason: str = "") -> None:
        self.answer = {"Status": status, "StatusReason": reason, "Changes": []}
        self.deleted: list[str] = []
        self.ordered: dict[str, object] = {}

    def create_change_set(self, **ordered: object) -> dict[str, str]:
        self.ordered = ordered
        return {"Id": "set", "StackId": "stack"}

    def describe_change_set(self, **_: object) -> dict[str, Any]:
        return self.answer

    def delete_change_set(self, *, ChangeSetName: str) -> None:  # noqa: N803 - boto3's own
        self.deleted.append(ChangeSetName)


@pytest.mark.parametrize(
    ("status", "reason", "empty"),
    [
        pytest.param("CREATE_COMPLETE", "", False, id="outputs alone"),
        pytest.param("FAILED", "The submitted information didn't contain changes.", True, id="nothing"),
        pytest.param("FAILED", "No updates are to be performed.", True, id="nothing after the transform"),
    ],
)
def test_a_change_set_without_resources_may_change_outputs(status: str, reason: str, empty: object) -> None:
    reviewed: Any = Reviewed(status, reason)
    proposed = change_sets.propose(reviewed, "shop", "https://template", [], new=False)
    assert (proposed.changes, proposed.is_empty) == ((), empty)
    assert reviewed.deleted == (["set"] if empty else [])


@pytest.mark.parametrize("role", [None, "arn:aws:iam::000000000000:role/deployer"])
def test_a_change_set_names_a_role_only_if_there_is_one(role: str | None) -> None:
    reviewed: Any = Reviewed("CREATE_COMPLETE")
    change_sets.propose(reviewed, "shop", "https://template", [], new=True, role_arn=role)
    assert reviewed.ordered.get("RoleARN") == role
    assert ("RoleARN" in reviewed.ordered) == (role is not None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("AllowedDimensions=100", "ALLOWED_DIMENSIONS='100'", id="a value that the app refuses"),
        pytest.param(
            "AlowedDimensions=1x1", "no parameter AlowedDimensions. The parameters are", id="a misspelt one"
        ),
        pytest.param("AllowedDimensions", "not of the form Key=Value", id="no value"),
        pytest.param("SigningKeys=k1:short", "SIGNING_KEYS: The secret of k1 needs", id="a secret, unseen"),
        pytest.param("SigningKeys=@/nowhere/keys", "/nowhere/keys cannot be read", id="a missing file"),
        pytest.param(
            "LogRetentionDays=2", "LogRetentionDays='2': One of these is needed: 1, 3", id="a number"
        ),
        pytest.param("RenderTimeout=60", "RenderTimeout='60': A number from 1 to 25", id="a time too long"),
        pytest.param("AlarmEmail=nobody", "AlarmEmail='nobody': One e-mail address", id="no address"),
    ],
)
def test_parameters_are_refused_before_anything_is_packaged(
    given: str, said: str, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "package", None)
    result = operator.deploys("refused", "--yes", "--parameter", given)
    assert result.exit_code in {1, 2}
    assert said in result.output
    assert operator.status("refused") is None


def test_a_value_may_be_in_a_file_so_that_no_secret_is_among_the_arguments(
    operator: Operator, tmp_path: Path
) -> None:
    (tmp_path / "keys").write_text("k1:0123456789abcde \n")
    result = operator.deploys("refused", "--yes", "--parameter", f"SigningKeys=@{tmp_path / 'keys'}")
    assert result.exit_code == 1
    assert "The secret of k1 needs at least 16 characters" in result.output
    assert "0123456789" not in result.output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my_shop", "Did you mean 'my-shop'?"),
        ("shop.example.com", "Did you mean 'shop-example-com'?"),
        ("2shop", "a letter first."),
        ("", "a letter first."),
    ],
)
def test_what_cannot_name_a_stack_is_refused_before_anything_is_packaged(
    name: str, said: str, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "package", None)
    result = operator.deploys(name, "--yes")
    assert result.exit_code == 1
    assert "is no name of a stack" in result.output
    assert said in result.output


def test_a_name_that_is_too_long_for_cloudfront_is_refused(operator: Operator) -> None:
    result = operator.deploys("a" * 101, "--yes")
    assert result.exit_code == 1
    assert "at most 100 characters" in result.output


def test_another_applications_stack_is_refused(operator: Operator) -> None:
    queue = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    operator.account.cloudformation.create_stack(StackName="foreign", TemplateBody=json.dumps(queue))
    result = operator.deploys("foreign", "--yes")
    assert result.exit_code == 1
    assert "is not a resize404 stack" in result.output


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param("UPDATE_IN_PROGRESS", "Wait until it has finished", id="something is being done to it"),
        pytest.param("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback", id="stuck"),
        pytest.param("DELETE_FAILED", "python -m ops destroy shop", id="half gone"),
    ],
)
def test_a_stack_that_cannot_be_updated_is_refused_with_a_remedy(
    status: str, said: str, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = [{"Key": key, "Value": value} for key, value in change_sets.TAGS.items()]
    monkeypatch.setattr(stack, "find", lambda *_: {"StackStatus": status, "StackId": "id", "Tags": tags})
    result = operator.deploys("shop", "--yes")
    assert result.exit_code == 1
    assert status in result.output
    assert said in result.output


def test_ctrl_c_ends_the_command_but_not_the_deployment(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> Iterator[events.Event]:
        raise KeyboardInterrupt

    monkeypatch.setattr(events, "follow", interrupted)
    result = operator.deploys("left-alone", "--yes")
    assert result.exit_code == 130
    assert "CloudFormation continues with the stack left-alone." in result.output
    deadline = time.monotonic() + 20
    while operator.status("left-alone") != "CREATE_COMPLETE" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert operator.status("left-alone") == "CREATE_COMPLETE"


def test_credentials_that_expire_meanwhile_do_not_count_as_a_failed_stack(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(*_: object, **__: object) -> Iterator[events.Event]:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "no"}}, "DescribeStacks")

    monkeypatch.setattr(events, "follow", expired)
    result = operator.deploys("signed-out", "--yes")
    assert result.exit_code == 1
    assert "The AWS credentials have expired." in result.output
    assert "CloudFormation continues with the stack signed-out." in result.output


def test_with_json_only_the_outputs_go_to_stdout(operator: Operator, standing: str) -> None:
    result = operator.deploys(standing, "--yes", "--json")
    outputs = json.loads(result.stdout)
    assert outputs["site_url"].startswith("https://")
    assert outputs["source_bucket"].startswith("resize404-source-")
    assert "Stack standing in account" in result.stderr


def test_without_imagemagick_nothing_is_deployed_to_aws_itself(
    operator: Operator, packaged: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.Account, "is_rehearsal", False)
    monkeypatch.setattr(packaging, "package", lambda _: Package(packaged.template, packaged.bundle, None))
    result = operator.deploys("pictureless", "--yes")
    assert result.exit_code == 1
    assert packaging.NO_IMAGEMAGICK in result.output
    assert operator.status("pictureless") is None


def test_the_doctor_examines_the_site_last(
    operator: Operator, standing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine_stack(_session: object, name: str) -> doctor.Diagnosis:
        raise CannotExamine(f"{name} is too dark.")

    monkeypatch.setattr(doctor, "examine_stack", examine_stack)
    result = operator.types("deploy", standing, "--yes")
    assert result.exit_code == 0, result.output
    last = result.output.splitlines()[-1]
    assert last == "The doctor could not examine the site: standing is too dark."
