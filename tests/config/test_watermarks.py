"""Watermarks: how they are configured, admitted and fetched."""

from __future__ import annotations

import dataclasses
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address.key import Key
from chalicelib.address.values import Gravity
from chalicelib.address.variant import parse
from chalicelib.assembly import assemble
from chalicelib.aws.bucket import Originals
from chalicelib.aws.overlays import Overlays
from chalicelib.config import config, watermarks
from chalicelib.config.config import Config, ConfigError
from chalicelib.config.watermarks import POSITIONS
from chalicelib.errors import Fault, Malformed, NotAdmitted, UpstreamBusy
from chalicelib.render.extras import Overlay, Watermark
from tests.messages import hostile, is_public, refusal, slips, suggestion
from tests.pictures import SIGNATURE, png
from tests.test_service import staged

LOGO = Watermark("default", Key("brand/logo.png"), Gravity.SOUTHEAST, 60, 20)
ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos,avatars=people/faces",
    "WATERMARKS": "logo=brand/logo.png,southeast,60,20; proof=avatars:proof.png,center,100,100",
}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", {}),
        ("logo=brand/logo.png,southeast,60,20", {"logo": LOGO}),
        (" logo = brand/logo.png , southeast , 60 , 20 ; ", {"logo": LOGO}),
        ("a=a,b=c.png,north,1,100", {"a": Watermark("default", Key("a,b=c.png"), Gravity.NORTH, 1, 100)}),
        (
            "b-1=avatars:proof 100%.png,center,100,9",
            {"b-1": Watermark("avatars", Key("proof 100%.png"), Gravity.CENTER, 100, 9)},
        ),
    ],
)
def test_watermarks_are_read(text: str, read: dict[str, Watermark]) -> None:
    assert watermarks.read(text) == read


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("logo", "name=key,position,opacity,scale"),
        ("logo=a.png", "name=key,position,opacity,scale"),
        ("logo=a.png,center,60", "name=key,position,opacity,scale"),
        ("logo=a.png,center,60%,20", "'60%' is not. Did you mean '60'?"),
        ("logo=a.png,center,-1,20", "opacity of a watermark is from 1 to 100"),
        ("logo=a.png,centre,60,20", "Did you mean 'center'?"),
        ("Logo=a.png,center,60,20", "A watermark takes a name like logo or logo-2. Did you mean 'logo'?"),
        ("1=a.png,center,60,20", "a name like logo"),
        ("logo=../a.png,center,60,20", "Segment 1 of the key '../a.png' is .., which is not allowed."),
        ("logo=a.png,middle,60,20", "center, north"),
        ("logo=a.png,smart,60,20", "center, north"),
        ("logo=a.png,center,0,20", "opacity of a watermark is from 1 to 100"),
        ("logo=a.png,center,60,101", "scale of a watermark is from 1 to 100"),
        ("a=a.png,center,60,20,b=b.png,north,9,9", "Watermarks are separated by semicolons"),
        ("logo=a.png,center,60,20; logo=b.png,center,60,20", "The watermark logo is given twice."),
    ],
)
def test_a_refused_watermark_is_told_what_is_allowed(text: str, allowed: str) -> None:
    with pytest.raises(Malformed) as refused:
        watermarks.read(text)
    assert allowed in str(refused.value)


@given(
    hostile
    | hostile.map(lambda text: f"logo=a.png,{text},60,20")
    | hostile.map(lambda text: f"logo={text},center,1,2")
)
@settings(deadline=None)
def test_every_refusal_of_a_watermark_is_public(text: str) -> None:
    assert is_public(refusal(watermarks.read, text) or ".")


@given(st.sampled_from(POSITIONS).flatmap(slips))
@settings(deadline=None)
def test_a_slip_in_a_position_suggests_a_position(written: str) -> None:
    meant = suggestion(refusal(watermarks.read, f"logo=a.png,{written},60,20"))
    assert (meant in POSITIONS) is (written not in POSITIONS)


def test_there_are_nine_positions() -> None:
    assert len(POSITIONS) == 9


