"""The colours of every type beside those of Chromium, libvips and Pillow: ``python -m bench colours``.

`files` makes the files, with Pillow and libvips in their own venvs. Everybody then decodes each of them to
plain sRGB over white, and `comparison` compares pixel by pixel.
"""
