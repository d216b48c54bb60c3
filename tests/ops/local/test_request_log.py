"""The lines of the request log, and what it remembers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from ops.local import request_log
from ops.local.request_log import RequestLog, line
from ops.local.views import View, hop
from tests.ops.local.test_views import FOUND, MADE, MISS, REFUSED, served

if TYPE_CHECKING:
    from ops.local.views import Served

WORDS = b"NotAdmitted: The size 301x200 is not allowed here."
PATH = "/300x200/a.jpg"


def refused() -> Served:
    path, status, headers = REFUSED
    return served(path, status, headers, body=WORDS)


class Clock:
    """A clock that stands still between requests."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def tell(log: RequestLog, answered: Served, clock: Clock | None = None) -> None:
    """Have the log watch a request that takes as long as `answered`."""
    end = log.watch(answered.viewer)
    if clock:
        clock.now += answered.seconds
    end(answered.answer)


def printed(console: Console, *answers: Served) -> str:
    """Return what the log prints on `console` for `answers`."""
    clock = Clock()
    log = RequestLog(console, clock)
    with log.printing():
        for each in answers:
            tell(log, each, clock)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def console(*, terminal: bool) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=terminal,
        width=40,
        color_system="auto" if not terminal else "standard",
    )


def test_a_view_is_one_line_however_narrow_the_terminal_is() -> None:
    said = printed(console(terminal=False), served(*MISS), served(*MADE), served(*FOUND, body=b"x" * 8100))
    assert said == ("307 → 302 → 200       300 ms      8.1 kB  /300x200/a.jpg  app 143 ms, emulator 0 ms\n")


def test_a_refusal_has_its_words_below_it() -> None:
    said = printed(console(terminal=False), served(*MISS), refused())
    assert said.splitlines() == [
        "307 → 403             200 ms    50 bytes  /300x200/a.jpg",
        f"  {WORDS.decode()}",
    ]


@pytest.mark.parametrize(
    ("terminal", "no_color", "coloured"),
    [
        pytest.param(True, False, True, id="red on a terminal"),
        pytest.param(True, True, False, id="no colour with NO_COLOR"),
        pytest.param(False, False, False, id="no colour in a file"),
    ],
)
def test_a_refusal_is_in_colour_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,  # noqa: FBT001 - a table
    no_color: bool,  # noqa: FBT001 - a table
    coloured: bool,  # noqa: FBT001 - a table
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    said = printed(console(terminal=terminal), served(*MISS), refused())
    assert ("\x1b[31m" in said) is coloured


def test_nothing_is_printed_before_and_after() -> None:
    quiet = console(terminal=False)
    log = RequestLog(quiet)
    tell(log, served(*FOUND))
    with log.printing():
        pass
    tell(log, served(*FOUND))
    assert isinstance(quiet.file, io.StringIO)
    assert quiet.file.getvalue() == ""


def test_the_last_view_of_a_path_is_remembered() -> None:
    log = RequestLog(console(terminal=False))
    assert log.last(PATH) is None
    for each in (served(*MISS), refused()):
        tell(log, each)
    first = log.last(PATH)
    assert first
    assert (first.statuses, first.words) == ("307 → 403", WORDS.decode())
    tell(log, served(*FOUND))
    second = log.last(PATH)
    assert second
    assert second.statuses == "200"


def test_no_more_paths_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "MOST_REMEMBERED", 2)
    log = RequestLog(console(terminal=False))
    for path in ("/a", "/b", "/a", "/c"):
        tell(log, served(path, 200, {}))
    assert [path for path in ("/a", "/b", "/c") if log.last(path)] == ["/a", "/c"]


def test_a_view_that_nobody_goes_on_with_is_printed_as_far_as_it_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_log, "PATIENCE", 0.01)
    monkeypatch.setattr("ops.local.views.PATIENCE", 0.0)
    out = console(terminal=False)
    assert isinstance(out.file, io.StringIO)
    log = RequestLog(out)
    with log.printing():
        tell(log, served(*MISS))
        while not out.file.getvalue():
            log.last(PATH)
    assert out.file.getvalue().startswith("307  ")


def test_a_line_shows_markup_as_it_is() -> None:
    assert "[bold]" in line(View((hop(served("/300x200/[bold].jpg", 200, {})),))).plain
