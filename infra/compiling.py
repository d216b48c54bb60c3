"""Compiles the modules of a folder. The Python that will run them does it, and needs nothing but itself.

``python -m infra.compiling FOLDER WHERE OURS…``: `WHERE` is where the folder will be, and the rest are the
beginnings of our own modules' paths.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
import sys
from pathlib import Path

from infra.dataclasses_ahead import written_out

_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
"""Python need not look at the source: an archive's files do not change, and their dates mean nothing."""

_KNOWS_REPLACE = sys.version_info >= (3, 13)
"""Whether `copy` has `replace`, which dataclasses that are written out need."""


def main(folder: Path, where: str, ours: tuple[str, ...]) -> None:
    """Write the bytecode of each module in `folder` to where Python looks for it (PEP 3147 and 552)."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        source = path.read_bytes()
        told = f"{where}/{name}"
        if name.startswith(ours):
            module = ast.parse(source)
            code = compile(written_out(module) if _KNOWS_REPLACE else module, told, "exec", dont_inherit=True)
        else:
            try:
                code = compile(source, told, "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                continue  # no Python of this version, such as a package's template of a module
        target = Path(importlib.util.cache_from_source(str(path)))
        target.parent.mkdir(exist_ok=True)
        header = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source)
        target.write_bytes(header + marshal.dumps(code))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], tuple(sys.argv[3:]))
