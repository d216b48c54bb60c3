"""The version of resize404. It stands here alone: everything that tells it reads it here."""

VERSION = "0.2.0"
"""Semantic Versioning 2.0.0. Between releases it is the version that comes next."""
