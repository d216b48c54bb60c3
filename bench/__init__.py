"""The renderer beside its rivals: the same photographs, the same variants, one core, in turns.

``python -m bench`` makes the originals, installs the rivals, measures them all and writes
docs/performance.md. It runs on Linux, and takes photographs and commands from Debian's packages.

    engines/  one long-lived process per library, each speaking the lines of `task.py`
    studio/   what needs Pillow, numpy or matplotlib: originals, scores, chart; runs in a venv of its own
"""
