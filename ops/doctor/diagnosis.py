"""Checks, their findings, and the diagnosis: all findings about a site."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import TYPE_CHECKING

from ops.doctor.known import NotKnown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ops.doctor.facts import Facts


class Outcome(StrEnum):
    """The result of a check."""

    OK = "ok"
    FAULT = "fault"
    WARNING = "warning"
    NOT_CHECKED = "not checked"


_SEVERITIES = {Outcome.FAULT: 2, Outcome.WARNING: 1}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check's outcome, and the evidence for it."""

    outcome: Outcome
    evidence: str


def ok(evidence: str) -> Verdict:
    """Return the verdict that what must be true is true."""
    return Verdict(Outcome.OK, evidence)


def fault(evidence: str) -> Verdict:
    """Return the verdict of a fault: viewers do not get pictures."""
    return Verdict(Outcome.FAULT, evidence)


def warning(evidence: str) -> Verdict:
    """Return the verdict of a warning: something is wrong, but viewers get pictures."""
    return Verdict(Outcome.WARNING, evidence)


def not_checked(why: str) -> Verdict:
    """Return the verdict that this could not be checked, or need not be."""
    return Verdict(Outcome.NOT_CHECKED, why)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `title` says what must be true, `cure` says what to do if it is false.

    `judge` may raise `NotKnown`. Placeholders in the cure, such as ``$bucket``, are replaced by names if
    these are known. `symptom_of` lists earlier checks whose faults also cause a fault here. After such a
    fault this check reports nothing, unless its own finding is more severe.
    """

    id: str
    title: str
    cure: str
    judge: Callable[[Facts], Verdict]
    symptom_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check. `cure` is empty if there is nothing to do."""

    id: str
    title: str
    outcome: Outcome
    evidence: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in the order of the checks, and the facts behind them."""

    facts: Facts
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether there is no fault. Warnings are allowed."""
        return not self.of(Outcome.FAULT)

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """Return the findings with one outcome."""
        return tuple(finding for finding in self.findings if finding.outcome is outcome)


def diagnose(facts: Facts, checks: Iterable[Check]) -> Diagnosis:
    """Run every check on `facts`."""
    findings: list[Finding] = []
    for check in checks:
        causes = [found for found in findings if found.id in check.symptom_of]
        findings.append(_finding(check, facts, causes))
    return Diagnosis(facts, tuple(findings))


def _finding(check: Check, facts: Facts, earlier: list[Finding]) -> Finding:
    verdict = _verdict(check, facts)
    severity = _SEVERITIES.get(verdict.outcome, 0)
    causes = [found.id for found in earlier if _SEVERITIES.get(found.outcome, 0) >= severity]
    if severity and causes:
        verdict = not_checked(f"{', '.join(causes)} already explains this: {verdict.evidence}")
    is_wrong = verdict.outcome in _SEVERITIES
    cure = Template(check.cure).safe_substitute(facts.names) if is_wrong else ""
    return Finding(check.id, check.title, verdict.outcome, verdict.evidence, cure)


def _verdict(check: Check, facts: Facts) -> Verdict:
    try:
        return check.judge(facts)
    except NotKnown as missing:
        return not_checked(str(missing))
