"""What this site makes: the allowlist of sizes and options, and the presets. Nothing listed, nothing made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.address import variant as grammar
from chalicelib.address.options import OPTIONS
from chalicelib.errors import Malformed, NotAdmitted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address.variant import Variant

ANY = "*"


@dataclass(frozen=True, slots=True)
class Preset:
    """A variant with a name, and the one source it is for, if it is for one."""

    variant: Variant
    source: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The allowlists.

    `sizes` holds canonical sizes, `options` canonical spellings such as ``fit=cover``; ``*`` among the sizes,
    or in an option's value, stands for all. `watermarks` holds the names that there are.
    """

    sizes: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    presets: Mapping[str, Preset] = field(default_factory=dict)
    watermarks: frozenset[str] = frozenset()

    def read(self, text: str) -> Variant:
        """Return the variant that `text` names or spells, admitted or not."""
        if text in self.presets:
            return self.presets[text].variant
        if grammar.is_preset_name(text):
            raise Malformed("There is no preset of this name, and a size looks like 300x200.")
        return grammar.parse(text)

    def admit(self, variant: Variant) -> None:
        """Refuse the variant with `NotAdmitted` unless everything about it is allowed."""
        if variant.options.watermark not in {None, *self.watermarks}:
            raise NotAdmitted(f"There is no watermark {variant.options.watermark} here.")
        if variant.preset:
            return
        if not self.sizes & {ANY, str(variant.size)}:
            raise NotAdmitted(f"The size {variant.size} is not allowed here.")
        for spelling in grammar.spell_options(variant.options):
            name = spelling.partition("=")[0]
            if not self.options & {spelling, f"{name}={ANY}"}:
                raise NotAdmitted(f"The option {spelling} is not allowed here.")

    def source_of(self, variant: Variant) -> str:
        """Return the name of the source that the variant is pinned to, or nothing."""
        return self.presets[variant.preset].source if variant.preset else ""


def read_sizes(text: str) -> frozenset[str]:
    """Return the sizes of ``100x100,300x,x400@2x`` in canonical spelling; ``*`` stands for all of them."""
    return frozenset(entry if entry == ANY else str(grammar.parse_size(entry)) for entry in listed(text))


def read_options(text: str) -> frozenset[str]:
    """Return the spellings of ``fit=cover,quality=*,upscale`` in canonical form."""
    return frozenset(_option(entry) for entry in listed(text))


def read_presets(text: str) -> dict[str, Preset]:
    """Return the presets of ``thumb=90x90,fit=cover; hero@photos=1600x``, each perhaps pinned to a source."""
    presets: dict[str, Preset] = {}
    for entry in listed(text, ";"):
        title, _, spelling = entry.partition("=")
        name, _, source = (part.strip() for part in title.partition("@"))
        if not grammar.is_preset_name(name):
            raise Malformed(f"A preset is named like ios_profile, in lower case; {name!r} is not.")
        if name in presets:
            raise Malformed(f"The preset {name} stands twice.")
        made = grammar.parse(spelling.replace(" ", ""))
        presets[name] = Preset(grammar.Variant(made.size, made.options, name), source)
    return presets


def listed(text: str, separator: str = ",") -> list[str]:
    """Return the entries of a list in one text, without the white space around them."""
    return [entry.strip() for entry in text.split(separator) if entry.strip()]


def _option(entry: str) -> str:
    name, _, value = entry.partition("=")
    if value == ANY and name in OPTIONS:
        return entry
    return next(iter(grammar.spell_options(grammar.parse_options([entry]))), entry)
