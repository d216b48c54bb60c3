"""Whose a picture is and what it is of, in an XMP packet (ISO 16684-1; IPTC Photo Metadata Standard)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from chalicelib.codecs.rights import LONGEST, Rights, line

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1 << 19
"""Bytes of a packet that is read."""

_RDF, _DC, _PHOTOSHOP, _USE = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/photoshop/1.0/",
    "http://ns.adobe.com/xap/1.0/rights/",
)
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})

_RIGHTS, _CREATOR, _CREDIT = f"{_DC} rights", f"{_DC} creator", f"{_PHOTOSHOP} Credit"
_TERMS, _STATEMENT = f"{_USE} UsageTerms", f"{_USE} WebStatement"
_TITLE, _CAPTION = f"{_DC} title", f"{_DC} description"
_WANTED = (_RIGHTS, _CREATOR, _CREDIT, _TERMS, _STATEMENT, _TITLE, _CAPTION)
_WHOLE, _DESCRIPTION, _ITEM = f"{_RDF} RDF", f"{_RDF} Description", f"{_RDF} li"
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"
_DEEP = 6
"""How deep an item of a list in a property lies, within RDF: none of another picture's properties."""


def read(packet: bytes) -> Rights:
    """Return what the `packet` says of the picture itself; nothing if it is not well-formed, or has a DTD."""
    reader = _Reader()
    parser = expat.ParserCreate("UTF-8", " ")
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(packet.rstrip(b"\0"), True)  # noqa: FBT003 - expat takes no name for it
    except (expat.ExpatError, ValueError):
        return Rights()
    return reader.rights()


def _refuse(*_declaration: object) -> None:
    """End the reading: entities of a DTD may grow without end, or name files."""
    raise ValueError


class _Reader:
    """Collects the values while expat walks through the packet."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._found: dict[str, list[str]] = {name: [] for name in _WANTED}
        self._heard = ""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._path.append(name)
        self._heard = ""
        if self._within() == [_DESCRIPTION]:
            for wanted, values in self._found.items():
                if wanted in attributes:
                    values.append(attributes[wanted])
        if name == _ITEM and attributes.get(_LANGUAGE) == "x-default":
            self._path[-1] = _LANGUAGE

    def text(self, text: str) -> None:
        self._heard = (self._heard + text)[: 4 * LONGEST]

    def end(self, _name: str) -> None:
        match self._within():
            case [path, wanted] if path == _DESCRIPTION and wanted in self._found:
                self._found[wanted].append(self._heard)
            case [path, wanted, _, item] if path == _DESCRIPTION and wanted in self._found:
                if item == _LANGUAGE:
                    self._found[wanted].insert(0, self._heard)
                elif item == _ITEM:
                    self._found[wanted].append(self._heard)
        self._path.pop()
        self._heard = ""

    def _within(self) -> list[str]:
        """Return the path within RDF; empty outside of it, and where it is too deep to count."""
        if _WHOLE not in self._path[:2] or len(self._path) > _DEEP:
            return []
        return self._path[self._path.index(_WHOLE) + 1 :]

    def rights(self) -> Rights:
        found = {name: list(filter(None, map(line, values))) for name, values in self._found.items()}
        first = {name: next(iter(values), "") for name, values in found.items()}
        return Rights(
            copyright=first[_RIGHTS],  # a translation for each language, as of the other texts
            artist=line(", ".join(found[_CREATOR])),
            credit=first[_CREDIT],
            usage=first[_TERMS],
            statement=first[_STATEMENT],
            title=first[_TITLE],
            description=first[_CAPTION],
        )


def written(rights: Rights) -> bytes:
    """Return a packet of the values; empty if there are none."""
    if not any(rights):
        return b""
    said = Rights(*(value.translate(_ESCAPED) for value in rights))
    credited = f' photoshop:Credit="{said.credit}"' if said.credit else ""
    stated = f' xmpRights:WebStatement="{said.statement}"' if said.statement else ""
    used = f' xmlns:xmpRights="{_USE}"' if said.usage or said.statement else ""
    told = f"{used}{credited}{stated}"
    artist = f"<rdf:Seq><rdf:li>{said.artist}</rdf:li></rdf:Seq>"
    creator = f"<dc:creator>{artist}</dc:creator>" if said.artist else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
        f'<rdf:Description rdf:about="" xmlns:dc="{_DC}" xmlns:photoshop="{_PHOTOSHOP}"{told}>'
        f"{creator}{_text('dc:rights', said.copyright)}{_text('xmpRights:UsageTerms', said.usage)}"
        f"{_text('dc:title', said.title)}{_text('dc:description', said.description)}"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _text(name: str, text: str) -> str:
    """Return the property with a text for readers of any language; empty if there is no text."""
    item = f'<rdf:li xml:lang="x-default">{text}</rdf:li>'
    return f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>" if text else ""
