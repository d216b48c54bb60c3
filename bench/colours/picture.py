"""The picture that is in every file: a smooth gradient over eight plain fields."""

from __future__ import annotations

WIDTH, HEIGHT = 64, 48

_GRADIENT_ROWS = 32
_FIELDS = (
    *((230, 40, 30), (40, 200, 60), (30, 60, 220), (250, 220, 40)),
    *((128, 128, 128), (255, 255, 255), (0, 0, 0), (120, 30, 140)),
)


def pixel(x: int, y: int) -> tuple[int, int, int]:
    """Return red, green and blue at this place."""
    if y >= _GRADIENT_ROWS:
        return _FIELDS[x * len(_FIELDS) // WIDTH]
    return x * 255 // (WIDTH - 1), y * 255 // (_GRADIENT_ROWS - 1), 255 - x * 255 // (WIDTH - 1)


def alpha(x: int, y: int) -> int:
    """Return how opaque the picture is at this place, if its type can say so."""
    return 255 if y >= _GRADIENT_ROWS else x * 255 // (WIDTH - 1)


def raw(*, transparent: bool = False) -> bytes:
    """Return all pixels, row by row, in RGB or RGBA."""
    places = ((x, y) for y in range(HEIGHT) for x in range(WIDTH))
    return b"".join(bytes((*pixel(x, y), *((alpha(x, y),) if transparent else ()))) for x, y in places)


def grey(x: int, y: int) -> int:
    """Return the brightness at this place."""
    red, green, blue = pixel(x, y)
    return (299 * red + 587 * green + 114 * blue) // 1000
