"""Signatures of addresses: HMAC-SHA256, as docs/urls.md says under "Signed addresses"."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

from resize404._mistake import Mistake

_ID = re.compile("[a-z0-9_-]{1,16}")
_SECRET = re.compile("[!-+.-~-]{16,}")
_LAST_SECOND = 999_999_999_999


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A secret and its name. No representation of it shows the secret."""

    id: str
    secret: str = field(repr=False)

    def signed(self, variant: str, key: str, expires: int | None) -> str:
        """Return the first segment of the signed address of this variant of the original `key`."""
        moment = "" if expires is None else str(expires)
        message = f"resize404-v1\n{moment}\n{variant}/{key}".encode()
        digest = hmac.digest(self.secret.encode(), message, "sha256")
        mac = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return f"{variant},s={'.'.join(filter(None, (self.id, moment, mac)))}"


def read_key(text: str) -> SigningKey:
    """Return the key of ``id:secret``, an entry of the site's SIGNING_KEYS. No message repeats the text."""
    name, _, secret = text.partition(":")
    if not (_ID.fullmatch(name) and _SECRET.fullmatch(secret)):
        raise Mistake(
            "A signing key is written like id:secret. The id is 1 to 16 of a-z, 0-9, _ and -. "
            "The secret has at least 16 characters: printable ASCII without spaces and commas."
        )
    return SigningKey(name, secret)


def seconds(expires: int | datetime | None) -> int | None:
    """Return a time of expiry in seconds since 1970. A `datetime` needs a time zone."""
    if isinstance(expires, datetime):
        if expires.tzinfo is None:
            raise Mistake(
                "expires has no time zone. Write for instance datetime.now(UTC) + timedelta(days=1)."
            )
        expires = int(expires.timestamp())
    if expires is not None and not (type(expires) is int and 1 <= expires <= _LAST_SECOND):
        raise Mistake("expires is a whole number: seconds since 1970.")
    return expires
