"""JPEG XL in a container, with metadata in boxes of its own."""

from __future__ import annotations

from base64 import b64decode

from bench.colours.jxls import FILES
from tests.films import box

COMPRESSED = b64decode(
    "AAAAM2Jyb2JFeGlmCxGAAAAAAE1NACoAAAAIAAEBOwACAAAABQAAABoAAAAAWm/DqwADAAABUGJyb2J4bWwgG6sCABwJts2aDVnx"
    "ZDOHD0oeKuGheaU65L3AfMLE/PFJHbkJ2DyhyEI9/2JZeJ9gpGkA3HPu0LFc6xKBQJCnjtbKpbBSI8k7RcQV/ue/e21cgzXh4lBF"
    "5F3dPqhSaIgtM8WocAOXJODpUr1iakU4M9rRIblu0dUjTEevzQ7KCNOplfdRN09deoA0WvVWy3lz4tJLQOF4sS2knxJRHGYTqiUu"
    "2cKoZkEaaQgxqk9BVW/WmnV6zHmotyg2z4trmmPeo0gQRqDxgBSC8qCjQ/Ib7uYVIKiK6zbqRPzorxLCb2vBHUF8BjEFjEZ5B58L"
    "/03CTkOL2dLzJvVG4uErItW5DnVZSMEDCT/CpU5EoFYQa+SLRlb5aWzgyBdJLHiK2iycBVjvjaXnBf2EOuBSJ5QKZ3X3olg8YpAe"
    "FV+7WXDaxMOQ5pYZ"
)
"""Two boxes `brob`: EXIF of an artist, XMP of two creators, rights and a credit, by Google's brotli 1.2."""

FORTY_MEGABYTES = b64decode(
    "y///PwAkwuKxQHLv//j//weABEAcFoDu/R////8AkACIwwLQvf/j//8fABIAcVgAuvd/+Z8lBkACIA4LQDdKDA=="
)
"""Forty million letters a, compressed by the same."""


def in_boxes(*boxes: bytes) -> bytes:
    """A container with these boxes in front of a picture's codestream."""
    head = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    return head + b"".join(boxes) + box(b"jxlc", FILES["jxl"])
