"""JPEG XL through libjxl: ImageMagick 6 has no coder of it that we could use.

`library` finds libjxl, `reading` and `writing` use it. All work with libjxl 0.7, which Debian 12 has, and
newer.
"""
