"""What comes out of the darkroom is held against the order; what cannot be true is believed by nobody."""

from __future__ import annotations

import dataclasses
import json
import pickle
import socket
import struct
import time
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address.values import Auto, Document, Drawing, Format
from chalicelib.address.variant import INFO_VARIANT, parse
from chalicelib.codecs import formats
from chalicelib.codecs.formats import OUTPUTS, SOURCE_TYPES, TYPES
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.darkroom import hatch, outcome, worker
from chalicelib.darkroom.darkroom import Darkroom
from chalicelib.darkroom.order import Order
from chalicelib.darkroom.outcome import OutcomeError
from chalicelib.errors import BrokenImage, Fault, OutOfMemory, Refusal, TooLarge
from chalicelib.render.describe import describe
from chalicelib.render.extras import NONE
from chalicelib.render.rendered import Rendered
from chalicelib.timing import Deadline
from tests.darkroom import inside
from tests.pixels import LIMITS, card, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

PNG = encoded(card(4, 4), "png")
JPEG = encoded(card(4, 4), "jpeg")
GIF = encoded(card(4, 4), "gif")
HTML = b"<!DOCTYPE html><script>alert(document.domain)</script>"
MADE: dict[str, Any] = {"format": "png", "width": 4, "height": 4, "frames": 1}
REFUSED: dict[str, Any] = {"refusal": "BrokenImage", "message": "The image is broken.", "cause": ""}


def order(variant: str = "4x") -> Order:
    return Order(parse(variant), LIMITS, SOURCE_TYPES, NONE)


def read(head: dict[str, Any] | bytes, data: bytes = PNG, variant: str = "4x") -> Rendered | Refusal:
    told = head if isinstance(head, bytes) else json.dumps(head).encode()
    return outcome.read(told, data, order(variant), PNG)[0]


def test_a_picture_that_was_asked_for_is_taken() -> None:
    assert read(MADE) == Rendered(PNG, Format.PNG, 4, 4, 1)


def test_a_refusal_is_taken() -> None:
    refused = read(REFUSED)

    assert (type(refused), str(refused)) == (BrokenImage, "The image is broken.")


