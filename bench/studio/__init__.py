"""Makes originals, scores pictures and draws charts. Needs Pillow, numpy and matplotlib, in its own venv."""
