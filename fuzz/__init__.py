"""Bytes that nobody thought of, given to the parsers, guided by coverage, and to the renderer."""
