"""Runs the package in Lambda's own runtime on this machine, without Docker, to prove that it works there.

`root` builds the root folder: an old Debian's glibc, Lambda's Python, its runtime interface client and
emulator. `sandbox` starts a command inside it, `function` runs one function, and `deployed` starts the
functions of a package. `proof` asks them for pictures, and `bench` measures their times.
"""
