"""Runs the whole system on this machine: with one's own photos, a page that shows them, and a log."""