def test_the_configuration_names_watermarks_by_source() -> None:
    read = config.read(ENVIRON)
    assert read.watermarks["logo"] == LOGO
    assert read.policy.watermarks == {"logo", "proof"}


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({"WATERMARKS": "logo=a.png,middle,60,20"}, "center, north"),
        ({"WATERMARKS": "logo=nowhere:a.png,center,60,20"}, "'nowhere', which SOURCES does not name"),
        (
            {"WATERMARKS": "logo=a.png,center,60,20", "SOURCES": "avatars=people"},
            "'default', which SOURCES does not name",
        ),
        (
            {"PRESETS": "proof=90x90,watermark=draft"},
            "PRESETS: proof has the watermark 'draft', which WATERMARKS does not name",
        ),
    ],
)
def test_a_watermark_that_cannot_exist_is_a_fault_of_the_configuration(
    environ: dict[str, str], fault: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        config.read(ENVIRON | environ)
    (found,) = caught.value.faults
    assert fault in found


@pytest.mark.parametrize("options", ["", "watermark=logo", "watermark=*"])
@pytest.mark.parametrize("variant", ["90x90,watermark=draft", "90x90,watermark=prooof"])
def test_an_unknown_watermark_is_not_admitted_whatever_options_are_allowed(
    variant: str, options: str
) -> None:
    read = config.read(ENVIRON | {"ALLOWED_DIMENSIONS": "*", "ALLOWED_OPTIONS": options})
    with pytest.raises(NotAdmitted):
        read.policy.admit(parse(variant))


@pytest.mark.parametrize("name", ["", "Logo", "1", "-a", "a b", "a.png", "a/b", "ä", "a" * 33])
def test_a_text_that_cannot_be_a_name_is_malformed(name: str) -> None:
    with pytest.raises(Malformed):
        parse(f"90x90,watermark={name}")


@pytest.mark.parametrize(
    ("options", "admitted"), [("watermark=logo", True), ("watermark=*", True), ("", False)]
)
def test_a_watermark_is_an_option_like_any_other(options: str, admitted: bool) -> None:  # noqa: FBT001 - a table's column
    read = config.read(ENVIRON | {"ALLOWED_DIMENSIONS": "*", "ALLOWED_OPTIONS": options})
    if admitted:
        read.policy.admit(parse("90x90,watermark=logo"))
        return
    with pytest.raises(NotAdmitted):
        read.policy.admit(parse("90x90,watermark=logo"))


def overlays(read: Config, s3: Any = None) -> Overlays:
    return Overlays(Originals(s3 or boto3.client("s3"), 1_000_000), read.sources, read.watermarks)


@pytest.mark.parametrize(
    ("name", "bucket", "key"),
    [("logo", "photos", "brand/logo.png"), ("proof", "people", "faces/proof.png")],
)
@pytest.mark.usefixtures("aws")
def test_an_overlay_is_fetched_once(name: str, bucket: str, key: str) -> None:
    read, s3 = config.read(ENVIRON), boto3.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=b"GIF89a overlay")
    fetching = overlays(read)
    first = fetching.find(name)
    s3.delete_object(Bucket=bucket, Key=key)

    assert first == Overlay(b"GIF89a overlay", read.watermarks[name])
    assert fetching.find(name) is first


def test_without_a_watermark_nothing_is_fetched() -> None:
    unused: Any = object()

    assert overlays(config.read(ENVIRON), unused).find(None) is None


@pytest.mark.usefixtures("aws")
def test_a_missing_overlay_is_our_fault_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Fault):
        overlays(config.read(ENVIRON)).find("logo")
    assert "cannot fetch the watermark 'logo' from 'default:brand/logo.png'" in caplog.text


@pytest.mark.usefixtures("aws")
def test_a_busy_s3_makes_an_overlay_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = boto3.client("s3")

    def busy(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")

    monkeypatch.setattr(s3, "get_object", busy)
    with pytest.raises(UpstreamBusy):
        overlays(config.read(ENVIRON), s3).find("logo")


@pytest.mark.usefixtures("aws")
def test_a_missing_overlay_stores_nothing_and_uses_no_fallback() -> None:
    stage = staged(
        WATERMARKS="logo=logo.png,center,60,20", ALLOWED_OPTIONS="watermark=*", FALLBACK_KEY="none.png"
    )
    stage.put("a.jpg")
    with pytest.raises(Fault):
        stage.ask("100x100,watermark=logo/a.jpg")
    assert stage.stored() == set()

    stage.put("logo.png", png())
    assert stage.ask("100x100,watermark=logo/a.jpg") == "/100x100,watermark=logo/a.jpg"


@pytest.mark.usefixtures("aws")
def test_an_unknown_watermark_is_refused_before_any_call() -> None:
    stage = staged(WATERMARKS="logo=logo.png,center,60,20", ALLOWED_OPTIONS="watermark=*")
    offline: Any = None
    stage.service = dataclasses.replace(stage.service, originals=offline, site=offline)
    with pytest.raises(NotAdmitted):
        stage.ask("100x100,watermark=draft/a.jpg")


@pytest.mark.usefixtures("aws")
def test_the_real_renderer_lays_the_overlay_over_the_picture() -> None:
    s3 = boto3.client("s3")
    for key, data in {"a.png": png(60, 30), "brand/logo.png": png(8, 8)}.items():
        s3.put_object(Bucket="photos", Key=key, Body=data)
    service = assemble(config.read(ENVIRON | {"PRESETS": "plain=30x; marked=30x,watermark=logo"}))
    stored = []
    for preset in ("plain", "marked"):
        service.answer(preset, ["a.png"])
        stored.append(s3.get_object(Bucket="site", Key=f"{preset}/a.png")["Body"].read())

    assert stored[0] != stored[1]
    assert all(data.startswith(SIGNATURE) for data in stored)
