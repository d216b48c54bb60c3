"""The newest available version on the mirrors, and the replacement of a missing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra import debian
from infra.debian import Apt
from infra.magick import mirror as mirrors
from infra.magick.downloads import SourceFailed
from infra.magick.lock import Lock, Source
from infra.magick.mirror import Mirror
from infra.magick.packages import Package
from infra.magick.recipes import CMake
from tests.infra.archives import TRUSTED, Archive, archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SUITES = ("trixie", "trixie-security", "forky")
TIFF = Package("tiff", "libtiff", CMake(), suites=SUITES)


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive with a source in each suite, and another source that is not used."""
    made = archive(tmp_path / "mirror", monkeypatch)
    made.add("trixie", "tiff", "4.7.0-3")
    made.add("trixie-security", "tiff", "4.7.0-3+deb13u3")
    made.add("forky", "tiff", "4.7.2-1")
    made.add("forky", "tiffany", "9")
    yield made
    debian.mirrors.cache_clear()


@pytest.fixture
def opened(there: Archive, tmp_path: Path) -> Callable[[], Mirror]:
    """A function that opens the archive after the test has filled it."""
    assert there.sources

    def open_it() -> Mirror:
        apt = Apt(tmp_path / "apt", sources=SUITES, trust=TRUSTED)
        apt.open()
        return Mirror(apt, tmp_path / "sources")

    return open_it


def pinned(there: Archive, suite: str, version: str) -> Source:
    """Return a source that exists, but is no longer listed."""
    files = there.add(suite, "tiff", version)
    there.sources[suite].pop()
    there.add(suite, "tiffany", version)
    return Source("tiff", version, suite, files)


@pytest.mark.parametrize(
    ("suites", "chosen", "suite"),
    [
        (SUITES, "4.7.2-1", "forky"),
        (("trixie", "trixie-security"), "4.7.0-3+deb13u3", "trixie-security"),
        (("trixie",), "4.7.0-3", "trixie"),
    ],
    ids=["of all", "of a release with its updates", "of one suite"],
)
def test_the_newest_is_offered(
    opened: Callable[[], Mirror], suites: tuple[str, ...], chosen: str, suite: str
) -> None:
    offer = opened().offer(TIFF, suites)
    assert (offer.source.version, offer.source.suite, offer.announced) == (chosen, suite, ())


def test_an_announced_but_missing_version_is_skipped_and_named(
    there: Archive, opened: Callable[[], Mirror]
) -> None:
    there.announce("forky", "tiff", "4.8-1")
    offer = opened().offer(TIFF, SUITES)
    assert (offer.source.version, offer.announced) == ("4.7.2-1", ("4.8-1",))


@pytest.mark.parametrize(
    ("version", "chosen"),
    [("4.7.3-1", "4.7.3-1"), ("4.7.1-1", "4.7.2-1"), ("4.7.2-1", "4.7.2-1")],
    ids=["newer than all that is listed", "older", "the same"],
)
def test_only_a_newer_version_replaces_a_pinned_one(
    there: Archive, opened: Callable[[], Mirror], version: str, chosen: str
) -> None:
    was = pinned(there, "forky", version)
    assert opened().offer(TIFF, SUITES, was).source.version == chosen


def test_a_package_without_any_source_is_named(opened: Callable[[], Mirror]) -> None:
    nosuch = Package("nosuch", "MIT", CMake(), suites=SUITES)
    with pytest.raises(SourceFailed, match="The mirrors have no nosuch of trixie"):
        opened().offer(nosuch, SUITES)


@pytest.fixture
def one_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one package is built."""
    monkeypatch.setattr(mirrors, "PACKAGES", (TIFF,))


@pytest.mark.usefixtures("one_package")
def test_if_the_pinned_source_exists_the_mirror_is_not_asked(there: Archive, tmp_path: Path) -> None:
    lock = Lock("20261120", (pinned(there, "trixie", "4.6-1"),))
    assert mirrors.at_hand(lock, tmp_path / "sources", lambda: pytest.fail("the lists are asked for")) == lock


@pytest.mark.usefixtures("one_package")
@pytest.mark.parametrize(
    ("suite", "instead"),
    [("trixie", "4.7.0-3+deb13u3"), ("trixie-security", "4.7.0-3+deb13u3"), ("forky", "4.7.2-1")],
)
def test_the_newest_of_the_same_release_replaces_a_missing_source(
    there: Archive, opened: Callable[[], Mirror], tmp_path: Path, suite: str, instead: str
) -> None:
    gone = pinned(there, suite, "4.6-1")
    there.path(gone.files[0]).unlink()
    had = mirrors.at_hand(Lock("20261120", (gone,)), tmp_path / "sources", opened)
    assert had.source("tiff").version == instead
    assert all((tmp_path / "sources" / file.name).exists() for file in had.source("tiff").files)


@pytest.mark.usefixtures("one_package")
def test_a_file_with_a_wrong_checksum_is_not_replaced(there: Archive, tmp_path: Path) -> None:
    source = pinned(there, "forky", "4.6-1")
    (tmp_path / "sources").mkdir()
    for file in source.files:
        (tmp_path / "sources" / file.name).write_text("tampered with")
    with pytest.raises(SourceFailed, match="is not the pinned file"):
        mirrors.at_hand(Lock("", (source,)), tmp_path / "sources", lambda: pytest.fail("it is looked for"))


def test_a_mirror_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    archive(tmp_path / "nothing", monkeypatch)
    with pytest.raises(SourceFailed, match="update … failed"):
        mirrors.open_at(tmp_path / "cache")
    debian.mirrors.cache_clear()
