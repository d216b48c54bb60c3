"""What needs Pillow, numpy or matplotlib: originals, scores and charts. Runs in a venv of its own."""
