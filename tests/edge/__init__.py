"""The edge: its rules as tables, both applications live in front of a MiniStack."""
