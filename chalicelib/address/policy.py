"""What this site makes: the sizes, options and presets that it allows. What is not listed is not made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.address import variant as grammar
from chalicelib.address.alternatives import nearest_sizes, nearest_values
from chalicelib.address.options import OPTIONS
from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.errors import Malformed, NotAdmitted, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address.variant import Size, Variant

ANY = "*"

_BEGINS_LIKE_A_SIZE = re.compile(r"\W*(?:[xX\u00d7]?\d|$)")


@dataclass(frozen=True, slots=True)
class Preset:
    """A variant with a name. `source` is the one source that the preset is for, or empty."""

    variant: Variant
    source: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The allowlists.

    `sizes` holds canonical sizes and the word ``info``, which allows it, and `options` canonical spellings
    such as ``fit=cover``. A ``*`` among the sizes, or as the value of an option, allows all. `watermarks`
    holds the names of all watermarks.
    """

    sizes: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    presets: Mapping[str, Preset] = field(default_factory=dict)
    watermarks: frozenset[str] = frozenset()

    def read(self, text: str) -> Variant:
        """Return the variant that `text` names or spells, whether it is allowed or not."""
        if text == grammar.INFO:
            return grammar.INFO_VARIANT
        if text in self.presets:
            return self.presets[text].variant
        name = re.split("[,@]", text, maxsplit=1)[0]
        if name == grammar.INFO:
            raise Malformed("There are no options of info. Ask for /info/ and the key alone.")
        if name in self.presets:
            raise Malformed(
                f"The preset {name} takes no options. Ask for {name} alone, or for a size with options."
            )
        if grammar.is_preset_name(name) or not _BEGINS_LIKE_A_SIZE.match(name):
            raise Malformed(
                f"There is no preset {quoted(name)} here, and a size is written like 300x200."
                f"{did_you_mean(nearest(name, self.presets))}"
            )
        return grammar.parse(text)

    def admit(self, variant: Variant) -> None:
        """Refuse the variant with `NotAdmitted` unless everything about it is allowed to everybody."""
        self.check_watermark(variant)
        if variant.is_info and not self.sizes & {ANY, grammar.INFO}:
            raise NotAdmitted("Info is not allowed here. The owner of the site can allow it among the sizes.")
        if variant.preset:
            return
        if not self.sizes & {ANY, str(variant.size)}:
            raise NotAdmitted(f"The size {variant.size} is not allowed here. {self._sizes(variant.size)}")
        for spelling in grammar.spell_options(variant.options):
            name = spelling.partition("=")[0]
            if not self.options & {spelling, f"{name}={ANY}"}:
                raise NotAdmitted(f"The option {spelling} is not allowed here. {self._options(spelling)}")

    def check_watermark(self, variant: Variant) -> None:
        """Refuse a variant with a watermark that this site does not have."""
        watermark = variant.options.watermark
        if watermark is not None and watermark not in self.watermarks:
            meant = nearest(watermark, self.watermarks)
            suggestion = did_you_mean(meant and f"watermark={meant}")
            raise NotAdmitted(f"There is no watermark {watermark} here.{suggestion}")

    def source_of(self, variant: Variant) -> str:
        """Return the name of the source that the variant's preset is for, or nothing."""
        return self.presets[variant.preset].source if variant.preset in self.presets else ""

    @property
    def boxes(self) -> frozenset[str]:
        """The allowed sizes of pictures, ``*`` among them if all are."""
        return self.sizes - {grammar.INFO}

    def _sizes(self, size: Size) -> str:
        """Return a sentence with the allowed sizes that are nearest to `size`."""
        if self.boxes:
            return f"The nearest allowed: {', '.join(nearest_sizes(size, self.boxes))}."
        return "This site allows presets only." if self.presets else "This site allows no size at all."

    def _options(self, spelling: str) -> str:
        """Return a sentence with the nearest allowed values of the option, else with the allowed options."""
        names = {option.partition("=")[0] for option in self.options}
        name = spelling.partition("=")[0]
        if name in names:
            values = [option for option in self.options if option.partition("=")[0] == name]
            return f"The nearest allowed: {', '.join(nearest_values(spelling, values))}."
        return f"This site allows {', '.join(sorted(names)) or 'no options'}."


def read_sizes(text: str) -> frozenset[str]:
    """Return the sizes of ``100x100,300x,x400@2x`` in canonical spelling; ``*`` allows all, and info."""
    _refuse_semicolons(text, "100x100,300x200")
    words = {ANY, grammar.INFO}
    return frozenset(entry if entry in words else str(grammar.parse_size(entry)) for entry in listed(text))


def read_options(text: str) -> frozenset[str]:
    """Return the spellings of ``fit=cover,quality=*,upscale`` in canonical form."""
    _refuse_semicolons(text, "fit=cover,format=webp")
    return frozenset(_option(entry) for entry in listed(text))


def read_presets(text: str) -> dict[str, Preset]:
    """Return the presets of ``thumb=90x90,fit=cover; hero@photos=1600x``. A preset may be for one source."""
    presets: dict[str, Preset] = {}
    for entry in listed(text, ";"):
        title, _, spelling = entry.partition("=")
        name, _, source = (part.strip() for part in title.partition("@"))
        if not grammar.is_preset_name(name):
            raise _no_preset_name(name)
        if name in presets:
            raise Malformed(f"The preset {name} is given twice. Give it once.")
        made = _parse_preset(name, spelling.replace(" ", ""))
        presets[name] = Preset(grammar.Variant(made.size, made.options, name), source)
    return presets


def _no_preset_name(name: str) -> Malformed:
    lower = name.lower()
    suggestion = did_you_mean(lower if grammar.is_preset_name(lower) else None)
    return Malformed(
        f"{quoted(name)} cannot name a preset. A preset is named like ios_profile, in lower case.{suggestion}"
    )


def _parse_preset(name: str, spelling: str) -> Variant:
    """Return the variant of the preset `name`. It has no place for another preset behind a comma."""
    if not spelling:
        raise Malformed(f"The preset {name} has no variant. Write for instance {name}=300x200,fit=cover.")
    for option in spelling[: grammar.MAX_LENGTH].split(",")[1:]:
        other, _, size = option.partition("=")
        if other not in OPTIONS and grammar.is_spelling(size):
            raise Malformed(
                f"Presets are separated by semicolons, not commas. Write one before {quoted(option)}."
            )
    return grammar.parse(spelling)


def listed(text: str, separator: str = ",") -> list[str]:
    """Return the entries of a list, without the white space around them."""
    return [entry.strip() for entry in text.split(separator) if entry.strip()]


def _refuse_semicolons(text: str, example: str) -> None:
    if ";" in text:
        raise Malformed(f"This list is separated by commas, not by semicolons. Write it like {example}.")


def _option(entry: str) -> str:
    name, _, value = entry.partition("=")
    if entry == ANY:
        raise Malformed(
            "A star stands for every value of one option, not for every option. "
            "Write a list like fit=*,quality=*,upscale."
        )
    if value == ANY and name in OPTIONS:
        return entry
    return next(iter(grammar.spell_options(grammar.parse_options([entry]))), entry)
