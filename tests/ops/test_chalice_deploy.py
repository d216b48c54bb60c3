"""Plain `chalice deploy`, for people with their own buckets, against moto."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import boto3
import pytest
import urllib3
from moto.server import ThreadedMotoServer

from chalicelib.address.key import MAX_DEPTH
from chalicelib.handing_over import PREFIX_DEPTH
from infra.package import PROJECT
from infra.template import environment
from tests.ops import moto_shims
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"
SHIPPED = ("app.py", "chalicelib", "requirements.txt")
LIBRARY = "imagemagick/lib/libMagickWand.so"


@dataclass(frozen=True)
class Role:
    """A function's permissions, and who may assume its role."""

    allows: Mapping[str, Any]
    trusts: Mapping[str, Any]


@dataclass(frozen=True)
class Function:
    """A deployed function."""

    arn: str
    role: Role
    settings: Mapping[str, Any]
    layers: tuple[str, ...]
    callers: tuple[Mapping[str, Any], ...]

    @property
    def environment(self) -> Mapping[str, str]:
        variables: dict[str, str] = self.settings["Environment"]["Variables"]
        return variables


@dataclass(frozen=True)
class Api:
    """A deployed API: the function of each ``METHOD path``, its endpoint types, its stages."""

    id: str
    methods: Mapping[str, str]
    endpoints: tuple[str, ...]
    stages: tuple[str, ...]


@dataclass(frozen=True)
class Deployed:
    """All resources in the account; layers with the checksum of their content."""

    functions: Mapping[str, Function]
    apis: tuple[Api, ...]
    layers: Mapping[str, str]
    roles: tuple[str, ...]
    queue_handlers: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class History:
    """The resources after a first deployment of `stage`, after a second one, and after its deletion."""

    stage: str
    project: Path
    first: Deployed
    second: Deployed
    deleted: Deployed


@dataclass(frozen=True)
class Account:
    """An account in moto."""

    url: str

    def client(self, service: str) -> Any:
        session: Any = boto3.Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - moto takes any
            region_name="us-east-1",
        )
        return session.client(service, endpoint_url=self.url)

    def deployed(self) -> Deployed:
        """Return all resources at this moment."""
        functions, apis, iam = self.client("lambda"), self.client("apigateway"), self.client("iam")
        return Deployed(
            functions={
                each["FunctionName"]: function(functions, iam, each)
                for each in functions.list_functions()["Functions"]
            },
            apis=tuple(api(apis, each) for each in apis.get_rest_apis()["items"]),
            layers={
                arn: functions.get_layer_version_by_arn(Arn=arn)["Content"]["CodeSha256"]
                for each in functions.list_layers()["Layers"]
                for arn in [each["LatestMatchingVersion"]["LayerVersionArn"]]
            },
            roles=tuple(each["RoleName"] for each in iam.list_roles()["Roles"]),
            queue_handlers=tuple(functions.list_event_source_mappings()["EventSourceMappings"]),
        )

    @property
    def environ(self) -> dict[str, str]:
        """The environment of somebody who is signed in to this account."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {
            **ours,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def attempt(self, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Do `chalice WORDS` in `project`, which may fail."""
        return subprocess.run(  # noqa: S603 - our own arguments
            [sys.executable, "-c", CHALICE, *words],
            cwd=project,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )

    def chalice(self, project: Path, *words: str) -> None:
        """Do `chalice WORDS` in `project`."""
        done = self.attempt(project, *words)
        assert done.returncode == 0, done.stdout + done.stderr


def function(functions: Any, iam: Any, settings: Mapping[str, Any]) -> Function:
    name, role = settings["FunctionName"], settings["Role"].rpartition("/")[2]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    allows = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    trusts = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    try:
        callers = json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
    except functions.exceptions.ResourceNotFoundException:
        callers = []
    layers = tuple(layer["Arn"] for layer in settings.get("Layers", []))
    return Function(settings["FunctionArn"], Role(allows, trusts), settings, layers, tuple(callers))


