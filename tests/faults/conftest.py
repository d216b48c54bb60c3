"""Assertions outside of test modules explain themselves, too."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.faults.judging")
