"""ImageMagick for Lambda: built from Debian's sources with Zig, for an older glibc than the builder's."""
