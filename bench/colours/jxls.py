"""JPEG XL by libjxl 0.11.2, with other settings than ours.

Each is 32 x 16 pixels: the left half (230, 40, 30), the right half (40, 200, 60); the grey one 20 and 200; PQ
and HLG 9000 and 38000 of 65535. Those with transparency have alpha 0 on the left and 128 on the right. The
animation is red for 100 ms, green for 200 and blue for 300, three times.
"""

from __future__ import annotations

from base64 import b64decode

FILES = {
    "jxl": b64decode(
        "/wrDBwAVCAAwAXc/yAEAUKEyyrjBy7meLz90WEzbuM7QVtsWljA22wuDhIRDcHOXkSnVfEBIkBR5sVSEM2+t4RMeeyy9zH291IEB"
        "zkMyYNCgDACgkgQ="
    ),
    "jxl, lossless": b64decode("/wrDQSQIBAEAjABLGIsVABwuM8aMFzMvEALA4YACwCEBxCdQQKcwFIgmYAveJw=="),
    "jxl in a container": b64decode(
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAABeanhsY/8KwwcAFQgAMAF3P8gBAFChMsq4wcu5ni8/dFhM27jO0Fbb"
        "FpYwNtsLg4SEQ3Bzl5Ep1XxASJAUebFUhDNvreETHnssvcx9vdSBAc5DMmDQoAwAoJIE"
    ),
    "jxl of 10 bits": b64decode(
        "/wrDUSYAFQgAMAF3P8gBAFChMsq4wcu5ni8/dFhM27jO0FbbFpYwNtsLg4SEQ3Bzl5Ep1XxASJAUebFUhDNvreETHnssvcx9vdSB"
        "Ac5DMmDQoAwAoJIE"
    ),
    "jxl of 16 bits, lossless": b64decode(
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAAA/anhsY/8Kw/EDCQgEAQCsAEsYixUAJFxmjMEi48XM"
        "C4QA8HigAHCIAQXx9QkkgM8vLAwNNqUJAjGCdAg="
    ),
    "jxl of floats": b64decode(
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAABJanhsY/8Kw8lBAggEAQDUAEs4aZjKg/crKAiA7Iwx"
        "mPITY4w5h084AOhrzs3N/iIjox4XoaAgvugECgqKeHj4brMFAAAA"
    ),
    "grey jxl": b64decode(
        "/wrDQVLcCAATCADoALceqgEAUKEyyrjBy7meLz90WEzbuM7QVtsWljA22wuDhIRTxN3wQ1Uz2DyzclNc9AEAZAjUBYBKEgA="
    ),
    "jxl with alpha": b64decode(
        "/wrDwU4ATIAAACwDdz/IAQBQoTLKuMHLuZ4vP3RYTNu4ztBW2xaWMDbbc6FgkDADQJ0xYwxKjxcAAWBSwUQAAIpfc2qd+YEMAF21"
        "F4/bArt/CGADeNzX9iHiKRdicbZBYpUmgSJakp4zOHgdUACArJACC2xXqk6KungSSd5djHcX40VO57UlFDpAjScyi0HPSO6CI5Fl"
        "I8TXr86Yt96sDQ5wOPQnp4TCg6LuOVPfnO2v0lfY5b1KRabThg94wsIrXxwBUeCl0qvOoLWfjzBWA+b34n4nKDM="
    ),
    "jxl with premultiplied alpha": b64decode(
        "/wrDwQA4AQBMgAAAjAH//3IFAIAKlVHGDV7O9Xz5ocNi2sZ1hrbatrCEsdmeCwWDhBkA6owZY1Di6MboGBtt270ACACTCiYCAFD8"
        "mrcgAQCsC8J5cjDhwDgd8qhKSCbPBjCSG5DDGXe8UimoAKJGJQk="
    ),
    "jxl turned": b64decode("/wrDLRATCAQBAIwASxiLFQAcLjPGjBczLxACwOGAAsAhAcQnUECnMBSIJmAL3ic="),
    "jxl mirrored": b64decode("/wrDDRATCAQBAIwASxiLFQAcLjPGjBczLxACwOGAAsAhAcQnUECnMBSIJmAL3ic="),
    "jxl of Display P3": b64decode("/wrDQUAmNwIIBAEAjABLGIsVABwuM8aMFzMvEALA4YACwCEBxCdQQKcwFIgmYAveJw=="),
    "jxl of Display P3, lossy": b64decode(
        "/wrDQUImNwIAFQgAQAG3HqoBAFChMsq4wcu5ni8/dFhM27jO0FbbFpYwNtsLg4SEU8hrP0dl1HxcwtgDvm4y770E0k7e4DR4zlPc"
        "pWBGaoZC4+hbMpDgACUAgEoSAA=="
    ),
    "linear jxl": b64decode("/wrDQUDRIggEAQCMAEsYixUAHC4zxowXMy8QAsDhgALAIQHEJ1BApzAUiCZgC94n"),
    "jxl of PQ": b64decode(
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAABDanhsY/8KwwX8AOTRAz0GAAAAgAgEAQCYAEsYixUA"
        "3C8zxmB1MfMCIQAUYqkHHCCCozyKCQ7mjpAxCNgE8IUB"
    ),
    "jxl of HLG": b64decode(
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAABEanhsY/8KwwX8AOQZCPQYAAAAAAIIBAEAmABLGIsV"
        "ANwvM8ZgdTHzAiEAFGKpBxwggqM8igkO5o6QMQjYBPCFAQ=="
    ),
    "jxl with a profile": b64decode(
        "/wrDQQifCgMS5gEwzaET8jnP6wioKkL7kolQyZU1hdDWXQrq4zDCehqBnRMVcnRzqgbvxk3olJlD6z/AJyDDjQ0Zf7byQNqEIVMu"
        "iJk38oKECx4VfA/atVLPtdNtEFELePMAB+VCXkmwWDt0H7BEEcwdgDafQLWd8Os1CAQBAIwASxiLFQAcLjPGjBczLxACwOGAAsAh"
        "AcQnUECnMBSIJmAL3ic="
    ),
    "jxl with a gamma": b64decode("/wrDQUAlK6aKCAQBAIwASxiLFQAcLjPGjBczLxACwOGAAsAhAcQnUECnMBSIJmAL3ic="),
    "animated jxl": b64decode(
        "/wrDBaNBTAgEkgEARABLGIsVgF36/wAiNk4AQCihPwgEIgMARABLGIsVgF36/wDOOE4AgIGhPwgEswQAAAQARABLGIsVgF36/wDi"
        "OE4AgIGhPw=="
    ),
}