@pytest.mark.parametrize(
    ("head", "data"),
    [
        pytest.param(MADE | {"content_type": "text/html"}, HTML, id="HTML that names its own content type"),
        pytest.param(MADE, HTML, id="HTML that says it is a PNG"),
        pytest.param(MADE, b"", id="nothing that says it is a PNG"),
        pytest.param(MADE, JPEG, id="a JPEG that says it is a PNG"),
        pytest.param(MADE | {"format": "jpeg"}, JPEG, id="a JPEG where a PNG was asked for"),
        pytest.param(MADE | {"format": "gif"}, PNG, id="a PNG that says it is a GIF"),
        pytest.param(MADE | {"format": "html"}, HTML, id="a format that there is not"),
        pytest.param(MADE | {"format": "image/png"}, PNG, id="a content type for a format"),
        pytest.param(MADE | {"format": ["png"]}, PNG, id="a list of formats"),
        pytest.param(MADE | {"width": 0}, PNG, id="no width"),
        pytest.param(MADE | {"height": -4}, PNG, id="a negative height"),
        pytest.param(MADE | {"width": 10**9}, PNG, id="a vast width"),
        pytest.param(MADE | {"width": 4.0}, PNG, id="a fraction"),
        pytest.param(MADE | {"width": float("nan")}, PNG, id="not a number"),
        pytest.param(MADE | {"height": float("inf")}, PNG, id="infinity"),
        pytest.param(MADE | {"height": True}, PNG, id="a truth value"),
        pytest.param(MADE | {"frames": "1"}, PNG, id="a number as text"),
        pytest.param(MADE | {"frames": 10_000}, PNG, id="frames without end"),
        pytest.param(MADE | {"frames": None}, PNG, id="no number of frames"),
        pytest.param(
            json.dumps(MADE).replace('"width": 4', f'"width": {"9" * 5000}').encode(), PNG, id="digits"
        ),
        pytest.param({"format": "png", "width": 4}, PNG, id="less than a picture"),
        pytest.param(MADE | {"data": "x"}, PNG, id="more than a picture"),
        pytest.param(REFUSED | {"refusal": "SystemExit"}, b"", id="a refusal that there is not"),
        pytest.param(REFUSED | {"refusal": "NoSuchOriginal"}, b"", id="a refusal that is not the renderer's"),
        pytest.param(REFUSED | {"refusal": "UpstreamBusy"}, b"", id="an invitation to try again"),
        pytest.param(REFUSED | {"refusal": ["TooLarge"]}, b"", id="a list of refusals"),
        pytest.param(REFUSED | {"message": "x" * 301}, b"", id="a message without end"),
        pytest.param(REFUSED | {"message": ""}, b"", id="an empty message"),
        pytest.param(REFUSED | {"message": "a\r\nSet-Cookie: a=b"}, b"", id="a message with a header in it"),
        pytest.param(REFUSED | {"message": "\ud800"}, b"", id="a message with half a character"),
        pytest.param(REFUSED | {"message": "\u202eevil"}, b"", id="a message that runs backwards"),
        pytest.param(REFUSED | {"message": 7}, b"", id="a message that is a number"),
        pytest.param(REFUSED | {"cause": 7}, b"", id="a cause that is a number"),
        pytest.param({"refusal": "TooLarge"}, b"", id="less than a refusal"),
        pytest.param(REFUSED | {"status": 200}, b"", id="more than a refusal"),
        pytest.param(b"", PNG, id="nothing"),
        pytest.param(b"\xff\xfe", PNG, id="no text"),
        pytest.param(b"[]", PNG, id="a list"),
        pytest.param(b"7", PNG, id="a number"),
        pytest.param(b'"refusal"', PNG, id="a word"),
        pytest.param(b"{}", PNG, id="an empty object"),
        pytest.param(b"[" * 60_000, PNG, id="lists in lists"),
        pytest.param(b'{"a":' * 10_000, PNG, id="objects in objects"),
        pytest.param(pickle.dumps(MADE), PNG, id="a pickle"),
    ],
)
def test_an_answer_that_cannot_be_true_is_not_taken(head: dict[str, Any] | bytes, data: bytes) -> None:
    with pytest.raises(OutcomeError):
        read(head, data)


TOLD = describe(PNG, LIMITS, SOURCE_TYPES).data
DESCRIBED: dict[str, Any] = MADE | {"format": "json"}


def read_info(head: dict[str, Any], data: bytes) -> Rendered | Refusal:
    asked = Order(INFO_VARIANT, LIMITS, SOURCE_TYPES, NONE)
    return outcome.read(json.dumps(head).encode(), data, asked, PNG)[0]


def test_info_that_was_asked_for_is_taken() -> None:
    assert read_info(DESCRIBED, TOLD) == Rendered(TOLD, Document.JSON, 4, 4, 1)


@pytest.mark.parametrize(
    ("head", "data"),
    [
        pytest.param(MADE, PNG, id="a picture where info was asked for"),
        pytest.param(MADE, TOLD, id="info that says it is a picture"),
        pytest.param(DESCRIBED, PNG, id="a picture that says it is info"),
        pytest.param(DESCRIBED, HTML, id="HTML that says it is info"),
        pytest.param(DESCRIBED, b"", id="nothing"),
        pytest.param(DESCRIBED, b"\xff", id="no text"),
        pytest.param(DESCRIBED, b"[" * 60_000, id="lists in lists"),
        pytest.param(DESCRIBED | {"content_type": "text/html"}, TOLD, id="its own content type"),
        pytest.param(DESCRIBED | {"width": 5}, TOLD, id="another width"),
        pytest.param(DESCRIBED | {"frames": 2}, TOLD, id="another number of frames"),
        pytest.param(DESCRIBED, TOLD.replace(b'"png"', b'"gif"'), id="of another type"),
        pytest.param(DESCRIBED, TOLD.replace(b'"bytes":', b'"bytes":1'), id="of another length"),
        pytest.param(DESCRIBED, TOLD[:-1] + b',"x":"<script>"}', id="more than info"),
        pytest.param(DESCRIBED, TOLD + b" ", id="spelled in another way"),
    ],
)
def test_info_that_cannot_be_true_is_not_taken(head: dict[str, Any], data: bytes) -> None:
    with pytest.raises(OutcomeError):
        read_info(head, data)


