"""What the clients write into pages: markup for ``clients/vectors.json``, typed by hand.

The app writes no markup, so nothing can make these rows. A test holds their addresses against the app.
Arguments have the names of the Python client; in JavaScript they are in camel case.
"""

from __future__ import annotations

from typing import Any

SITE = "https://img.example.com"

_KEY = "shoes/red.jpg"
_WIDTHS = {"widths": [320, 640, 960], "alt": "Red shoes"}

MARKUP: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("an address", "url", _KEY, {"width": 300}, f"{SITE}/300x/shoes/red.jpg"),
    (
        "values of every kind",
        "url",
        "a b.jpg",
        {
            "width": 300,
            "height": 200,
            "dpr": 2,
            "fit": "cover",
            "gravity": "50-0",
            "blur": 2.0,
            "sharpen": 0.5,
            "flip": True,
            "flop": False,
            "quality": 80,
            "round": "max",
            "background": "#FFF",
            "tint": "#ff8800",
        },
        f"{SITE}/300x200@2x,background=ffffff,blur=2,fit=cover,flip,gravity=north,quality=80,round=max,sharpen=0.5,"
        "tint=ff8800/a%20b.jpg",
    ),
    (
        "what is None is left out",
        "url",
        _KEY,
        {"width": 300, "height": None, "quality": None},
        f"{SITE}/300x/shoes/red.jpg",
    ),
    ("a preset", "url", _KEY, {"variant": "hero"}, f"{SITE}/hero/shoes/red.jpg"),
    (
        "an aspect ratio, a half of a pixel goes up",
        "url",
        _KEY,
        {"width": 325, "aspect_ratio": "10:7"},
        f"{SITE}/325x228,fit=cover/shoes/red.jpg",
    ),
    (
        "an aspect ratio with a fit",
        "url",
        _KEY,
        {"width": 320, "aspect_ratio": "16 / 9", "fit": "contain"},
        f"{SITE}/320x180,fit=contain/shoes/red.jpg",
    ),
    (
        "widths in any order",
        "srcset",
        _KEY,
        {"widths": [640, 320, 640]},
        f"{SITE}/320x/shoes/red.jpg 320w, {SITE}/640x/shoes/red.jpg 640w",
    ),
    (
        "widths as a text",
        "srcset",
        _KEY,
        {"widths": "320, 640"},
        f"{SITE}/320x/shoes/red.jpg 320w, {SITE}/640x/shoes/red.jpg 640w",
    ),
    (
        "densities",
        "srcset",
        _KEY,
        {"width": 300, "height": 200, "fit": "cover", "densities": [1, 2]},
        f"{SITE}/300x200,fit=cover/shoes/red.jpg 1x, {SITE}/300x200@2x,fit=cover/shoes/red.jpg 2x",
    ),
    (
        "an original that is narrower than the widths",
        "srcset",
        _KEY,
        {"widths": [320, 640, 960, 1280], "original": [800, 600]},
        f"{SITE}/320x/shoes/red.jpg 320w, {SITE}/640x/shoes/red.jpg 640w, {SITE}/960x/shoes/red.jpg 800w",
    ),
    (
        "an original that is narrower than the widths, enlarged",
        "srcset",
        _KEY,
        {"widths": [640, 960], "original": [800, 600], "upscale": True},
        f"{SITE}/640x,upscale/shoes/red.jpg 640w, {SITE}/960x,upscale/shoes/red.jpg 960w",
    ),
    (
        "an original that has no more pixels for a dense screen",
        "srcset",
        _KEY,
        {"width": 300, "densities": [1, 2, 3], "original": [400, 300]},
        f"{SITE}/300x/shoes/red.jpg 1x, {SITE}/300x@2x/shoes/red.jpg 2x",
    ),
    (
        "a comma at the end of a key, where it would end the candidate",
        "srcset",
        "a,b,,",
        {"widths": [320, 640]},
        f"{SITE}/320x/a,b%2C%2C 320w, {SITE}/640x/a,b%2C%2C 640w",
    ),
    ("an image", "img", _KEY, {"width": 300, "alt": ""}, f'<img alt="" src="{SITE}/300x/shoes/red.jpg">'),
    (
        "an image of a preset, whose original is known",
        "img",
        _KEY,
        {"variant": "hero", "alt": "", "original": [2000, 1500]},
        f'<img alt="" src="{SITE}/hero/shoes/red.jpg">',
    ),
    (
        "an image whose size follows from its original",
        "img",
        _KEY,
        {"width": 640, "alt": "", "original": {"width": 1280, "height": 853, "frames": 1}},
        f'<img alt="" width="640" height="427" src="{SITE}/640x/shoes/red.jpg">',
    ),
    (
        "an image for dense screens",
        "img",
        _KEY,
        {"width": 300, "height": 200, "fit": "cover", "densities": [1, 2], "alt": ""},
        f'<img alt="" width="300" height="200" srcset="{SITE}/300x200,fit=cover/shoes/red.jpg 1x, '
        f'{SITE}/300x200@2x,fit=cover/shoes/red.jpg 2x" src="{SITE}/300x200,fit=cover/shoes/red.jpg">',
    ),
    (
        "everything is escaped",
        "img",
        "a&b'\".jpg",
        {
            "width": 300,
            "alt": "\"<b>'&",
            "class_": 'x"y',
            "loading": "lazy",
            "attrs": {"data-id": 7, "hidden": True, "lang": None, "draggable": False},
        },
        '<img alt="&quot;&lt;b&gt;&#x27;&amp;" class="x&quot;y" loading="lazy" data-id="7" hidden '
        f'src="{SITE}/300x/a&amp;b&#x27;%22.jpg">',
    ),
    (
        "a picture",
        "picture",
        _KEY,
        {**_WIDTHS, "widths": [320, 640], "sizes": "(max-width: 600px) 100vw, 600px"},
        '<picture><source type="image/avif" sizes="(max-width: 600px) 100vw, 600px" '
        f'srcset="{SITE}/320x,format=avif/shoes/red.jpg 320w, {SITE}/640x,format=avif/shoes/red.jpg 640w">'
        '<source type="image/webp" sizes="(max-width: 600px) 100vw, 600px" '
        f'srcset="{SITE}/320x,format=webp/shoes/red.jpg 320w, {SITE}/640x,format=webp/shoes/red.jpg 640w">'
        '<img alt="Red shoes" sizes="(max-width: 600px) 100vw, 600px" '
        f'srcset="{SITE}/320x/shoes/red.jpg 320w, {SITE}/640x/shoes/red.jpg 640w" src="{SITE}/640x/shoes/red.jpg">'
        "</picture>",
    ),
    (
        "a picture of one format, sizes as a number, an aspect ratio",
        "picture",
        _KEY,
        {"widths": [320], "sizes": 600, "aspect_ratio": "4:3", "formats": "webp", "alt": ""},
        '<picture><source type="image/webp" sizes="(max-width: 600px) 100vw, 600px" '
        f'srcset="{SITE}/320x240,fit=cover,format=webp/shoes/red.jpg 320w">'
        '<img alt="" width="320" height="240" sizes="(max-width: 600px) 100vw, 600px" '
        f'srcset="{SITE}/320x240,fit=cover/shoes/red.jpg 320w" src="{SITE}/320x240,fit=cover/shoes/red.jpg"></picture>',
    ),
    (
        "an image whose sizes are a number in a template",
        "img",
        _KEY,
        {"widths": "320", "sizes": "600", "alt": ""},
        f'<img alt="" sizes="(max-width: 600px) 100vw, 600px" srcset="{SITE}/320x/shoes/red.jpg 320w" '
        f'src="{SITE}/320x/shoes/red.jpg">',
    ),
    (
        "a picture of one size, whose image has a format",
        "picture",
        "a,",
        {"width": 300, "format": "webp", "alt": ""},
        f'<picture><source type="image/avif" srcset="{SITE}/300x,format=avif/a%2C">'
        f'<img alt="" src="{SITE}/300x,format=webp/a,"></picture>',
    ),
    (
        "an animation, which only WebP keeps moving",
        "picture",
        "cat.GIF",
        {"width": 300, "alt": ""},
        f'<picture><source type="image/webp" srcset="{SITE}/300x,format=webp/cat.GIF">'
        f'<img alt="" src="{SITE}/300x/cat.GIF"></picture>',
    ),
    (
        "an animation by its info",
        "picture",
        "cat",
        {"width": 300, "alt": "", "original": {"width": 600, "height": 400, "frames": 12}},
        f'<picture><source type="image/webp" srcset="{SITE}/300x,format=webp/cat">'
        f'<img alt="" width="300" height="200" src="{SITE}/300x/cat"></picture>',
    ),
    (
        "a frame of an animation",
        "picture",
        "cat.gif",
        {"width": 300, "alt": "", "frame": 1, "formats": ["avif"]},
        f'<picture><source type="image/avif" srcset="{SITE}/300x,format=avif,frame=1/cat.gif">'
        f'<img alt="" src="{SITE}/300x,frame=1/cat.gif"></picture>',
    ),
    (
        "a drawing, which stays one",
        "picture",
        "logo.svg",
        {"width": 300, "alt": ""},
        f'<picture><img alt="" src="{SITE}/300x/logo.svg"></picture>',
    ),
    (
        "a picture of a preset",
        "picture",
        _KEY,
        {"variant": "hero", "alt": ""},
        f'<picture><img alt="" src="{SITE}/hero/shoes/red.jpg"></picture>',
    ),
]
"""About, method, key, arguments, and what the method returns."""

