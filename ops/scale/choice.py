"""What is to be made ahead: which variants, and of which originals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.address import key as keys
from chalicelib.address import wanted
from chalicelib.address.key import Key
from chalicelib.address.policy import ANY
from chalicelib.address.sources import DEFAULT, ObjectName, Source
from chalicelib.address.variant import INFO
from chalicelib.errors import Refusal
from ops.terminal.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from chalicelib.address.policy import Policy
    from chalicelib.address.wanted import Wanted
    from chalicelib.config.config import Config
    from ops.scale.listing import Listed


def variants(policy: Policy, asked: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the spellings of the variants that are `asked` for, each once; `Refused` if one is not allowed.

    If none is asked for, they are all sizes and presets that the configuration names, without any options.
    """
    named = [*sorted(policy.sizes - {ANY, INFO}), *policy.presets]
    chosen = dict.fromkeys(_admitted(policy, spelling) for spelling in [*asked] or named)
    if not chosen:
        raise Refused(
            "This site names no size and no preset. Say which variants to make: --variants '300x 600x'."
        )
    return tuple(chosen)


def _admitted(policy: Policy, spelling: str) -> str:
    try:
        variant = policy.read(spelling)
        policy.admit(variant)
    except Refusal as refusal:
        raise Refused(f"{spelling}: {refusal}") from refusal
    return str(variant)


@dataclass(frozen=True)
class Choice:
    """The variants to make by their `spellings`, of originals whose keys begin with `prefix`.

    `since` leaves out originals that were last written before.
    """

    config: Config
    spellings: Sequence[str]
    prefix: str = ""
    since: datetime | None = None

    def places(self) -> Iterator[tuple[str, Source]]:
        """Yield each source that has originals of the choice, by its name, with the prefix of their objects.

        Keys begin with the name of their source, except in the default source.
        """
        for name, source in self.config.sources.by_name.items():
            folder = "" if name == DEFAULT else f"{name}/"
            if self.prefix.startswith(folder):
                yield name, Source(source.bucket, source.prefix + self.prefix.removeprefix(folder))
            elif folder.startswith(self.prefix):
                yield name, source

    def wanted(self, name: str, listed: Listed) -> list[Wanted]:
        """Return the messages for an object of the source `name`; none if it is no original of the choice."""
        source = self.config.sources.by_name[name]
        if not self._may_be_original(source, listed):
            return []
        rest = listed.key.removeprefix(source.prefix)
        return [
            message
            for key, spellings in self._by_key(name, rest).items()
            for message in wanted.messages(key, spellings)
        ]

    def _may_be_original(self, source: Source, listed: Listed) -> bool:
        return (
            0 < listed.size <= self.config.limits.source_bytes
            and not (self.since and listed.modified < self.since)
            and not self.config.sources.is_note(ObjectName(source.bucket, listed.key))
        )

    def _by_key(self, name: str, rest: str) -> Mapping[Key, list[str]]:
        """Return the variants of an object by the key that they have in an address that leads to it.

        A preset that is for one source is asked for without the source's name, and of no other source.
        """
        source = self.config.sources.by_name[name]
        original = ObjectName(source.bucket, source.prefix + rest)
        found: dict[Key, list[str]] = {}
        for pinned, spellings in self._by_pin.items():
            key = Key(rest if pinned or name == DEFAULT else f"{name}/{rest}")
            if pinned in {"", name} and keys.is_key(key) and self._original(key, pinned) == original:
                found.setdefault(key, []).extend(spellings)
        return found

    @cached_property
    def _by_pin(self) -> Mapping[str, list[str]]:
        """The variants by the source that they are for; most are for all, which is the empty text."""
        presets, found = self.config.policy.presets, dict[str, list[str]]()
        for spelling in self.spellings:
            found.setdefault(presets[spelling].source if spelling in presets else "", []).append(spelling)
        return found

    def _original(self, key: Key, pinned: str) -> ObjectName | None:
        try:
            return self.config.sources.locate(key, pinned)
        except Refusal:
            return None
