"""Compares our renderer with others: the same photographs, the same variants, one core, in turns.

``python -m bench`` makes the originals, installs the rivals, measures them all and writes
docs/performance.md. It runs on Linux, and takes photographs and commands from Debian's packages.

    engines/  one long-lived process for each library, with the protocol of `task.py`
    studio/   code that needs Pillow, numpy or matplotlib: originals, scores, chart; has a venv of its own
"""
