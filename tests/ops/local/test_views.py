"""Requests that belong together become one view, whatever comes between them."""

from __future__ import annotations

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from edge.cloudfront.request import ViewerRequest
from edge.shared.answer import answer
from ops.local.views import PATIENCE, Hop, Served, View, Views, hop

MISS = ("/300x200/a.jpg", 307, {"Location": "http://127.0.0.1:8404/resize/300x200/a.jpg"})
MADE = (
    "/resize/300x200/a.jpg",
    302,
    {"Location": "/300x200/a.jpg", "Server-Timing": "render;dur=9, total;dur=143.2"},
)
FOUND = ("/300x200/a.jpg", 200, {"Content-Type": "image/jpeg"})
REFUSED = ("/resize/300x200/a.jpg", 403, {"Content-Type": "text/plain"})


def served(
    path: str,
    status: int,
    headers: dict[str, str],
    *,
    body: bytes = b"",
    seconds: float = 0.1,
    host: str = "127.0.0.1:8404",
    method: str = "GET",
) -> Served:
    known = CIMultiDictProxy(CIMultiDict({"Host": host}))
    target, _, query = path.partition("?")
    viewer = ViewerRequest(method, target, query, known, "127.0.0.1", b"")
    return Served(viewer, answer(status, headers, body), seconds)


def take(pending: Views, answered: Hop, viewer: str = "curl", now: float = 0.0) -> View | None:
    """Return the view that the request of `answered` ends."""
    return pending.answer(pending.arrive(answered.path, viewer), answered, now)


def views(*answers: tuple[str, int, dict[str, str]]) -> list[str]:
    pending = Views()
    found = [take(pending, hop(served(*each))) for each in answers]
    return [f"{view.path}: {view.statuses}" for view in found if view]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param((MISS, MADE, FOUND), ["/300x200/a.jpg: 307 → 302 → 200"], id="a miss"),
        pytest.param((FOUND,), ["/300x200/a.jpg: 200"], id="a hit"),
        pytest.param((MISS, REFUSED), ["/300x200/a.jpg: 307 → 403"], id="a refusal"),
        pytest.param(
            (("/x400,format=webp/a", 301, {"Location": "/300x200/a.jpg"}), MISS, MADE, FOUND),
            ["/x400,format=webp/a: 301 → 307 → 302 → 200"],
            id="another spelling",
        ),
        pytest.param(
            (MISS, FOUND, MADE, FOUND),
            ["/300x200/a.jpg: 200", "/300x200/a.jpg: 307 → 302 → 200"],
            id="a hit in between",
        ),
        pytest.param(
            (MISS, MISS, MADE, MADE, FOUND, FOUND),
            ["/300x200/a.jpg: 307 → 302 → 200"] * 2,
            id="two viewers at one time",
        ),
        pytest.param(
            (MISS, ("/resize/300x200/a.jpg", 302, {"Location": "http://127.0.0.1:8406/bucket/a?x"})),
            ["/300x200/a.jpg: 307 → 302"],
            id="a redirect to another host",
        ),
    ],
)
def test_requests_become_views(
    answers: tuple[tuple[str, int, dict[str, str]], ...], expected: list[str]
) -> None:
    assert views(*answers) == expected


def test_a_viewer_who_says_localhost_is_followed_too() -> None:
    pending = Views()
    assert take(pending, hop(served(*MISS, host="localhost:8404")), "curl", 0.0) is None
    ended = take(pending, hop(served(*REFUSED, host="localhost:8404")), "curl", 0.0)
    assert ended
    assert ended.statuses == "307 → 403"


def test_another_browser_does_not_go_on_with_the_view() -> None:
    pending = Views()
    take(pending, hop(served(*MISS)), "Firefox", 0.0)
    ended = take(pending, hop(served(*REFUSED)), "curl", 0.0)
    assert ended
    assert ended.statuses == "403"


def test_a_view_that_nobody_goes_on_with_ends_after_a_while() -> None:
    pending = Views()
    take(pending, hop(served(*MISS)), "curl", 10.0)
    assert list(pending.abandoned(10.0 + PATIENCE - 0.1)) == []
    assert [view.statuses for view in pending.abandoned(10.0 + PATIENCE)] == ["307"]
    assert list(pending.abandoned(99.0)) == []


def test_a_request_that_takes_long_is_a_part_of_its_view_all_the_same() -> None:
    pending = Views()
    take(pending, hop(served(*MISS)), now=10.0)
    slow = pending.arrive("/resize/300x200/a.jpg", "curl")
    assert list(pending.abandoned(10.0 + 2 * PATIENCE)) == []
    ended = pending.answer(slow, hop(served(*REFUSED)), 10.0 + 2 * PATIENCE)
    assert ended
    assert ended.statuses == "307 → 403"


def view(*answers: Served) -> View:
    return View(tuple(map(hop, answers)))


def test_times_add_up_and_the_apps_own_is_told_from_the_emulators() -> None:
    seen = view(served(*MISS), served(*MADE, seconds=1.8432), served(*FOUND, body=b"x" * 8100))
    assert str(seen) == "307 → 302 → 200, 2,043 ms, 8.1 kB"
    assert seen.took == "app 143 ms, emulator 1,700 ms (cold start)"


def test_a_start_that_is_warm_is_not_called_cold() -> None:
    assert view(served(*MADE, seconds=0.2)).took == "app 143 ms, emulator 57 ms"


def test_a_hit_took_no_time_in_the_app() -> None:
    assert view(served(*FOUND)).took == ""


def test_an_answer_to_head_has_no_bytes() -> None:
    assert view(served(*FOUND, method="HEAD", body=b"12345")).bytes == 0


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/300x200/caf%C3%A9%20%E2%98%95.jpg", "/300x200/café ☕.jpg"),
        ("/300x200/a.jpg?w=3", "/300x200/a.jpg"),
        ("/300x200/%1B%5B2J.jpg", "/300x200/%1B%5B2J.jpg"),
        ("/300x200/a%0Ab.jpg", "/300x200/a%0Ab.jpg"),
    ],
    ids=["readable", "without the query", "nothing that moves the cursor", "one line"],
)
def test_a_path_is_shown_readable_and_harmless(path: str, shown: str) -> None:
    assert view(served(path, 200, {})).path == shown
