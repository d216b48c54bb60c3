"""The process that pictures are made in.

A darkroom is the room where photographers develop film, and where no light may come in. Ours is a separate
process for ImageMagick. It has no credentials, and it can be stopped at any time.
"""
