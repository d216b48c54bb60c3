"""Leaves out modules of others that take long to load, and that nothing here uses.

botocore loads what writes the documentation of its clients, and urllib3 what upgrades it to HTTP/2, which
takes the version of an installed package for it. In Lambda that was a sixth of the time that botocore's
modules take to load. Whoever does use them has them loaded then.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

_POSTPONED = (("botocore", "docs"), ("urllib3", "http2"))
"""Packages that are run when somebody asks for a name in them. Their modules are found as always."""


class _Postponed(ModuleType):
    """A package that has not been run. `importlib.util.LazyLoader` would run it to look for its modules."""

    def __getattr__(self, name: str) -> object:
        """Return what the package has under this name, which is not one of its modules; run it first."""
        if _is_special(name) or PathFinder.find_spec(f"{self.__name__}.{name}", self.__path__):
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]  # it is an ordinary one from here on
        if self.__spec__ and self.__spec__.loader:
            self.__spec__.loader.exec_module(self)
        return getattr(self, name)


class _Docstrings(ModuleType):
    """Stands for botocore's module of docstrings: each of its classes makes an empty one."""

    def __getattr__(self, name: str) -> object:
        """Return the class, whatever its name is."""
        if _is_special(name):
            raise AttributeError(name)
        return _NoDocstring


class _NoDocstring(str):
    """An empty docstring."""

    __slots__ = ()

    def __new__(cls, *_: object, **__: object) -> Self:
        """Return an empty docstring, whatever it is to be made of."""
        return super().__new__(cls)


def leave_out() -> None:
    """Put modules that load nothing in place of those that are left out, unless somebody has loaded them."""
    for owner, name in _POSTPONED:
        spec = find_spec(owner)
        _put(owner, name, (spec and spec.submodule_search_locations) or (), _Postponed)
    docs = sys.modules.get("botocore.docs")
    _put("botocore.docs", "docstring", docs.__path__ if docs else (), _Docstrings)


def _put(owner: str, name: str, folders: Iterable[str], kind: type[ModuleType]) -> None:
    """Put a module of this kind in place of the one with this name in `owner`, if there is one."""
    full = f"{owner}.{name}"
    spec = PathFinder.find_spec(full, [*folders])
    if spec and full not in sys.modules:
        module = module_from_spec(spec)
        module.__class__ = kind
        sys.modules[full] = module
        if owner in sys.modules:  # else whoever loads it finds the module by its full name
            setattr(sys.modules[owner], name, module)


def _is_special(name: str) -> bool:
    return name.startswith("__")
