"""What an image file is, and how it is read and written: headers, formats, limits, decoders, ImageMagick."""
