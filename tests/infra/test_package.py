"""Packaging, and its messages for failures."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from infra import bytecode, template_check
from infra import package as packaging
from infra.__main__ import main
from infra.package import PROJECT, PackagingFailed, package
from infra.runtime import unpacked_code

THIS_TAG = str(sys.implementation.cache_tag)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Another checkout of the project, in a folder with a space in its name, without a cache."""
    copy = tmp_path / "another checkout"
    shutil.copytree(PROJECT / ".chalice", copy / ".chalice", ignore=shutil.ignore_patterns("deploy*"))
    shutil.copytree(PROJECT / "chalicelib", copy / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "requirements.txt"):
        shutil.copy(PROJECT / name, copy / name)
    return copy


def configure(checkout: Path, **environment: str) -> None:
    file = checkout / ".chalice" / "config.json"
    config = json.loads(file.read_text())
    config["environment_variables"].update(environment)
    file.write_text(json.dumps(config))


def reuse_requirements(checkout: Path) -> None:
    """Give the checkout this checkout's packaged requirements, so that nothing is downloaded."""
    shutil.copytree(PROJECT / ".chalice" / "deployments", checkout / ".chalice" / "deployments")


def bring_imagemagick(checkout: Path) -> None:
    """Give the checkout a stand-in for Lambda's ImageMagick."""
    library = checkout / "vendor" / "imagemagick" / "lib" / "libMagickWand-6.Q16.so"
    library.parent.mkdir(parents=True)
    library.write_bytes(b"a library")
    library.chmod(0o700)


def names(archive: Path | None) -> set[str]:
    assert archive is not None
    with ZipFile(archive) as opened:
        return set(opened.namelist())


def resources(made: packaging.Package) -> dict[str, Any]:
    return dict(json.loads(made.template.read_text())["Resources"])


def test_the_bundle_contains_only_the_app(packaged: packaging.Package) -> None:
    held = names(packaged.bundle)
    assert {"app.py", "chalicelib/errors.py", "chalicelib/codecs/magick/policy.xml"} <= held
    assert {name.split("/")[0] for name in held} - {"__pycache__"} == {"app.py", "chalicelib"}


def test_the_bundle_stays_small_enough_to_be_uploaded_in_a_moment(packaged: packaging.Package) -> None:
    with ZipFile(packaged.bundle) as bundle:
        sources = [each.compress_size for each in bundle.infolist() if not each.filename.endswith(".pyc")]
    assert sum(sources) < 230_000
    assert packaged.bundle.stat().st_size < 1_000_000, "with bytecode, if there is any"


def test_the_bytecode_is_that_of_the_runtime_or_there_is_none(packaged: packaging.Package) -> None:
    modules, compiled = of_kind(packaged, ".py"), of_kind(packaged, ".pyc")
    if bytecode.compiler("python3.13"):
        assert {source_of(name) for name in compiled} <= modules
        assert {name for name in modules if name.startswith(("app.py", "chalicelib/", "python/wand/"))} <= {
            source_of(name) for name in compiled
        }
        assert all(name.endswith(".cpython-313.pyc") for name in compiled)
    else:
        assert not compiled


def of_kind(made: packaging.Package, ending: str) -> set[str]:
    return {name for name in names(made.bundle) | names(made.layer) if name.endswith(ending)}


def source_of(bytecode_path: str) -> str:
    return importlib.util.source_from_cache(bytecode_path.replace("cpython-313", THIS_TAG))


def test_the_layer_has_the_requirements_without_the_sdk_where_every_python_finds_them(
    packaged: packaging.Package,
) -> None:
    held = names(packaged.layer)
    assert {"python/wand/image.py", "python/chalice/app.py"} <= held
    assert {name.split("/")[0] for name in held} == {"python"}
    assert not [name for name in held if name.startswith(("python/boto3/", "python/botocore/"))]


def test_every_function_has_the_layer_and_the_layer_has_their_runtime(packaged: packaging.Package) -> None:
    made = resources(packaged).values()
    functions = [each["Properties"] for each in made if each["Type"] == "AWS::Serverless::Function"]
    assert functions
    assert [function["Layers"] for function in functions] == [[{"Ref": "ManagedLayer"}]] * len(functions)
    layer = resources(packaged)["ManagedLayer"]["Properties"]
    assert set(layer["CompatibleRuntimes"]) == {function["Runtime"] for function in functions}


def test_the_layer_is_deleted_with_its_stack(packaged: packaging.Package) -> None:
    (layer,) = (
        resource
        for resource in template_check.translate(packaged.template)["Resources"].values()
        if resource["Type"] == "AWS::Lambda::LayerVersion"
    )
    assert layer["DeletionPolicy"] == "Delete"


@pytest.mark.usefixtures("packaged")
def test_any_checkout_can_be_packaged(checkout: Path, tmp_path: Path) -> None:
    reuse_requirements(checkout)
    made = package(tmp_path / "out", project=checkout)
    assert "app.py" in names(made.bundle)
    assert "Distribution" in resources(made)


