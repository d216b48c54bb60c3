"""How far a command has come, in a small file: after Ctrl-C or kill -9 the command goes on from there."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ops.scale.estimate import Work
from ops.scale.listing import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.scale.choice import Choice

_VERSION = 1


def folder() -> Path:
    """Return where such files are kept (XDG Base Directory Specification, ``XDG_STATE_HOME``)."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "resize404"


@dataclass(slots=True)
class Checkpoint:
    """What is left of the `parts` of a listing, by the name of their source, and what is `done`.

    `since` is the moment before which originals are left out, if there is one.

    It is written to `file`, if there is one, after each page. After a kill, at most one page of each part is
    dealt with twice.
    """

    file: Path | None
    parts: list[tuple[str, Part]]
    done: Work = field(default_factory=Work)
    since: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def resumed(self, choice: Choice) -> Choice:
        """Return the choice as it was made: ``--since 7d`` means the same moment also an hour later."""
        return replace(choice, since=datetime.fromisoformat(self.since) if self.since else None)

    def move(self, number: int, key: str, work: Work) -> None:
        """Write down that the part with this `number` is done up to `key`, with so much `work`."""
        with self.lock:
            name, part = self.parts[number]
            self.parts[number] = (name, part.behind(key))
            self.done += work
            self._write()

    def _write(self) -> None:
        if self.file is None:
            return
        told = {
            "version": _VERSION,
            "parts": [[name, asdict(part)] for name, part in self.parts],
            "done": asdict(self.done),
            "since": self.since,
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(told))
        new.replace(self.file)

    def remove(self) -> None:
        """Remove the file: all is done."""
        if self.file:
            self.file.unlink(missing_ok=True)


def path(of: Sequence[str]) -> Path:
    """Return the file of the command with these particulars: another order has another file."""
    digest = hashlib.sha256(json.dumps(of).encode()).hexdigest()
    return folder() / f"prewarm-{digest[:16]}.json"


def read(file: Path) -> Checkpoint | None:
    """Return what an earlier command has left; None if it left nothing that can be read."""
    try:
        told: Mapping[str, object] = json.loads(file.read_text())
        return _read(file, told)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(file: Path, told: Mapping[str, object]) -> Checkpoint | None:
    if told["version"] != _VERSION:
        return None
    parts: list[tuple[str, dict[str, str]]] = told["parts"]  # type: ignore[assignment]  # as written above
    done: dict[str, int] = told["done"]  # type: ignore[assignment]  # likewise
    return Checkpoint(file, [(name, Part(**part)) for name, part in parts], Work(**done), str(told["since"]))
