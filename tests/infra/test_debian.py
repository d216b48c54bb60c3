"""Downloads from Debian: a real apt, and a small archive in Debian's format."""

from __future__ import annotations

import itertools
import platform
from typing import TYPE_CHECKING

import pytest

from infra import debian
from infra.debian import Apt, DebianFailed, File, Mirrors
from tests.infra.archives import TRUSTED, Archive, archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIFF = ("forky", "tiff", "4.7.2-1")


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive with two versions of one source."""
    made = archive(tmp_path / "mirror", monkeypatch)
    made.add(*TIFF)
    made.add("forky-security", "tiff", "4.7.2-1+deb14u1")
    yield made
    debian.mirrors.cache_clear()


@pytest.fixture
def apt(mirror: Archive, tmp_path: Path) -> Apt:
    """An apt with the lists of that archive."""
    assert mirror.sources
    opened = Apt(tmp_path / "apt", sources=("forky", "forky-security"), trust=TRUSTED)
    opened.open()
    return opened


def test_apt_lists_the_available_versions(apt: Apt) -> None:
    assert apt.versions("tiff") == {"4.7.2-1": {"forky"}, "4.7.2-1+deb14u1": {"forky-security"}}
    assert apt.versions("nosuch") == {}


@pytest.mark.parametrize(
    ("version", "where"), [("4.7.2-1", "debian"), ("4.7.2-1+deb14u1", "debian-security")]
)
def test_files_are_named_without_the_mirror_that_has_them(apt: Apt, version: str, where: str) -> None:
    found = [file.path for file in apt.files("tiff", version)]
    assert found == [f"{where}/pool/tiff/tiff_{version}.{end}" for end in ("dsc", "tar.xz")]


def test_a_file_is_fetched_from_any_mirror(apt: Apt, mirror: Archive, tmp_path: Path) -> None:
    for version in apt.versions("tiff"):
        for file in apt.files("tiff", version):
            debian.fetch(file, tmp_path / "got" / file.name)
            assert (tmp_path / "got" / file.name).read_text() == mirror.path(file).read_text()


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_file_that_is_not_as_listed_is_not_fetched(
    apt: Apt, mirror: Archive, tmp_path: Path, change: str
) -> None:
    file, _ = apt.files("tiff", "4.7.2-1")
    if change == "gone":
        mirror.path(file).unlink()
    else:
        mirror.path(file).write_text("of another mind ")
    with pytest.raises(DebianFailed, match=r"download-file"):
        debian.fetch(file, tmp_path / "got")
    assert not (tmp_path / "got").exists()


def test_an_archive_without_debians_signature_is_refused(mirror: Archive, tmp_path: Path) -> None:
    assert mirror.sources
    with pytest.raises(DebianFailed, match=r"(?s)update … failed:.*is not signed"):
        Apt(tmp_path / "apt", sources=("forky",)).open()


def test_apt_ignores_the_packages_of_this_system(apt: Apt) -> None:
    assert (apt.folder / "status").read_text() == ""
    listed = (apt.folder / "sources.list").read_text().splitlines()
    assert [line.split()[0] for line in listed] == ["deb-src", "deb-src"]


@pytest.mark.parametrize(
    "versions",
    [
        ["2", "1.10.1", "1.10", "1.9"],
        ["1.23.6-10", "1.23.6-2+b1", "1.23.6-2", "1.23.6-2~deb13u1"],
        ["8:0", "1:0.1-1", "9.9-1"],
    ],
    ids=["numbers", "backports", "epochs"],
)
def test_versions_are_in_debians_order(versions: list[str]) -> None:
    for shuffled in itertools.permutations(versions):
        assert debian.newest_first(shuffled) == versions


HERE = Mirrors("http://here/debian", "http://here/debian-security")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("debian/pool/a/a_1%2b1.dsc", "http://here/debian/pool/a/a_1%2b1.dsc"),
        ("debian-security/pool/a/a.dsc", "http://here/debian-security/pool/a/a.dsc"),
    ],
)
def test_a_path_is_an_address_on_every_mirror(path: str, address: str) -> None:
    assert HERE.address(path) == address


def test_a_path_is_the_decoded_address() -> None:
    assert HERE.path("http://here/debian/pool/a_1%2b1%7ebpo.dsc") == "debian/pool/a_1+1~bpo.dsc"


@pytest.mark.parametrize(
    ("environ", "told", "system", "found"),
    [
        pytest.param(
            {},
            "Debian|stable|http://a/debian\nDebian-Security|stable-security|http://b/s\n|x|http://other",
            {"ID": "debian", "VERSION_CODENAME": "bookworm"},
            Mirrors("http://a/debian", "http://b/s"),
            id="apt's own, by their labels",
        ),
        pytest.param(
            {},
            "|nodistro|http://other\n|bookworm|http://a/debian\n|bookworm-updates|http://c",
            {"ID": "debian", "VERSION_CODENAME": "bookworm"},
            Mirrors("http://a/debian", "http://a/debian-security"),
            id="apt's own, before its first update",
        ),
        pytest.param(
            {"DEBIAN_MIRROR": "http://mine/debian/"},
            "Ubuntu|noble|http://ubuntu",
            {"ID": "ubuntu", "VERSION_CODENAME": "noble"},
            Mirrors("http://mine/debian", "http://mine/debian-security"),
            id="the named mirror",
        ),
        pytest.param(
            {"DEBIAN_MIRROR": "http://mine/d", "DEBIAN_SECURITY_MIRROR": "http://mine/s"},
            "Debian|bookworm|http://a/debian",
            {"ID": "debian", "VERSION_CODENAME": "bookworm"},
            Mirrors("http://mine/d", "http://mine/s"),
            id="both named mirrors",
        ),
    ],
)
def test_the_mirror_is_the_named_one_or_this_machines(
    environ: dict[str, str],
    told: str,
    system: dict[str, str],
    found: Mirrors,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of_a_machine(monkeypatch, environ, told, system)
    assert debian.mirrors() == found


def test_without_a_mirror_the_message_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    of_a_machine(monkeypatch, {}, "Ubuntu|noble|http://ubuntu", {"ID": "ubuntu", "VERSION_CODENAME": "noble"})
    with pytest.raises(DebianFailed, match="export DEBIAN_MIRROR="):
        debian.mirrors()


def of_a_machine(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], told: str, system: dict[str, str]
) -> None:
    """Fake this machine's apt, with this output."""
    for name in ("DEBIAN_MIRROR", "DEBIAN_SECURITY_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(debian, "_run", lambda _: told)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: system)
    debian.mirrors.cache_clear()


@pytest.fixture(autouse=True)
def _this_machines_mirror_afterwards() -> Iterator[None]:
    yield
    debian.mirrors.cache_clear()


def test_a_machine_without_apt_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DebianFailed, match="apt-get is missing"):
        Apt(tmp_path).packages(["tiff"])


def test_a_file_has_its_own_name() -> None:
    assert File("debian/pool/a/a.dsc", 1, "").name == "a.dsc"
