"""Builds ImageMagick for Lambda from Debian's sources. Zig compiles it for Lambda's older glibc."""
