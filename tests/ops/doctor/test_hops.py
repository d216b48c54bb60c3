"""Walks over a scripted server."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from ops.doctor import Outcome, examine_url
from ops.doctor.outside.following import MAX_HOPS, ask, follow
from ops.doctor.outside.hops import Ending
from tests.edge.world import ScriptedOrigin
from tests.ops.doctor.patient import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.edge.world import Asked

CORS = {"Access-Control-Allow-Origin": "*"}
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def server() -> Iterator[ScriptedOrigin]:
    with ScriptedOrigin() as server:
        yield server


def address(server: ScriptedOrigin) -> str:
    return server.names("any").address


def refused() -> str:
    """Return the address of a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_each_redirect_is_kept_with_its_headers(server: ScriptedOrigin) -> None:
    def script(asked: Asked) -> Answer:
        return (200, {}, b"end") if asked.target == "/b" else (307, {"Location": "b", "X-Cache": "Miss"}, b"")

    server.script = script
    walk = follow(f"{address(server)}/a")
    assert walk.statuses == "307 → 200"
    assert walk.ending is Ending.ANSWERED
    assert walk.hops[0].headers["x-cache"] == "Miss"
    assert walk.hops[1].body == b"end"


def test_the_path_is_sent_byte_for_byte_and_from_another_origin(server: ScriptedOrigin) -> None:
    ask(f"{address(server)}/300x/a%2Fb+c%20%C3%BC(1);?q=%41")
    (asked,) = server.asked
    assert asked.target == "/300x/a%2Fb+c%20%C3%BC(1);?q=%41"
    assert asked.headers["Origin"].startswith("https://")


def test_an_address_may_be_visited_twice_but_not_a_third_time(server: ScriptedOrigin) -> None:
    server.script = lambda asked: (307, {"Location": "/b" if asked.target == "/a" else "/a"}, b"")
    walk = follow(f"{address(server)}/a")
    assert (walk.ending, len(walk.hops)) == (Ending.LOOP, 4)


def test_an_endless_walk_is_stopped(server: ScriptedOrigin) -> None:
    server.script = lambda asked: (302, {"Location": f"{asked.target}x"}, b"")
    walk = follow(f"{address(server)}/a")
    assert (walk.ending, len(walk.hops)) == (Ending.TOO_LONG, MAX_HOPS)


def test_the_hops_before_a_failed_request_are_kept(server: ScriptedOrigin) -> None:
    silent = refused()
    server.says(307, {"Location": f"{silent}/a"})
    walk = follow(f"{address(server)}/a")
    assert (walk.ending, walk.statuses) == (Ending.UNREACHABLE, "307")
    assert silent.removeprefix("http://") in walk.trouble


def test_a_site_that_does_not_answer_is_found() -> None:
    assert faults(examine_url(refused())) == ["site-answers"]


def right(asked: Asked) -> Answer:
    """Answer as a site with all pictures stored already."""
    if asked.target.startswith("/resize/"):
        return 404, {**CORS, "X-Resize404-Code": "NoSuchOriginal"}, b"NoSuchOriginal: There is no such image."
    if "resize404-doctor" in asked.target:
        return 307, {**CORS, "Location": f"/resize{asked.target}"}, b""
    return 200, {**CORS, "Content-Type": "image/png"}, b"picture"


def test_a_correct_site_is_healthy(server: ScriptedOrigin) -> None:
    server.script = right
    assert faults(examine_url(f"{address(server)}/300x/a.png")) == []


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_wrong_clock_is_found(server: ScriptedOrigin, minutes: int) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)

    def script(asked: Asked) -> Answer:
        status, headers, body = right(asked)
        return status, {**headers, "Date": date}, body

    server.script = script
    assert faults(examine_url(f"{address(server)}/300x/a.png")) == ["clock"]


def test_a_bucket_in_another_region_is_found(server: ScriptedOrigin) -> None:
    headers = {**CORS, "Server": "AmazonS3", "x-amz-error-code": "IncorrectEndpoint"}
    server.says(400, headers, b"<html></html>")
    assert faults(examine_url(address(server))) == ["region"]


def test_a_redirect_loop_is_found(server: ScriptedOrigin) -> None:
    def script(asked: Asked) -> Answer:
        if "resize404-doctor" in asked.target:
            return right(asked)
        to = asked.target.removeprefix("/resize")
        if to == asked.target:
            return 307, {**CORS, "Location": f"/resize{to}"}, b""
        return 302, {**CORS, "Location": to, "Cache-Control": "no-store"}, b""

    server.script = script
    assert faults(examine_url(f"{address(server)}/300x/a.png")) == ["hops"]


def test_without_a_variant_usual_sizes_are_tried_until_one_is_allowed(server: ScriptedOrigin) -> None:
    def script(asked: Asked) -> Answer:
        status, headers, body = right(asked)
        if asked.target.startswith("/resize/") and "/300x300/" not in asked.target:
            return 403, {**CORS, "X-Resize404-Code": "NotAdmitted"}, b"NotAdmitted: No."
        return status, headers, body

    server.script = script
    diagnosis = examine_url(address(server))
    assert faults(diagnosis) == []
    assert diagnosis.facts.outside.address.variant == "300x300"
    (picture,) = (finding for finding in diagnosis.findings if finding.id == "picture")
    assert picture.outcome is Outcome.NOT_CHECKED
