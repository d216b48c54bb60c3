"""Addresses of older systems, most of them from their own documentation, and what becomes of each.

`photo.jpg` stands where the documentation has the address of a picture on another host. ``python -m
tests.infra.edge_functions.migration`` writes the table of docs/migrating.md.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple

DOCUMENT = Path(__file__).parents[3] / "docs" / "migrating.md"
_PLACE = re.compile(r"(<!-- examples.*?-->\n).*?(<!-- /examples -->)", re.DOTALL)


class Example(NamedTuple):
    """An address, where it leads, and why nowhere if it leads nowhere."""

    address: str
    becomes: str
    why: str = ""


def dit(key: str = "photo.jpg", **request: object) -> str:
    """Return the address of a request to DIT from version 4 on: JSON in base64."""
    return "/" + b64encode(json.dumps({"bucket": "my-bucket", "key": key, **request}).encode()).decode()


def refused(address: str, why: str) -> Example:
    return Example(address, "", why)


EXAMPLES: dict[str, list[Example]] = {
    "imgix": [
        Example(
            "/examples/kingfisher.jpg?w=500&auto=format,compress",
            "/500x,format=auto,upscale/examples/kingfisher.jpg",
        ),
        Example("/products/desk.jpg?w=600", "/600x,upscale/products/desk.jpg"),
        refused("/products/desk.jpg?w=600&exp=1", "exposure"),
        Example("/photo.jpg?fit=clip&w=100&h=100", "/100x100,upscale/photo.jpg"),
        Example("/photo.jpg?fit=max&w=100&h=100", "/100x100/photo.jpg"),
        Example("/photo.jpg?fit=crop&w=300&h=100", "/300x100,fit=cover,upscale/photo.jpg"),
        Example("/photo.jpg?fit=crop&w=200&h=200", "/200x200,fit=cover,upscale/photo.jpg"),
        Example("/photo.jpg?w=900&h=100&fit=crop", "/900x100,fit=cover,upscale/photo.jpg"),
        Example("/photo.jpg?fit=min&w=300&h=100", "/300x100,fit=cover/photo.jpg"),
        Example("/photo.jpg?fit=scale&w=300&h=100", "/300x100,fit=fill,upscale/photo.jpg"),
        Example(
            "/photo.jpg?fit=fill&w=300&h=300&bg=f00",
            "/300x300,background=ff0000,fit=contain,upscale/photo.jpg",
        ),
        Example("/photo.jpg?fit=fillmax&w=300&h=300", "/300x300,background=ffffff,fit=contain/photo.jpg"),
        refused("/photo.jpg?fit=clamp&w=300&h=300", "edges that are drawn out"),
        refused("/photo.jpg?fit=facearea&w=300&h=200", "zoom on a face"),
        refused("/photo.jpg?fit=facearea&faceindex=2&facepad=1.5&w=300&h=300", "zoom on a face"),
        refused("/photo.jpg?ar=9:1&fit=crop", "proportions without a size"),
        refused("/photo.jpg?fit=crop&h=200&max-w=1200", "a size that depends on the picture"),
        Example("/unsplash/walrus.jpg?w=640&fit=crop", "/640x,upscale/unsplash/walrus.jpg"),
        Example(
            "/photo.jpg?w=400&h=300&fit=crop&crop=faces", "/400x300,fit=cover,gravity=face,upscale/photo.jpg"
        ),
        Example(
            "/photo.jpg?w=400&h=300&fit=crop&crop=top,left",
            "/400x300,fit=cover,gravity=northwest,upscale/photo.jpg",
        ),
        Example(
            "/photo.jpg?w=400&h=300&fit=crop&crop=entropy",
            "/400x300,fit=cover,gravity=smart,upscale/photo.jpg",
        ),
        Example(
            "/photo.jpg?w=400&h=300&fit=crop&crop=focalpoint&fp-x=0.12&fp-y=.55",
            "/400x300,fit=cover,gravity=12-55,upscale/photo.jpg",
        ),
        refused("/photo.jpg?w=400&h=300&fit=crop&crop=focalpoint&fp-x=.825&fp-y=.35&fp-z=2", "zoom"),
        Example("/path/to/image.jpg?w=400&h=300&fit=crop", "/400x300,fit=cover,upscale/path/to/image.jpg"),
        Example(
            "/products/shoe.jpg?w=400&h=300&fit=crop&auto=format%2Ccompress",
            "/400x300,fit=cover,format=auto,upscale/products/shoe.jpg",
        ),
        Example("/photo.jpg?w=300&dpr=2&fm=webp&q=75", "/300x@2x,format=webp,quality=75,upscale/photo.jpg"),
        refused("/photo.jpg?w=300&dpr=1.5", "a ratio that is not 1, 2 or 3"),
        Example(
            "/photo.jpg?fm=pjpg&flip=hv&sat=-100&rect=10,20,300,200",
            "/9999x9999,crop=10-20-300x200,flip,flop,format=jpeg,grayscale/photo.jpg",
        ),
        refused("/photo.jpg?w=300&h=200&fit=crop&crop=left&flip=h", "a cut at one side, and mirrored then"),
        refused("/photo.jpg?w=300&auto=enhance", "automatic enhancement"),
        refused("/photo.jpg?w=0.5", "a size that depends on the picture"),
        refused("/photo.jpg?w=600&mask=ellipse", "masks"),
        Example("/photo.jpg?v=2", "/photo.jpg?v=2", "no parameter of imgix"),
    ],
    "imgy": [
        Example(
            "/cloud.png?w=500&h=500&fm=jpg&q=50", "/500x500,fit=fill,format=jpeg,quality=50,upscale/cloud.png"
        ),
        Example(
            "/cloud.png?w=100&h=100&fm=jpg&q=50", "/100x100,fit=fill,format=jpeg,quality=50,upscale/cloud.png"
        ),
        Example("/image.png?w=300&h=300", "/300x300,fit=fill,upscale/image.png"),
        Example("/image.png?fm=webp", "/9999x9999,format=webp/image.png"),
        refused("/image.png?w=300", "one side alone, which stretches the picture"),
        refused("/image.png?fm=tiff", "the format"),
    ],
    "thumbor": [
        refused("/unsafe/-300x200/left/image.jpg", "a cut at one side, and mirrored then"),
        refused("/unsafe/300x200/filters:rotate(90)/photo.jpg", "a box before the rotation"),
        refused("/unsafe/filters:rotate(45)/photo.jpg", "a tilt"),
        refused("/unsafe/trim/10x10:100x100/photo.jpg", "a crop that counts from the trimmed corner"),
        Example(
            "/unsafe/300x200/filters:rotate(180)/photo.jpg", "/300x200,fit=cover,rotate=180,upscale/photo.jpg"
        ),
        Example("/unsafe/300x200/photo.jpg", "/300x200,fit=cover,upscale/photo.jpg"),
        Example("/unsafe/300x0/photo.jpg", "/300x,upscale/photo.jpg"),
        Example("/unsafe/-0x-0/photo.jpg", "/9999x9999,flip,flop/photo.jpg"),
        Example("/unsafe/300x200/smart/photo.jpg", "/300x200,fit=cover,gravity=smart,upscale/photo.jpg"),
        Example(
            "/K97LekICOXT9MbO3X1u8BBkrjbu5/300x200/smart/photo.jpg",
            "/300x200,fit=cover,gravity=smart,upscale/photo.jpg",
        ),
        Example(
            "/1234567890123456789012345678/300x200/smart/path/to/image.jpg",
            "/300x200,fit=cover,gravity=smart,upscale/path/to/image.jpg",
        ),
        Example(
            "/JiuVg9d5Mry_kw4odvb5Zh1C_BY=/320x0/filters:quality(80):grayscale()/photo.jpg",
            "/320x,grayscale,quality=80,upscale/photo.jpg",
        ),
        Example(
            "/unsafe/-300x-200/left/top/smart/image.jpg",
            "/300x200,fit=cover,flip,flop,gravity=smart,upscale/image.jpg",
        ),
        Example(
            "/unsafe/300x200/left/top/image.jpg", "/300x200,fit=cover,gravity=northwest,upscale/image.jpg"
        ),
        Example("/unsafe/240x220:480x260/photo.jpg", "/9999x9999,crop=240-220-240x40/photo.jpg"),
        Example("/unsafe/trim/300x200/photo.jpg", "/300x200,fit=cover,trim=0,upscale/photo.jpg"),
        Example("/unsafe/fit-in/100x100/photo.jpg", "/100x100/photo.jpg"),
        Example(
            "/unsafe/fit-in/300x300/filters:fill(blue)/photo.jpg",
            "/300x300,background=0000ff,fit=contain/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x300/filters:fill(f00)/photo.jpg",
            "/300x300,background=ff0000,fit=contain/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x300/filters:fill(add8e6)/photo.jpg",
            "/300x300,background=add8e6,fit=contain/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x225/filters:fill(blue,1)/photo.jpg",
            "/300x225,background=0000ff,fit=contain/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x225/filters:fill(f00,true)/photo.jpg",
            "/300x225,background=ff0000,fit=contain/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x225/filters:fill(add8e6,1)/photo.jpg",
            "/300x225,background=add8e6,fit=contain/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x300/filters:background_color(blue)/photo.jpg",
            "/300x300,background=0000ff/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x300/filters:background_color(f00)/photo.jpg",
            "/300x300,background=ff0000/photo.jpg",
        ),
        Example(
            "/unsafe/fit-in/300x300/filters:background_color(add8e6)/photo.jpg",
            "/300x300,background=add8e6/photo.jpg",
        ),
        *(
            refused(
                f"/unsafe/fit-in/300x{height}/filters:fill({fill})/photo.jpg",
                "colours that the picture decides",
            )
            for height, fill in [(300, "auto"), (300, "blur"), (225, "auto,true"), (225, "blur,true")]
        ),
        Example("/unsafe/fit-in/600x500/filters:upscale()/photo.jpg", "/600x500,upscale/photo.jpg"),
        Example("/unsafe/filters:format(webp)/photo.jpg", "/9999x9999,format=webp/photo.jpg"),
        Example("/unsafe/filters:quality(40)/photo.jpg", "/9999x9999,quality=40/photo.jpg"),
        Example("/unsafe/filters:grayscale()/photo.jpg", "/9999x9999,grayscale/photo.jpg"),
        Example("/unsafe/filters:blur(7)/photo.jpg", "/9999x9999,blur=7/photo.jpg"),
        Example("/unsafe/filters:rotate(90)/photo.jpg", "/9999x9999,rotate=270/photo.jpg"),
        Example("/unsafe/filters:no_upscale()/photo.jpg", "/9999x9999/photo.jpg"),
        Example("/unsafe/filters:strip_exif()/photo.jpg", "/9999x9999/photo.jpg"),
        Example("/unsafe/filters:strip_icc()/photo.jpg", "/9999x9999/photo.jpg"),
        *(
            refused(f"/unsafe/{asked}/photo.jpg", why)
            for asked, why in [
                ("filters:brightness(40)", "another arithmetic"),
                ("filters:brightness(10):contrast(30)", "another arithmetic"),
                ("filters:contrast(40)", "another arithmetic"),
                ("filters:contrast(-40)", "another arithmetic"),
                ("filters:saturation(40)", "another arithmetic"),
                ("filters:saturation(-40)", "another arithmetic"),
                ("filters:sharpen(2,1.0,true)", "another arithmetic"),
                ("filters:rgb(20,-20,40)", "no such option"),
                ("filters:noise(40)", "no such option"),
                ("filters:equalize()", "no such option"),
                ("filters:convolution(1;2;1;2;4;2;1;2;1,3,true)", "no such option"),
                ("filters:convolution(-1;-1;-1;-1;8;-1;-1;-1;-1,3,false)", "no such option"),
                ("filters:round_corner(20,255,255,255)", "corners of the original, not of the variant"),
                ("filters:round_corner(20|40,0,0,0)", "corners that are no circles"),
                ("filters:round_corner(30,0,0,0,1)", "corners of the original, not of the variant"),
                ("filters:proportion(0.5)", "a size that depends on the picture"),
                ("filters:max_bytes(7500)", "a quality that depends on the picture"),
                ("filters:cover()", "the first frame, which is `frame=1` here"),
                ("filters:gifv()", "videos"),
                ("filters:gifv(mp4)", "videos"),
                ("filters:gifv(webm)", "videos"),
                ("filters:gifv():background_color(ff00ff)", "videos"),
                ("filters:gifv():background_color(f0f)", "videos"),
                ("filters:gifv():background_color(magenta)", "videos"),
                ("300x300/filters:autojpg()", "a format that depends on the picture; see `format=auto`"),
                ("200x100/filters:stretch()", "not read"),
                ("400x100/filters:focal(146x206:279x360)", "a focal area in pixels"),
                ("400x150/filters:vertical_align(middle)", "not read"),
                ("300x300/filters:vertical_align(middle)", "not read"),
                ("400x600/filters:horizontal_align(center)", "not read"),
                (
                    "300x100/filters:extract_focal()/localhost:8888/unsafe/240x220:480x260",
                    "a picture of a picture",
                ),
                ("debug/200x400/smart", "not read"),
            ]
        ),
        refused("/unsafe/meta/-300x-200/left/top/smart/image.jpg", "metadata"),
        refused("/unsafe/full-fit-in/300x200/photo.jpg", "not read"),
        refused("/unsafe/trim:bottom-right/300x200/photo.jpg", "another corner"),
        refused("/unsafe/300xorig/photo.jpg", "one side of the original"),
        refused(
            "/unsafe/300x200/https%3A%2F%2Fgithub.com%2Fthumbor%2Fthumbor%2Fraw%2Fmaster%2Fexample.jpg",
            "a picture on another host",
        ),
        refused(
            "/unsafe/filters:watermark(http://my.site.com/img.png,-10,-10,50)/some/image.jpg",
            "a picture on another host; see WATERMARKS",
        ),
        refused(
            "/unsafe/filters:watermark(http://my.site.com/img.png,10p,-20p,50)/some/image.jpg",
            "a picture on another host; see WATERMARKS",
        ),
    ],
    "dit": [
        Example("/fit-in/100x100/image-name.jpg", "/100x100,quality=80/image-name.jpg"),
        Example("/fit-in/800x1000/photo.jpg", "/800x1000,quality=80/photo.jpg"),
        Example("/fit-in/666x0/4k_hdr.jpg", "/666x,quality=80/4k_hdr.jpg"),
        Example(
            "/90x90/smart/filters:format(png)/profile_images/123/456/image.jpg",
            "/90x90,fit=cover,format=png,gravity=smart,upscale/profile_images/123/456/image.jpg",
        ),
        Example("/300x200/photo.jpg", "/300x200,fit=cover,upscale/photo.jpg"),
        Example("/10x10:100x100/photo.jpg", "/9999x9999,crop=10-10-90x90/photo.jpg"),
        Example("/filters:grayscale()/photo.jpg", "/9999x9999,grayscale/photo.jpg"),
        Example("/filters:quality(40)/photo.jpg", "/9999x9999,quality=40/photo.jpg"),
        Example("/filters:format(jpeg)/photo.jpg", "/9999x9999,format=jpeg/photo.jpg"),
        Example(
            "/filters:grayscale()/filters:format(png)/photo.jpg", "/9999x9999,format=png,grayscale/photo.jpg"
        ),
        Example(
            "/fit-in/300x300/filters:fill(f00)/photo.jpg", "/300x300,background=ff0000,fit=contain/photo.jpg"
        ),
        Example("/filters:no_upscale()/photo.jpg", "/9999x9999,quality=80/photo.jpg"),
        refused("/filters:blur(7)/photo.jpg", "another blur in each version"),
        refused("/filters:rotate(90)/photo.jpg", "another direction in each version"),
        refused(
            "/fit-in/100x100/filters:watermark(..):blur(..):fill(red,1):upscale()/photo.jpg",
            "overlays; see WATERMARKS",
        ),
        *(
            refused(f"/filters:{asked}/photo.jpg", why)
            for asked, why in [
                ("animated(true)", "not read"),
                ("autojpg()", "a format that depends on the picture; see `format=auto`"),
                ("convolution(1;2;1;2;4;2;1;2;1,3,false)", "no such option"),
                ("equalize()", "no such option"),
                ("proportion(0.5)", "a size that depends on the picture"),
                ("rgb(20,-20,40)", "no such option"),
                ("sharpen(2.0,1.0,true)", "another arithmetic"),
                ("smart_crop(0,40)", "zoom on a face"),
                ("stretch()", "not read"),
                ("format(heif)", "the format"),
            ]
        ),
        Example(
            dit(edits={"grayscale": True, "resize": {"width": 300, "height": 200, "fit": "cover"}}),
            "/300x200,fit=cover,grayscale,upscale/photo.jpg",
        ),
        Example(dit(edits={"resize": {"width": 300, "height": 200}}), "/300x200,fit=cover,upscale/photo.jpg"),
        Example(
            dit(edits={"resize": {"width": 300, "fit": "inside", "withoutEnlargement": True}}),
            "/300x,quality=80/photo.jpg",
        ),
        Example(
            dit(
                edits={
                    "resize": {
                        "width": 300,
                        "height": 200,
                        "fit": "contain",
                        "background": {"r": 255, "g": 136, "b": 0, "alpha": 1},
                    }
                }
            ),
            "/300x200,background=ff8800,fit=contain,upscale/photo.jpg",
        ),
        Example(
            dit(edits={"resize": {"width": 300, "height": 200, "fit": "fill"}}),
            "/300x200,fit=fill,upscale/photo.jpg",
        ),
        Example(
            dit("ü/☕ (1).jpg", outputFormat="webp", edits={"rotate": 90, "flip": True, "flop": True}),
            "/9999x9999,flip,flop,format=webp,rotate=90/%C3%BC/%E2%98%95%20(1).jpg",
        ),
        Example(
            dit(edits={"blur": 5, "rotate": None, "toFormat": "jpeg", "jpeg": {"quality": 60}}),
            "/9999x9999,blur=5,format=jpeg,quality=60/photo.jpg",
        ),
        Example(
            dit(edits={"flatten": {"background": {"r": 255, "g": 0, "b": 0}}}),
            "/9999x9999,background=ff0000/photo.jpg",
        ),
        Example(dit(), "/9999x9999,quality=80/photo.jpg"),
        refused(dit(edits={"smartCrop": {"faceIndex": 0, "padding": 40}}), "zoom on a face"),
        refused(dit(edits={"resize": {"width": 300, "ratio": 2}}), "a size that depends on the picture"),
        refused(dit(edits={"overlayWith": {"bucket": "b", "key": "logo.png"}}), "overlays; see WATERMARKS"),
        refused(dit(edits={"sharpen": True}), "another arithmetic"),
        refused(dit(edits={"normalize": True}), "no such option"),
        refused(dit(edits={"tint": {"r": 255, "g": 0, "b": 0}}), "another arithmetic"),
        refused(dit(edits={"roundCrop": True}), "an ellipse of the original"),
        refused(
            dit(edits={"rotate": 90, "resize": {"width": 300}}), "a box before the rotation, or behind it"
        ),
        refused(dit(edits={"rotate": 45}), "a tilt"),
        refused(dit(outputFormat="heif"), "the format"),
    ],
    "sir": [
        Example("/150x150/pretty_photo.jpg", "/150x150,fit=cover/pretty_photo.jpg"),
        Example("/AUTOx150/pretty_photo.jpg", "/x150,quality=80/pretty_photo.jpg"),
        Example("/150xAUTO/pretty_photo.jpg", "/150x,quality=80/pretty_photo.jpg"),
        Example("/150x150_max/pretty_photo.jpg", "/150x150,quality=80/pretty_photo.jpg"),
        Example("/150x150_min/pretty_photo.jpg", "/150x150,fit=outside/pretty_photo.jpg"),
        Example("/100x100/img.jpg", "/100x100,fit=cover/img.jpg"),
        Example(
            "/150x150_crop/pretty_photo.jpg", "/150x150_crop/pretty_photo.jpg", "no address of s3-resizer"
        ),
    ],
    "cloudinary": [
        Example("/demo/image/upload/sample.jpg", "/9999x9999/sample.jpg"),
        Example("/demo/image/upload/w_150,h_100,c_fill/sample.jpg", "/150x100,fit=cover,upscale/sample.jpg"),
        refused("/demo/image/upload/w_0.4/sample.jpg", "a size that depends on the picture"),
        Example(
            "/demo/image/upload/w_150,h_100,c_fill,r_20/sample.png",
            "/150x100,fit=cover,round=20,upscale/sample.png",
        ),
        Example("/demo/image/upload/c_scale,w_150/docs/camera.jpg", "/150x,upscale/docs/camera.jpg"),
        Example(
            "/demo/image/upload/c_scale,h_150,w_150/docs/camera.jpg",
            "/150x150,fit=fill,upscale/docs/camera.jpg",
        ),
        refused("/demo/image/upload/c_scale,w_0.25/docs/camera.jpg", "a size that depends on the picture"),
        Example("/demo/image/upload/c_fit,h_250,w_250/docs/camera.jpg", "/250x250,upscale/docs/camera.jpg"),
        Example("/demo/image/upload/c_limit,h_1000,w_1000/docs/camera.jpg", "/1000x1000/docs/camera.jpg"),
        Example(
            "/demo/image/upload/c_lfill,h_200,w_200/docs/camera.jpg", "/200x200,fit=cover/docs/camera.jpg"
        ),
        Example(
            "/demo/image/upload/b_black,c_pad,h_250,w_250/docs/camera.jpg",
            "/250x250,background=000000,fit=contain,upscale/docs/camera.jpg",
        ),
        Example(
            "/demo/image/upload/b_rgb:ff8800,c_lpad,h_250,w_250/docs/camera.jpg",
            "/250x250,background=ff8800,fit=contain/docs/camera.jpg",
        ),
        refused(
            "/demo/image/upload/b_brown,c_pad,h_250,w_250/docs/camera.jpg",
            "a colour without digits, other than the most frequent",
        ),
        refused("/demo/image/upload/c_mfit,h_250,w_250/docs/camera.jpg", "not read"),
        Example(
            "/demo/image/upload/c_fill,g_auto,h_300,w_400/f_auto/q_auto/sample.jpg",
            "/400x300,fit=cover,format=auto,gravity=smart,upscale/sample.jpg",
        ),
        Example(
            "/demo/image/upload/c_scale,w_400/f_auto/q_auto/sample.jpg",
            "/400x,format=auto,upscale/sample.jpg",
        ),
        Example(
            "/demo/image/upload/f_auto,q_auto/c_fill,g_face,h_300,w_300/v1312461204/woman.jpg",
            "/300x300,fit=cover,format=auto,gravity=face,upscale/woman.jpg",
        ),
        Example(
            "/demo/image/upload/c_fill,g_north_east,h_200,w_200/r_max/e_grayscale/sample.jpg",
            "/200x200,fit=cover,gravity=northeast,grayscale,round=max,upscale/sample.jpg",
        ),
        Example(
            "/demo/image/upload/s--rAnDoM12--/c_fill,dpr_2.0,h_200,w_200,q_60,a_180/sample.jpg",
            "/200x200@2x,fit=cover,quality=60,rotate=180,upscale/sample.jpg",
        ),
        refused("/demo/image/upload/c_thumb,g_face,h_200,w_200/r_max/f_auto/woman.jpg", "zoom on a face"),
        refused(
            "/demo/image/upload/ar_1.0,c_crop,g_face,z_0.5/woman.jpg", "proportions without a size, zoom"
        ),
        refused(
            "/demo/image/upload/c_thumb,g_face,h_600,w_600/c_crop,h_400,w_400,x_150,y_0/woman.jpg",
            "two crops",
        ),
        refused("/demo/image/upload/c_crop,g_face,h_400,r_max,w_400/c_scale,w_200/lady.jpg", "two crops"),
        refused(
            "/demo/image/upload/r_20/c_fill,h_200,w_200/sample.jpg",
            "corners of the original, not of the variant",
        ),
        refused("/demo/image/upload/c_fill,h_100,r_max,w_200/sample.jpg", "an ellipse"),
        refused(
            "/demo/image/upload/c_fill,dpr_2.0,h_200,r_20,w_200/sample.jpg",
            "a radius that may grow with the ratio",
        ),
        refused(
            "/demo/image/upload/a_hflip,c_fill,g_west,h_200,w_200/sample.jpg",
            "a cut at one side, and mirrored then",
        ),
        refused("/demo/image/upload/e_sepia/sample.jpg", "another arithmetic"),
        refused("/demo/image/upload/a_90,c_fill,h_100,w_200/sample.jpg", "a box before the rotation"),
        refused("/demo/image/upload/e_background_removal/f_png/sample.jpg", "no such option"),
        refused(
            "/demo/image/upload/l_logo/c_scale,w_100/fl_layer_apply,g_north_west,x_10,y_10/f_auto/q_auto/sample.jpg",
            "overlays; see WATERMARKS",
        ),
    ],
}


def table() -> str:
    """Return the tables of docs/migrating.md, one for each system."""
    return "\n".join(f"### {system}\n\n{_rows(examples)}" for system, examples in EXAMPLES.items())


def _rows(examples: list[Example]) -> str:
    rows = [
        f"| `{example.address.replace('|', chr(92) + '|')}` | "
        f"{f'`{example.becomes}`' if example.becomes else 'goes to the app, which refuses it'}"
        f"{f': {example.why}' if example.why else ''} |"
        for example in examples
    ]
    return "\n".join(["| address | becomes |", "|---|---|", *rows, ""])


def written(document: str) -> str:
    """Return `document` with the current tables."""
    return _PLACE.sub(lambda place: place[1] + "\n" + table() + place[2], document)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
