"""An original in the site, beside its variants: without what it says of where it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.conftest import deployed
from tests.pixels import encoded, exif, gradient
from tests.waiting import until

if TYPE_CHECKING:
    from infra.emulator import Emulator
    from infra.package import Package

PLACE = b"48.8584 N, 2.2945 E"
SIDEWAYS = b"Exif\0\0" + exif(6) + PLACE


def photograph() -> bytes:
    """Return a JPEG on its side whose EXIF says where it was taken."""
    jpeg = encoded(gradient(64, 48), "jpeg")
    return jpeg[:2] + b"\xff\xe1" + (len(SIDEWAYS) + 2).to_bytes(2, "big") + SIDEWAYS + jpeg[2:]


def test_an_original_is_served_without_its_place_as_long_as_it_exists(
    aws: Emulator, packaged: Package
) -> None:
    with deployed(aws, packaged, "mirrored", MirrorOriginals="strip") as system:
        address, key = "trip/day%201.png", "trip/day 1.png"
        system.put(key, photograph())
        assert until(lambda: system.view(address)[-1].status == 200, seconds=60)
        (seen,) = system.view(address)
        assert seen.headers["content-type"] == "image/jpeg"
        assert (PLACE in seen.body, exif(6) in seen.body) == (False, True)
        assert [name for name in seen.headers if name.lower().startswith("x-amz-meta-")] == []
        assert system.view(f"100x100/{address}")[-1].status == 200
        system.aws.client("s3").delete_object(Bucket=system.outputs.source_bucket, Key=key)
        assert until(lambda: not system.stored(), seconds=60)
        system.wait_for_evictions()
        assert system.view(address)[-1].status == 400