def test_another_checkout_makes_the_same_bytes(
    packaged: packaging.Package, checkout: Path, tmp_path: Path
) -> None:
    reuse_requirements(checkout)
    for number, file in enumerate(sorted(checkout.rglob("*.py"))):
        os.utime(file, (number, number))
        file.chmod(0o600)
    made = package(tmp_path / "out", project=checkout)
    assert made.bundle.read_bytes() == packaged.bundle.read_bytes()


def test_the_layer_contains_imagemagick(checkout: Path, tmp_path: Path) -> None:
    bring_imagemagick(checkout)
    (checkout / "requirements.txt").write_text("")  # so that PyPI is not asked for them
    made = package(tmp_path / "out", project=checkout)
    assert made.has_imagemagick
    assert made.layer
    with ZipFile(made.layer) as layer:
        library = layer.getinfo("python/imagemagick/lib/libMagickWand-6.Q16.so")
    assert stat.filemode(library.external_attr >> 16) == "-rwxr-xr-x"
    assert not [name for name in names(made.bundle) if "imagemagick/lib" in name]


def test_a_package_without_imagemagick_is_reported_as_unfit_for_lambda(
    monkeypatch: pytest.MonkeyPatch, checkout: Path, tmp_path: Path
) -> None:
    reuse_requirements(checkout)
    made = package(tmp_path / "out", project=checkout)
    assert not made.has_imagemagick
    monkeypatch.setattr(packaging, "package", lambda *_: made)
    said = CliRunner().invoke(main, ["package"]).output.splitlines()
    assert said[-1] == packaging.NO_IMAGEMAGICK
    assert "python -m infra.magick build" in said[-1]


def test_a_bad_configuration_is_reported_with_all_its_faults_and_no_traceback(
    checkout: Path, tmp_path: Path
) -> None:
    configure(checkout, ALLOWED_DIMENSIONS="0100x100", REDIRECT_STATUS="301", MAX_SOURCE_BYTES="0")
    with pytest.raises(PackagingFailed) as failure:
        package(tmp_path / "out", project=checkout)
    said = str(failure.value)
    for fault in ("ALLOWED_DIMENSIONS='0100x100'", "REDIRECT_STATUS='301'", "MAX_SOURCE_BYTES='0'"):
        assert fault in said
    assert "Traceback" not in said
    assert 'File "' not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param('{"stages": {},}', "this is not JSON: .* line 1 column", id="a comma too many"),
        pytest.param("", "this is not JSON", id="nothing"),
        pytest.param("[]", "a JSON object is needed", id="a list"),
        pytest.param('{"stages": {"dev": {}}}', "no stage stack. The stages are dev", id="no such stage"),
        pytest.param(
            '{"stages": {"stack": {"environment_variables": {"RENDER_TIMEOUT": 15}}}}',
            "the value of RENDER_TIMEOUT is no text",
            id="a number without quotes",
        ),
        pytest.param(None, "the file cannot be read: No such file", id="no file"),
    ],
)
def test_a_broken_config_json_is_reported_in_a_sentence(
    checkout: Path, tmp_path: Path, content: str | None, said: str
) -> None:
    file = checkout / ".chalice" / "config.json"
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    with pytest.raises(PackagingFailed, match=rf"\.chalice/config\.json: .*{said}"):
        package(tmp_path / "out", project=checkout)


def test_a_read_only_checkout_is_reported_in_a_sentence(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.mkdir

    def refuse(path: Path, mode: int) -> None:
        if checkout in Path(path).parents:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        make(path, mode)

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(PackagingFailed, match=r"nothing can be written there: Read-only file system\. Copy"):
        package(tmp_path, project=checkout)


def test_a_cache_that_cannot_be_written_to_is_reported_in_a_sentence(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".chalice" / "deployments" / "lock").mkdir(parents=True)
    with pytest.raises(PackagingFailed, match=r"nothing can be written there: Is a directory\. Copy"):
        package(tmp_path / "out", project=checkout)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_for_chalice_deploy_cannot_be_packaged_as_a_stack(tmp_path: Path, stage: str) -> None:
    with pytest.raises(PackagingFailed, match=rf"In the stage {stage} .* Evict, Refresh.*`chalice deploy`"):
        package(tmp_path / "out", stage)


def test_without_pypi_the_message_names_the_variables_to_set(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "INDEX_URL": "http://127.0.0.1:1/simple",
        "RETRIES": "0",
        "NO_CACHE_DIR": "1",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(PackagingFailed, match=r"PyPI.*\n.*PIP_INDEX_URL"):
        package(tmp_path / "out", project=checkout)


def test_the_command_reports_a_failure_as_a_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> packaging.Package:
        raise PackagingFailed("the reason")

    monkeypatch.setattr(packaging, "package", fail)
    result = CliRunner().invoke(main, ["package", "--out", str(tmp_path)])
    assert (result.exit_code, result.output) == (1, "Error: the reason\n")


@pytest.mark.parametrize("name", ["APIHandler", "Inspect", "Evict", "Refresh", "Prewarm"])
def test_each_function_can_be_run_with_the_memory_that_a_stack_gives_it(
    name: str, packaged: packaging.Package
) -> None:
    assert unpacked_code.function(packaged, name, {}).memory in range(128, 3009)
