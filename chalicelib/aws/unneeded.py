"""Leaves out modules of others that take long to load, and that nothing here uses.

botocore loads what writes the documentation of its clients, and urllib3 what upgrades it to HTTP/2, which
takes the version of an installed package for it. In Lambda that was a sixth of the time that botocore's
modules take to load.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

_PACKAGES = (("botocore", "docs"), ("urllib3", "http2"))
"""Packages whose own ``__init__`` is left out. Their other modules are found as always."""

_DOCSTRINGS = "botocore.docs.docstring"


class _NoDocstring(str):
    """Stands for each of botocore's classes of docstrings: an empty one."""

    __slots__ = ()

    def __new__(cls, *_: object, **__: object) -> Self:
        """Return an empty docstring, whatever it is to be made of."""
        return super().__new__(cls)


def leave_out() -> None:
    """Put empty modules in place of those that are left out, unless somebody has loaded them.

    This is for the app alone: boto3's resources need what botocore has for documentation.
    """
    for owner, name in _PACKAGES:
        spec = find_spec(owner)
        if spec and spec.submodule_search_locations and f"{owner}.{name}" not in sys.modules:
            empty = ModuleType(f"{owner}.{name}")
            empty.__path__ = [f"{folder}/{name}" for folder in spec.submodule_search_locations]
            sys.modules[empty.__name__] = empty
    if _DOCSTRINGS not in sys.modules:
        docstrings = ModuleType(_DOCSTRINGS)
        docstrings.__getattr__ = lambda _: _NoDocstring  # type: ignore[method-assign]  # PEP 562
        sys.modules[_DOCSTRINGS] = docstrings
