"""``python -m ops sign``."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib.address import key as keys
from chalicelib.address import signing
from chalicelib.address import variant as grammar
from chalicelib.config import settings
from chalicelib.errors import Refusal
from ops.commands import values

_MOST_DIGITS = 9


def expiry(text: str) -> int:
    """Return the time in seconds since 1970 that ``2h``, ``1900000000`` or ``2030-01-31T12:00Z`` means."""
    if seconds := values.duration(text, _MOST_DIGITS):
        return int(time.time()) + seconds
    if re.fullmatch("[1-9][0-9]{0,11}", text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write it like 90s, 15m, 2h, 7d or 2030-01-31T12:00Z") from None
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())


def _key(text: str) -> keys.Key:
    text.encode()
    return keys.check(text)


def _variant(text: str) -> str:
    """Return the canonical variant. A preset is left as it is: the site knows its presets, this does not."""
    return text if grammar.is_preset_name(text) else str(grammar.parse(text))


def _read(file: Path) -> str:
    with click.open_file(str(file)) as opened:
        return str(opened.read())


def _signing_key(text: str, name: str | None) -> signing.SigningKey:
    """Return the key called `name` of a list like that of SIGNING_KEYS, or its first one."""
    try:
        known = signing.read_keys(text)
    except Refusal as fault:
        raise click.ClickException(f"The signing keys cannot be read: {fault}") from None
    if not known:
        raise click.ClickException("There is no signing key. Set SIGNING_KEYS, or give --keys FILE.")
    if name is not None and name not in known:
        raise click.BadParameter(f"the ids are {', '.join(known)}", param_hint="--id")
    return known[name or next(iter(known))]


@click.command()
@click.argument("variant", callback=values.read_by(_variant))
@click.argument("key", callback=values.read_by(_key))
@click.option(
    "--expires",
    callback=values.read_by(expiry),
    metavar="WHEN",
    help="90s, 15m, 2h, 7d, a date, or seconds since 1970.",
)
@click.option("--id", "name", metavar="ID", help="The signing key to use.  [default: the first one]")
@click.option(
    "--keys",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="File with id:secret,… (- is standard input).  [default: the variable SIGNING_KEYS]",
)
@click.option(
    "--site",
    default="",
    callback=values.read_by(settings.site_url),
    metavar="URL",
    help="Printed in front, such as https://img.example.com.",
)
@values.key_prefix_option
def sign(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    variant: str,
    key: keys.Key,
    expires: int | None,
    name: str | None,
    file: Path | None,
    site: str,
    key_prefix: str,
) -> None:
    """Print the signed address of VARIANT of the original KEY.

    KEY is written as in the bucket, not percent-encoded. The secret is read from a file or from the variable
    SIGNING_KEYS, never from the arguments: other users of the machine can see those.

    \b
    Examples:
      python -m ops sign 640x480,fit=cover shoes/red.jpg --site https://img.example.com
      python -m ops sign hero "a b.jpg" --expires 2h --keys signing-keys.txt
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    known = _read(file) if file else os.environ.get("SIGNING_KEYS", "")
    signature = _signing_key(known, name).sign(variant, key, expires)
    path = f"{key_prefix}{signing.address(variant, signature)}/{key}"
    try:
        click.echo(site + keys.url_path(keys.check_length(path)))
    except Refusal as fault:
        raise click.ClickException(
            f"{fault} That is with the signature: S3 looks for the whole address."
        ) from fault
