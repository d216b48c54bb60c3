"""Tests of the edge: its rules as tables, and both servers live in front of a MiniStack."""
