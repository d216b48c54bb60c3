"""The filter that pictures are resized with: by a decoder, row by row, or by the step `resize`."""

FILTER = "cubic"
CURVE = {"filter:b": "0", "filter:c": "0.75"}
"""B and C of the cubics of Mitchell and Netravali; Catmull and Rom's C is 0.5.

This one, also OpenCV's, is as sharp as Lanczos over three lobes, for two thirds of its time: what it looks at
is a third smaller. Measured: docs/decisions.md.
"""
