"""Which variant an address asks for, and why it may be made: by the allowlist, or by a signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address import signing
from chalicelib.errors import NotAdmitted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address.key import Key
    from chalicelib.address.policy import Policy
    from chalicelib.address.signing import Signature, SigningKey
    from chalicelib.address.variant import Variant


@dataclass(frozen=True, slots=True)
class Admission:
    """A variant that may be made now. `signature` is the valid one that asks for it, if it is signed.

    `for_all` says that everybody may ask for the variant without a signature.
    """

    variant: Variant
    signature: Signature | None = None
    for_all: bool = True


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets in what the `policy` allows, and what one of the `keys` has signed."""

    policy: Policy
    keys: Mapping[str, SigningKey]

    def admit(self, text: str, key: Key, now: float) -> Admission:
        """Return the admission of the variant that `text` spells; `Malformed` or `NotAdmitted` say why not.

        A signature that is present has to be right, even if the variant is allowed without one. Otherwise
        nobody would notice a wrong signature before the allowlist becomes shorter.
        """
        spelling, signature = signing.split(text)
        variant = self.policy.read(spelling)
        if signature is None:
            self.policy.admit(variant)
            return Admission(variant)
        signing.verify(signature, str(variant), key, self.keys, now)
        self.policy.check_watermark(variant)
        return Admission(variant, signature, self._is_for_all(variant))

    def _is_for_all(self, variant: Variant) -> bool:
        try:
            self.policy.admit(variant)
        except NotAdmitted:
            return False
        return True
