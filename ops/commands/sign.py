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
from ops.commands.routes import key_prefix

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile("([1-9][0-9]{0,8})([smhd])")


def expiry(_context: click.Context, _option: click.Parameter, text: str | None) -> int | None:
    """Return the time in seconds since 1970 that ``2h``, ``1900000000`` or ``2030-01-31T12:00Z`` means."""
    if text is None:
        return None
    if duration := _DURATION.fullmatch(text):
        return int(time.time()) + int(duration[1]) * _UNITS[duration[2]]
    if re.fullmatch("[1-9][0-9]{0,11}", text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("write it like 90s, 15m, 2h, 7d or 2030-01-31T12:00Z") from None
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())


def _key(_context: click.Context, _argument: click.Parameter, text: str) -> keys.Key:
    try:
        text.encode()
        return keys.check(text)
    except (Refusal, UnicodeError) as fault:
        raise click.BadParameter(str(fault)) from fault


def _variant(_context: click.Context, _argument: click.Parameter, text: str) -> str:
    """Return the canonical variant. A preset is left as it is: the site knows its presets, this does not."""
    if grammar.is_preset_name(text):
        return text
    try:
        return str(grammar.parse(text))
    except Refusal as fault:
        raise click.BadParameter(str(fault)) from fault


def _site(_context: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        return settings.site_url(text)
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from fault


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
@click.argument("variant", callback=_variant)
@click.argument("key", callback=_key)
@click.option(
    "--expires", callback=expiry, metavar="WHEN", help="90s, 15m, 2h, 7d, a date, or seconds since 1970."
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
    callback=_site,
    metavar="URL",
    help="Printed in front, such as https://img.example.com.",
)
@click.option("--key-prefix", default="", callback=key_prefix, help="The app's KEY_PREFIX, such as img/.")
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
