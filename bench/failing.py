"""The error of a bench that cannot continue."""

from __future__ import annotations


class BenchFailed(Exception):  # noqa: N818 - the name says what happened
    """Something is missing, or a picture is wrong; the message is for the person at the terminal."""