def api(apis: Any, settings: Mapping[str, Any]) -> Api:
    identity = {"restApiId": settings["id"]}
    methods = {
        f"{method} {each['path']}": apis.get_integration(
            **identity, resourceId=each["id"], httpMethod=method
        )["uri"]
        for each in apis.get_resources(**identity, limit=500)["items"]
        for method in each.get("resourceMethods", {})
    }
    return Api(
        settings["id"],
        methods,
        tuple(settings["endpointConfiguration"]["types"]),
        tuple(stage["stageName"] for stage in apis.get_stages(**identity)["item"]),
    )


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with pytest.MonkeyPatch.context() as patch:
        moto_shims.install(patch)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        try:
            yield Account("http://{}:{}".format(*server.get_host_and_port()))
        finally:
            server.stop()


@pytest.fixture(scope="module", params=["dev", "prod"])
def history(
    request: pytest.FixtureRequest, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> History:
    """The life of a stage, in a separate checkout with a stand-in for ImageMagick."""
    stage = request.param
    project = settled(checkout(tmp_path_factory.mktemp(stage)))
    account.chalice(project, "deploy", "--stage", stage)
    first = account.deployed()
    copy_layers(project, PROJECT)
    account.chalice(project, "deploy", "--stage", stage)
    second = account.deployed()
    account.chalice(project, "delete", "--stage", stage)
    return History(stage, project, first, second, account.deployed())


def copy_layers(source: Path, target: Path) -> None:
    """Copy the layers in Chalice's cache, so that the requirements are downloaded only once."""
    kept, copies = (project / ".chalice" / "deployments" for project in (source, target))
    copies.mkdir(exist_ok=True)
    for layer in kept.glob("managed-layer-*.zip"):
        if not (copies / layer.name).exists():
            on_its_way = copies / f"{layer.name}.{os.getpid()}"
            shutil.copy(layer, on_its_way)
            on_its_way.rename(copies / layer.name)


def checkout(project: Path) -> Path:
    """Return `project` with all files that ship, and with the packaged requirements of this checkout."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in SHIPPED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=ignore)
        else:
            shutil.copy(source, project)
    ignore = shutil.ignore_patterns("deployed", "deployments")
    shutil.copytree(PROJECT / ".chalice", project / ".chalice", ignore=ignore)
    copy_layers(PROJECT, project)
    library = project / "vendor" / LIBRARY
    library.parent.mkdir(parents=True)
    library.write_bytes(b"\x7fELF".ljust(18, b"\0") + b"\x3e\0 a shared library for x86_64")
    return project


def settled(project: Path) -> Path:
    """Return `project` with names of one's own where the configuration has placeholders."""
    for file in (project / ".chalice").glob("*.json"):
        written = file.read_text().replace("your-", "shop-").replace("img.example.com", "img.shop.test")
        file.write_text(written)
    return project


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_checkout_as_it_comes_is_refused_in_words_and_nothing_is_made(
    account: Account, tmp_path: Path, stage: str
) -> None:
    project = checkout(tmp_path)
    shutil.rmtree(project / "vendor")
    before = account.deployed()
    refused = account.attempt(project, "deploy", "--stage", stage)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: The stage {stage} cannot be deployed:\n")
    assert f"SITE_BUCKET: your-{stage}-site is a placeholder" in refused.stderr
    assert f".chalice/policy-{stage}.json: your-{stage}-originals is a placeholder" in refused.stderr
    assert "There is no vendor/imagemagick" in refused.stderr
    assert account.deployed() == before


def test_a_stage_that_is_no_longer_wanted_can_be_deleted_whatever_it_says(
    account: Account, tmp_path: Path
) -> None:
    account.chalice(checkout(tmp_path), "delete", "--stage", "dev")


def test_the_functions_are_the_app_and_the_doctors_inspection_and_no_queue_handler(history: History) -> None:
    app = f"resize404-{history.stage}"
    assert set(history.first.functions) == {app, f"{app}-inspect"}
    assert history.first.queue_handlers == ()


def test_the_functions_have_the_environment_of_their_stage(history: History) -> None:
    expected = environment(history.project, history.stage)
    assert [each.environment for each in history.first.functions.values()] == [expected] * 2


def test_the_app_has_the_time_and_memory_that_rendering_takes(history: History) -> None:
    settings = history.first.functions[f"resize404-{history.stage}"].settings
    assert (settings["Timeout"], settings["MemorySize"], settings["Handler"]) == (28, 1769, "app.app")


def test_the_functions_have_only_the_permissions_of_the_policy_file(history: History) -> None:
    policy = json.loads((history.project / ".chalice" / f"policy-{history.stage}.json").read_text())
    for each in history.first.functions.values():
        assert each.role.allows == policy
        (statement,) = each.role.trusts["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_every_depth_of_a_key_has_a_route_for_get_and_head(history: History) -> None:
    (api,) = history.first.apis
    paths = ["/resize/{variant}"]
    for level in range(1, MAX_DEPTH + 2 + PREFIX_DEPTH):
        paths.append(f"{paths[-1]}/{{level{level}}}")
    assert set(api.methods) == {f"{method} {path}" for method in ("GET", "HEAD") for path in paths}
    app = history.first.functions[f"resize404-{history.stage}"]
    assert all(f"/functions/{app.arn}/invocations" in target for target in api.methods.values())


def test_the_api_is_regional_and_has_its_stage(history: History) -> None:
    (api,) = history.first.apis
    assert (api.endpoints, api.stages) == (("REGIONAL",), ("api",))


def test_only_this_api_may_call_the_app(history: History) -> None:
    (api,) = history.first.apis
    app, inspect = (history.first.functions[f"resize404-{history.stage}{name}"] for name in ("", "-inspect"))
    (caller,) = app.callers
    assert (caller["Action"], caller["Principal"]) == (
        "lambda:InvokeFunction",
        {"Service": "apigateway.amazonaws.com"},
    )
    assert caller["Condition"]["ArnLike"]["AWS:SourceArn"].endswith(f":{api.id}/*")
    assert inspect.callers == ()


def test_imagemagick_and_wand_are_in_a_layer_beneath_the_functions(history: History) -> None:
    (layer,) = history.first.layers
    packaged = {
        b64encode(sha256(archive.read_bytes()).digest()).decode(): archive
        for archive in (history.project / ".chalice" / "deployments").glob("managed-layer-*.zip")
    }
    archive = packaged[history.first.layers[layer]]
    names = {name.partition("/site-packages/")[2] for name in ZipFile(archive).namelist()}
    assert f":resize404-{history.stage}-managed-layer:" in layer
    assert all(each.layers == (layer,) for each in history.first.functions.values())
    assert {LIBRARY, "wand/image.py"} <= names


def test_deploying_again_changes_only_the_deployed_code(history: History) -> None:
    first, second = history.first, history.second
    assert [each.arn for each in second.functions.values()] == [each.arn for each in first.functions.values()]
    assert [each.role for each in second.functions.values()] == [
        each.role for each in first.functions.values()
    ]
    assert second.apis == first.apis
    assert second.roles == first.roles
    # Chalice publishes the layer anew, the same content under another number, and deletes the one before.
    assert [*second.layers.values()] == [*first.layers.values()]
    assert all(each.layers == tuple(second.layers) for each in second.functions.values())


@pytest.fixture
def local(account: Account, tmp_path: Path) -> Iterator[str]:
    """`chalice local`, as docs/deploying.md shows it: the address of the app on this machine."""
    project = settled(checkout(tmp_path))
    shutil.rmtree(project / "vendor")
    port = free_port()
    words = ["local", "--stage", "dev", "--port", str(port), "--no-autoreload"]
    with subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, "-c", CHALICE, *words],
        cwd=project,
        env=account.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as serving:
        try:
            assert until(lambda: serving.poll() is not None or answers(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            serving.kill()


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_chalice_local_makes_variants_of_ones_own_originals(account: Account, local: str) -> None:
    s3 = account.client("s3")
    for bucket in ("shop-dev-originals", "shop-dev-site"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="shop-dev-originals", Key="a/photo.png", Body=png())
    answer = urllib3.request("GET", f"{local}/resize/300x200/a/photo.png", redirect=False)
    assert answer.status == 302
    assert answer.headers["Location"].endswith("amazonaws.com/300x200/a/photo.png")
    stored = s3.get_object(Bucket="shop-dev-site", Key="300x200/a/photo.png")
    assert stored["ContentType"] == "image/png"


def test_deleting_leaves_nothing(history: History) -> None:
    assert history.deleted == Deployed({}, (), {}, (), ())
