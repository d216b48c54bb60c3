"""AVIF and HEIC through libheif, the library that ImageMagick itself reads and writes them with.

ImageMagick 6 loses half of what such a file says: its transparency, its range and matrix, its profile; and it
writes white as a light grey. `library` finds libheif, `reading` and `writing` use it. `reading` works with
libheif 1.15, which Debian 12 has, and newer; without it, ImageMagick reads and writes as well as it can.
"""
