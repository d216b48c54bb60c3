"""The tables that `ops deploy` prints: the changes, and the addresses of a deployed stack."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ops.deployment.change_sets import ChangeSet
    from ops.deployment.stack import Outputs

_ACTIONS = {"Add": ("+", "green"), "Modify": ("~", "yellow"), "Remove": ("-", "red")}
_REPLACEMENTS = {"True": ("replaced", "bold red"), "Conditional": ("replaced where it must", "red")}


def changes(proposed: ChangeSet) -> Table:
    """Return a table with a row for each changed resource: its action, and whether it is replaced."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for column in ("", "resource", "type", ""):
        table.add_column(column, overflow="fold")
    for change in proposed.changes:
        sign, style = _ACTIONS.get(change.action, ("?", "red"))
        replaced = Text(*_REPLACEMENTS.get(change.replacement, ("", "")))
        table.add_row(Text(f"{sign} {change.action}", style=style), change.resource, change.kind, replaced)
    return table


def outputs(told: Outputs) -> Table:
    """Return a table with what the operator needs next: the site's address, an upload command, an img tag."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    host = urlsplit(told.site_url).netloc
    own = [("DNS", f"{host} CNAME {told.distribution_domain}")] if host != told.distribution_domain else []
    playground = [("playground", told.playground_url)] if told.playground_url else []
    for what, value in (
        ("site", told.site_url),
        *own,
        *playground,
        ("dashboard", told.dashboard_url),
        *([("version", told.version)] if told.version else []),
        ("1. upload", told.upload_command),
        ("2. write", told.img_tag),
    ):
        table.add_row(what, Text(value))
    return table
