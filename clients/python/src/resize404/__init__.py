"""Addresses, ``srcset`` and ``<picture>`` for a resize404 site. `Site` is where to begin.

>>> from resize404 import Site
>>> Site("https://img.example.com").url("shoes/red.jpg", width=300, height=200, fit="cover")
'https://img.example.com/300x200,fit=cover/shoes/red.jpg'
"""

from resize404._mistake import Mistake
from resize404._options import Options
from resize404._site import Site
from resize404._tags import HTML

__all__ = ["HTML", "Mistake", "Options", "Site"]
__version__ = "0.2.0"