def test_info_where_a_picture_was_asked_for_is_not_taken() -> None:
    with pytest.raises(OutcomeError):
        read(DESCRIBED, TOLD)


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
"""What JSON may hold in a field."""


@given(
    st.sampled_from([MADE, REFUSED]).flatmap(
        lambda told: st.fixed_dictionaries({name: st.just(value) | ANYTHING for name, value in told.items()})
    )
    | st.dictionaries(st.sampled_from([*MADE, *REFUSED]) | st.text(), ANYTHING)
    | ANYTHING,
    st.binary() | st.sampled_from([PNG, JPEG, GIF, HTML]),
)
@settings(deadline=None)
def test_whatever_is_answered_is_a_picture_as_ordered_a_refusal_or_no_outcome(told: Any, data: bytes) -> None:
    try:
        made, cause = outcome.read(json.dumps(told).encode(), data, order(), PNG)
    except OutcomeError:
        return
    assert all(line.isprintable() for line in cause.split("\n"))
    if isinstance(made, Rendered):
        assert (made.content_type, made.data[:4]) == ("image/png", b"\x89PNG")
    else:
        assert str(made).isprintable()


@pytest.mark.parametrize("original", ["jpeg", "png", "gif", "webp", "avif", "jxl", "heic", "tiff", "bmp"])
@pytest.mark.parametrize("asked", [None, *Auto, *Format])
@pytest.mark.parametrize("animated", [False, True])
@pytest.mark.parametrize("alpha", [False, True])
def test_what_may_come_out_is_what_the_renderer_chooses_from(
    original: str,
    asked: Format | Auto | None,
    alpha: bool,  # noqa: FBT001 - a column of the table
    animated: bool,  # noqa: FBT001 - a column of the table
) -> None:
    kind = formats.sniff(SPECIMENS[original])
    assert kind

    output = formats.output(asked, kind, alpha=alpha, animated=animated)
    assert output.format in output.formats
    assert output.formats <= formats.possible(asked, kind)
    by_content: dict[object, int] = {Auto.AVIF: 2, Auto.JPEG: 3, None: 2 if kind.variant is None else 1}
    assert len(formats.possible(asked, kind)) == by_content.get(asked, 1)


@pytest.mark.parametrize("asked", [None, Auto.AUTO, *Format])
def test_of_a_drawing_only_a_drawing_may_come_out(asked: Format | Auto | None) -> None:
    assert formats.possible(asked, formats.SVG) == {Drawing.SVG}


def test_what_is_no_drawing_is_not_believed_to_be_one() -> None:
    told = json.dumps({"format": "svg", "width": 4, "height": 4, "frames": 1}).encode()
    with pytest.raises(outcome.OutcomeError):
        outcome.read(told, SPECIMENS["svg"], order("4x"), PNG)
    with pytest.raises(outcome.OutcomeError):
        outcome.read(told, HTML, order("4x"), SPECIMENS["svg"])


def test_of_what_is_no_picture_nothing_may_come_out() -> None:
    assert formats.possible(Format.PNG, formats.sniff(HTML)) == frozenset()


