"""The steps that a picture goes through, one in each file. Their order and its reasons: `render/pipeline.py`.

A step takes a Wand image and the `Job`, and changes the image. Two are different: `pick` takes all frames
before the pipeline, `encode` takes them after it. Importing the steps does not load ImageMagick.
"""
