"""The filter that pictures are resized with: by a decoder, row by row, or by the step `resize`."""

FILTER = "cubic"
CURVE = {"filter:b": "0", "filter:c": "0.75"}
"""B and C of the cubics of Mitchell and Netravali; Catmull and Rom's C is 0.5.

Ours is 0.75, as in OpenCV: as sharp as Lanczos with three lobes in two thirds of its time, since it reads a
third fewer pixels along each side. Measured: docs/decisions.md.
"""