def test_a_content_type_follows_from_the_format_and_from_nothing_else() -> None:
    pixels = {made: Rendered(b"", made, 1, 1, 1).content_type for made in Format}
    assert pixels == {made: f"image/{made}" for made in Format}
    assert Rendered(b"", Drawing.SVG, 1, 1, 1).content_type == "image/svg+xml"
    assert Rendered(b"", Document.JSON, 1, 1, 1).content_type == "application/json"
    assert {kind.variant for kind in TYPES} - {None} == set(OUTPUTS)


@pytest.mark.parametrize(
    ("cause", "logged"),
    [
        ("Traceback:\n  File", "Traceback:\n    File"),
        ("a\nERROR root: forged", "a\n  ERROR root: forged"),
        ("\x1b[31mred\r\0\ud800\u202e", "?[31mred????"),
        ("x" * 9000 + "end", "x" * 7997 + "end"),
    ],
    ids=["lines", "a line of the log", "control characters", "too long"],
)
def test_a_cause_cannot_forge_the_log(cause: str, logged: str) -> None:
    told = json.dumps(REFUSED | {"cause": cause}).encode()

    assert outcome.read(told, b"", order(), PNG)[1] == logged


@pytest.mark.parametrize(("head", "body"), [(1 << 31, 0), (10, (1 << 32) - 1), (1 << 17, 1)])
def test_an_answer_that_says_it_is_vast_is_not_waited_for(head: int, body: int) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!II", head, body))
        with pytest.raises(OutcomeError, match="It would have"):
            hatch.take_out(ours, order(), PNG, Deadline.within(10))


def test_the_longest_cause_and_every_refusal_pass() -> None:
    for refusal in (TooLarge("m" * 300), OutOfMemory(), Fault()):
        head, body = outcome.spell(refusal, "\u20ac" * 100_000)
        made, cause = outcome.read(head, body, order(), PNG)

        assert len(head) <= outcome.MOST_HEAD
        assert (type(made), str(made), set(cause)) == (type(refusal), str(refusal), {"\u20ac"})


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Darkroom]:
    """A darkroom that has been taken over: it answers whatever the original says."""
    monkeypatch.setattr(worker, "BOOT", inside.boot(inside.lie))
    with Darkroom() as darkroom:
        yield darkroom


def test_a_lie_is_a_fault_that_is_logged_and_ends_the_process(
    lying: Darkroom, caplog: pytest.LogCaptureFixture
) -> None:
    truth = inside.answering(PNG, json.dumps(MADE).encode(), PNG)
    assert lying.render(truth, parse("4x"), LIMITS, SOURCE_TYPES).data == PNG
    before = lying.pid

    lie = inside.answering(PNG, json.dumps(MADE).encode(), HTML)
    with pytest.raises(Fault) as fault:
        lying.render(lie, parse("4x"), LIMITS, SOURCE_TYPES, name="photos/a.png")

    assert isinstance(fault.value.__cause__, OutcomeError)
    assert str(fault.value) == Fault.text
    assert "gave an answer that cannot be true" in caplog.text
    assert "4x of photos/a.png" in caplog.text
    assert lying.pid is None
    assert lying.render(truth, parse("4x"), LIMITS, SOURCE_TYPES).data == PNG
    assert lying.pid != before


def test_an_answer_that_comes_byte_by_byte_is_waited_for_no_longer_than_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "BOOT", inside.boot(inside.drip))
    begun = time.monotonic()
    with Darkroom() as darkroom, pytest.raises(TooLarge, match="more than 1 s"):
        darkroom.render(PNG, parse("4x"), dataclasses.replace(LIMITS, seconds=1), SOURCE_TYPES)

    assert time.monotonic() - begun < 4


@pytest.mark.parametrize(("variant", "data"), list(product(["4x,format=auto", "4x,format=webp"], [PNG])))
def test_automatic_and_named_formats_are_held_to_their_one_format(variant: str, data: bytes) -> None:
    with pytest.raises(OutcomeError, match="not asked for in png"):
        read(MADE, data, variant)
