"""Fuzzers: they give changed bytes to the parsers, guided by coverage, and to the renderer."""
