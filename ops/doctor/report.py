"""Prints a diagnosis: for people in the terminal, and as JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rich.table import Table
from rich.text import Text

from ops.doctor.diagnosis import Outcome
from ops.doctor.outside.hops import Walk

if TYPE_CHECKING:
    from rich.console import Console

    from ops.doctor.diagnosis import Diagnosis, Finding
    from ops.doctor.known import Unread
    from ops.doctor.outside.hops import Hop

_MARKS = {
    Outcome.OK: ("✓", "green"),
    Outcome.FAULT: ("✗", "bold red"),
    Outcome.WARNING: ("!", "yellow"),
    Outcome.NOT_CHECKED: ("·", "dim"),
}
_SHOWN = (
    "location",
    "cache-control",
    "age",
    "x-cache",
    "via",
    "server",
    "access-control-allow-origin",
)
_STATUSES = {2: "green", 3: "yellow"}


def show(console: Console, diagnosis: Diagnosis) -> None:
    """Print the walks, all findings, the cures, and a summary."""
    for title, walk in _walks(diagnosis):
        console.print(_hops(title, walk) if isinstance(walk, Walk) else _unseen(title, walk))
        console.print()
    console.print(_findings(diagnosis))
    console.print()
    for finding in (*diagnosis.of(Outcome.FAULT), *diagnosis.of(Outcome.WARNING)):
        console.print(_cure(finding))
        console.print()
    console.print(_sum(diagnosis))


def as_json(diagnosis: Diagnosis) -> str:
    """Return the diagnosis as JSON: ``healthy``, ``findings``, and ``walks`` with their hops."""
    walks = {title: _plain(walk) for title, walk in _walks(diagnosis)}
    findings = [
        {
            "id": finding.id,
            "title": finding.title,
            "outcome": str(finding.outcome),
            "evidence": finding.evidence,
            "cure": finding.cure,
        }
        for finding in diagnosis.findings
    ]
    return json.dumps({"healthy": diagnosis.healthy, "findings": findings, "walks": walks}, indent=2)


def _walks(diagnosis: Diagnosis) -> list[tuple[str, Walk | Unread]]:
    seen = diagnosis.facts.outside
    return [
        ("A picture that does not exist", seen.nowhere),
        ("A variant that was missing", seen.missing),
        ("A variant that was stored", seen.present),
    ]


def _hops(title: str, walk: Walk) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2)
    )
    table.add_column("status", justify="right", vertical="top")
    table.add_column("time", justify="right", vertical="top")
    table.add_column("answer", overflow="fold")
    for hop in walk.hops:
        colour = _STATUSES.get(hop.status // 100, "red")
        table.add_row(Text(str(hop.status), style=colour), f"{hop.milliseconds:.0f} ms", _answer(hop))
    if walk.trouble:
        table.add_row(Text("–", style="red"), "", walk.trouble)  # noqa: RUF001 - a dash for a status
    return table


def _unseen(title: str, walk: Unread) -> Text:
    return Text(title, style="bold").append(f": not checked, {walk.why}", style="not bold")


def _answer(hop: Hop) -> Text:
    text = Text(unquote(hop.path), style="bold")
    for name in _SHOWN:
        if value := hop.headers.get(name):
            text.append(f"\n{name}: ", style="dim").append(value, style="not bold")
    return text


def _findings(diagnosis: Diagnosis) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column()
    table.add_column("check", no_wrap=True)
    table.add_column("finding", overflow="fold")
    for finding in diagnosis.findings:
        mark, style = _MARKS[finding.outcome]
        told = Text(finding.title).append(f": {finding.evidence}", style="dim")
        table.add_row(Text(mark, style=style), Text(finding.id, style=style), told)
    return table


def _cure(finding: Finding) -> Text:
    mark, style = _MARKS[finding.outcome]
    text = Text(f"{mark} {finding.id}: ", style=style).append(finding.evidence, style="not bold default")
    return text.append(f"\n  {finding.cure}", style="not bold default")


def _sum(diagnosis: Diagnosis) -> Text:
    counts = ", ".join(_count(outcome, len(diagnosis.of(outcome))) for outcome in Outcome)
    verdict = "Healthy" if diagnosis.healthy else "Not healthy"
    return Text(f"{verdict}: {counts}.", style="bold green" if diagnosis.healthy else "bold red")


def _count(outcome: Outcome, number: int) -> str:
    is_plural = number != 1 and outcome in {Outcome.FAULT, Outcome.WARNING}
    return f"{number} {outcome}{'s' if is_plural else ''}"


def _plain(walk: Walk | Unread) -> dict[str, Any]:
    if not isinstance(walk, Walk):
        return {"not_seen": walk.why}
    hops = [
        {
            "url": hop.url,
            "status": hop.status,
            "milliseconds": round(hop.milliseconds),
            "headers": dict(hop.headers),
        }
        for hop in walk.hops
    ]
    return {"ending": str(walk.ending), "trouble": walk.trouble, "hops": hops}