_BOTH = (
    'widths and sizes belong together. sizes says how wide the page shows the picture: sizes="100vw", '
    'sizes="(max-width: 600px) 100vw, 600px", or in short sizes=600.'
)

MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("no size", "url", {"quality": 80}, "There is no size. Give a width, a height, both, or widths."),
    ("a width of 0", "url", {"width": 0}, "'0' is not a width. It is a whole number from 1 to 9999."),
    (
        "a width with a unit",
        "url",
        {"width": "300px"},
        "'300px' is not a width. It is a whole number from 1 to 9999.",
    ),
    (
        "four device pixels",
        "url",
        {"width": 300, "dpr": 4},
        "'300x@4x' is not a size. A size is written like 300x200, 300x, x200 or 300x200@2x, each side from 1 to 9999.",
    ),
    (
        "a value of a flag",
        "url",
        {"width": 300, "flip": "yes"},
        "The option flip does not take 'yes'. It takes no value.",
    ),
    (
        "a truth value of a number",
        "url",
        {"width": 300, "blur": True},
        "The option blur needs a value. It takes 0.3 to 100, with at most one decimal place.",
    ),
    (
        "a colour by name",
        "url",
        {"width": 300, "tint": "red"},
        "The option tint does not take 'red'. It takes rrggbb, such as ff8800.",
    ),
    (
        "a text and a size",
        "url",
        {"variant": "hero", "width": 300},
        "A variant that is written as a text takes no width beside it.",
    ),
    (
        "an address of several sizes",
        "url",
        {"widths": [320]},
        "An address has one size. Give widths and densities to srcset, img or picture.",
    ),
    ("widths and a width", "srcset", {"widths": [320], "width": 300}, "Give widths, or width, not both."),
    (
        "widths and densities",
        "srcset",
        {"widths": [320], "densities": [1]},
        "Give widths, or densities, not both.",
    ),
    (
        "densities and dpr",
        "srcset",
        {"width": 300, "densities": [1], "dpr": 2},
        "Give densities, or dpr, not both.",
    ),
    (
        "four device pixels among others",
        "srcset",
        {"width": 300, "densities": [1, 4]},
        "'4' is not one of densities. They are whole numbers from 1 to 3, like 1, 2.",
    ),
    (
        "a width that is too large",
        "srcset",
        {"widths": [320, 10000]},
        "'10000' is not one of widths. They are whole numbers from 1 to 9999, like 320, 640.",
    ),
    (
        "a height that follows and is too large",
        "srcset",
        {"widths": [320, 9999], "aspect_ratio": "1:2"},
        "'9999x19998' is not a size. A size is written like 300x200, 300x, x200 or 300x200@2x, each side from 1 to 9999.",
    ),
    (
        "a width that is none",
        "srcset",
        {"widths": "320,,640"},
        "'' is not one of widths. They are whole numbers from 1 to 9999, like 320, 640.",
    ),
    (
        "an aspect ratio that is none",
        "url",
        {"width": 300, "aspect_ratio": "1.5"},
        "'1.5' is not an aspect ratio. Write it like 16:9.",
    ),
    (
        "no alt",
        "img",
        {"width": 300},
        'alt is missing. Say what is to be seen, or write alt="" for mere decoration.',
    ),
    ("widths without sizes", "img", {"widths": [320], "alt": ""}, _BOTH),
    ("sizes without widths", "picture", {"width": 300, "sizes": "100vw", "alt": ""}, _BOTH),
    (
        "an attribute in upper case",
        "img",
        {"width": 300, "alt": "", "attrs": {"onLoad": "x"}},
        "'onLoad' is not the name of an attribute. Write it in lower case, like data-id.",
    ),
    (
        "an attribute that breaks out",
        "img",
        {"width": 300, "alt": "", "attrs": {"x><script": ""}},
        "'x><script' is not the name of an attribute. Write it in lower case, like data-id.",
    ),
    (
        "an attribute that is ours",
        "img",
        {"width": 300, "alt": "", "attrs": {"src": "x"}},
        "The attribute src is written from the other arguments.",
    ),
    (
        "a format that browsers have no source for",
        "picture",
        {"width": 300, "alt": "", "formats": ["tiff"]},
        "There is no format 'tiff' for a source. The formats are jpeg, png, webp, avif, jxl, gif.",
    ),
    (
        "formats of a preset",
        "picture",
        {"variant": "hero", "alt": "", "formats": ["webp"]},
        "The preset hero has a format of its own. Leave formats out.",
    ),
    (
        "a crop outside of the original",
        "img",
        {"width": 300, "crop": "900-0-10x10", "original": [800, 600], "alt": ""},
        "The crop 900-0-10x10 lies outside of the picture, which is 800x600.",
    ),
]
"""About, method, arguments, and the message of the mistake. The key is always the same."""


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return them as the document has them."""
    markup = ("about", "method", "key", "arguments", "written")
    mistakes = ("about", "method", "arguments", "message")
    return {
        "markup": [dict(zip(markup, row, strict=True)) for row in MARKUP],
        "mistakes": [dict(zip(mistakes, row, strict=True)) for row in MISTAKES],
    }
