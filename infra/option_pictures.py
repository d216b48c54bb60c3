"""Writes ``docs/options.md``: every option with pictures that the app itself has made of the sample photos.

The words come from the options' declarations, the variants from `option_examples`. The pictures are in
``docs/pictures/``, so that the document shows them wherever it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.options import OPTIONS
from infra.option_examples import EXAMPLES, rendered
from infra.package import PROJECT

if TYPE_CHECKING:
    from chalicelib.address.options import Option
    from infra.option_examples import Example

DOCUMENT = PROJECT / "docs" / "options.md"
PICTURES = PROJECT / "docs" / "pictures"

_TOP = """\
# Options in pictures

Each picture below is a sample photo, made by resize404 with the variant that is written under it. To see
one of your own, put your key behind the variant: `/128x128,blur=3/shoes/red.jpg`. [Addresses](urls.md) has
the rules.

Where a variant says no `format`, this page shows it as WebP, because that takes few bytes. Your site keeps
the original's format.

The astronaut and the Earth are pictures of NASA. The mountain path is by Aitzol Berasategi, the fig by
Trevor "Freespace", both [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), and cut and changed as
the variants say.
"""


def draw() -> None:
    """Make every picture anew, and remove those that are no example any more."""
    PICTURES.mkdir(exist_ok=True)
    examples = {example.file: example for shown in EXAMPLES.values() for example in shown}
    for old in PICTURES.iterdir():
        if old.name not in examples:
            old.unlink()
    for name, example in examples.items():
        (PICTURES / name).write_bytes(rendered(example).data)


def page() -> str:
    """Return the document. It says how many bytes the pictures in ``docs/pictures/`` have."""
    return "\n".join([_TOP, *(_section(option) for option in OPTIONS.values())])


def _section(option: Option) -> str:
    words = f"{option.doc} Values: {option.values.allowed}. Default: {option.default_doc}."
    figures = [_figure(example) for example in EXAMPLES[option.name]]
    shown = ["", '<div class="pictures" markdown>', "", *figures, "</div>"] if figures else []
    return "\n".join([f"## `{option.name}`", "", words, *shown, ""])


def _figure(example: Example) -> str:
    notes = [f"`{example.variant}`", *([example.note] if example.note else [])]
    if "format=" in example.variant:
        notes.append(f"{(PICTURES / example.file).stat().st_size / 1000:.1f} kB")
    return f"![{example.alternative}](pictures/{example.file})<br>{'<br>'.join(notes)}\n"
