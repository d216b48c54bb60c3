"""Checks, what they find, and the diagnosis that they make together."""

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
    """What a check came to."""

    OK = "ok"
    FAULT = "fault"
    WARNING = "warning"
    NOT_CHECKED = "not checked"


_SEVERITIES = {Outcome.FAULT: 2, Outcome.WARNING: 1}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check's outcome, and what it rests on."""

    outcome: Outcome
    evidence: str


def ok(evidence: str) -> Verdict:
    """Return that all is well."""
    return Verdict(Outcome.OK, evidence)


def fault(evidence: str) -> Verdict:
    """Return that this keeps pictures from people."""
    return Verdict(Outcome.FAULT, evidence)


def warning(evidence: str) -> Verdict:
    """Return that this is not as it should be, but pictures come."""
    return Verdict(Outcome.WARNING, evidence)


def not_checked(why: str) -> Verdict:
    """Return that nothing can be said."""
    return Verdict(Outcome.NOT_CHECKED, why)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to hold: `title` says it, `cure` says what to do where it does not.

    `judge` may raise `NotKnown`. ``$bucket`` and its like in the cure become names where they are known.
    `symptom_of` names the earlier checks whose faults show here as well: after one of those, what this one
    finds says nothing new unless it is graver.
    """

    id: str
    title: str
    cure: str
    judge: Callable[[Facts], Verdict]
    symptom_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `cure` is empty where nothing is to be cured."""

    id: str
    title: str
    outcome: Outcome
    evidence: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in the order of the checks, and the facts that they rest on."""

    facts: Facts
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether there is no fault; a warning is none."""
        return not self.of(Outcome.FAULT)

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """Return the findings of one outcome."""
        return tuple(finding for finding in self.findings if finding.outcome is outcome)


def diagnose(facts: Facts, checks: Iterable[Check]) -> Diagnosis:
    """Judge `facts` by every check."""
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
        verdict = not_checked(f"this would follow from {', '.join(causes)} alone: {verdict.evidence}")
    is_wrong = verdict.outcome in _SEVERITIES
    cure = Template(check.cure).safe_substitute(facts.names) if is_wrong else ""
    return Finding(check.id, check.title, verdict.outcome, verdict.evidence, cure)


def _verdict(check: Check, facts: Facts) -> Verdict:
    try:
        return check.judge(facts)
    except NotKnown as missing:
        return not_checked(str(missing))
