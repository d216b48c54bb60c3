"""Signed addresses: who has a signing key decides what may be made, one variant of one original each time.

    signed  := variant ",s=" id "." mac | variant ",s=" id "." expires "." mac
    id      := name of the key that signed: 1 to 16 of a-z, 0-9, "_" and "-"
    expires := seconds since 1970, in digits: the first second in which the signature is refused
    mac     := 43 characters: HMAC-SHA256 in base64url without padding (RFC 2104, RFC 4648 section 5)

The key of the HMAC is the secret as text. It is computed over three lines in UTF-8: ``resize404-v1``, then
`expires` or nothing, then the canonical variant, a slash, and the key as S3 has it, not percent-encoded. The
third line has no line feed at its end, and can have some in it: it is the last one, so no two requests have
the same message.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalicelib.address.policy import listed
from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.errors import Malformed, NotAdmitted

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "resize404-v1"
"""The first line of every signed message. A later way to sign will have another one."""

LEAST_SECRET = 16
"""Characters of the shortest secret."""

MARK = ",s="
"""What stands between a variant and its signature."""

_ID = re.compile("[a-z0-9_-]{1,16}")
_SECRET = re.compile(f"[!-+.-~-]{{{LEAST_SECRET},}}")  # no comma, which separates the keys
_SIGNATURE = re.compile(
    f"(?P<id>{_ID.pattern})[.](?:(?P<expires>[1-9][0-9]{{0,11}})[.])?(?P<mac>[A-Za-z0-9_-]{{43}})"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What stands behind ``,s=``. `expires` is in seconds since 1970, or None."""

    id: str
    mac: str
    expires: int | None = None

    def __str__(self) -> str:
        expires = "" if self.expires is None else f"{self.expires}."
        return f"{self.id}.{expires}{self.mac}"

    def seconds_left(self, now: float, most: int) -> int:
        """Return for how many whole seconds the signature holds, at most `most`."""
        return most if self.expires is None else max(0, min(most, int(self.expires - now)))


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A secret and its name. No representation of it shows the secret."""

    id: str
    secret: str = field(repr=False)

    def sign(self, variant: str, key: str, expires: int | None = None) -> Signature:
        """Return the signature of the canonical `variant` of the original with this `key`."""
        digest = hmac.digest(self.secret.encode(), message(variant, key, expires), "sha256")
        return Signature(self.id, base64.urlsafe_b64encode(digest).decode().rstrip("="), expires)


def message(variant: str, key: str, expires: int | None) -> bytes:
    """Return the bytes that are signed. A variant has no slash, so its end is the first one."""
    return f"{VERSION}\n{'' if expires is None else expires}\n{variant}/{key}".encode()


def address(variant: str, signature: Signature) -> str:
    """Return the first segment of a signed address."""
    return f"{variant}{MARK}{signature}"


def split(text: str) -> tuple[str, Signature | None]:
    """Return the variant in the first segment of an address, and its signature if there is one."""
    variant, mark, signature = text.partition(MARK)
    if not mark:
        return text, None
    match = _SIGNATURE.fullmatch(signature)
    if not match:
        raise Malformed(
            "A signature stands behind all options, like s=<id>.<mac> or s=<id>.<expires>.<mac>. "
            "The mac has 43 characters, expires is in seconds since 1970."
        )
    expires = int(match["expires"]) if match["expires"] else None
    return variant, Signature(match["id"], match["mac"], expires)


def verify(signature: Signature, variant: str, key: str, keys: Mapping[str, SigningKey], now: float) -> None:
    """Refuse the signature of a canonical `variant` and `key` with `NotAdmitted`, unless it is right."""
    if signature.id not in keys:
        meant = did_you_mean(nearest(signature.id, keys))
        raise NotAdmitted(f"This site has no signing key with the id {signature.id}.{meant}")
    right = keys[signature.id].sign(variant, key, signature.expires)
    # Compared as text: base64 has several spellings of a digest, and only one of them is the address.
    if not hmac.compare_digest(right.mac, signature.mac):
        raise NotAdmitted("The signature does not fit this variant, this key and this time of expiry.")
    if signature.expires is not None and signature.expires <= now:
        expired = datetime.fromtimestamp(signature.expires, UTC)
        raise NotAdmitted(f"The signature expired at {expired:%Y-%m-%dT%H:%M:%SZ}.")


def read_keys(text: str) -> dict[str, SigningKey]:
    """Return the keys of ``id:secret,id:secret``. No message repeats an entry: it may be a secret."""
    keys: dict[str, SigningKey] = {}
    for number, entry in enumerate(listed(text), start=1):
        name, colon, secret = entry.partition(":")
        if not (colon and _ID.fullmatch(name)):
            raise Malformed(
                f"Entry {number} is not written like id:secret. An id is 1 to 16 of a-z, 0-9, _ and -."
            )
        if not _SECRET.fullmatch(secret):
            raise Malformed(
                f"The secret of {name} needs at least {LEAST_SECRET} characters: "
                "printable ASCII without spaces and commas."
            )
        if name in keys:
            raise Malformed(f"The id {name} is given twice. Use no id twice.")
        keys[name] = SigningKey(name, secret)
    return keys
