"""Runs the whole system on this machine, and shows it: a demo page, and a walk-through in the terminal."""
