"""Lambda's own runtime on this machine, without Docker: the proof that what is packaged runs there.

`root` builds it: an old Debian's glibc, Lambda's Python, its runtime interface client and emulator. `room`
shuts a function in it, `function` runs one, `deployed` starts those of a package. `proof` asks them for
pictures, `bench` takes their time.
"""
