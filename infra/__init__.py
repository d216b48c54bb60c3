"""Makes what is deployed: routing rules, the stack's template, packages, ImageMagick, and an AWS emulator."""
