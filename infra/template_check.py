"""Checks a packaged template with cfn-lint, and with the SAM translation that CloudFormation does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
from cfnlint.api import lint as cfn_lint  # type: ignore[import-untyped]  # it ships no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]  # it ships no types
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2"]
"""The regions that the template is checked for. They have both spellings of a website endpoint."""


def lint(template: Path, regions: Sequence[str] = REGIONS) -> list[str]:
    """Return cfn-lint's findings about `template`, one line each; ValueError if SAM cannot read it.

    It checks the template as written, and as SAM translates it: cfn-lint sees a circular dependency through
    the API only in the translated template.
    """
    written = _findings(template.read_text(), regions)
    return written or _findings(json.dumps(translate(template)), regions)


def _findings(template: str, regions: Sequence[str]) -> list[str]:
    findings = cfn_lint(template, config=ManualArgs(regions=[*regions]))
    return [f"{found.rule.id} {'/'.join(map(str, found.path or []))}: {found.message}" for found in findings]


def translate(template: Path) -> dict[str, Any]:
    """Return `template` after SAM's translation, as CloudFormation sees it; ValueError if SAM refuses it."""
    document = json.loads(template.read_text())
    for resource in document["Resources"].values():
        # These are local paths until the archives are uploaded. SAM accepts only addresses in S3.
        for archive in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][archive] = "s3://archives/deployment.zip"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGIONS[0]))
    try:
        return dict(translator.translate(document, {}))
    except InvalidDocumentException as fault:
        raise ValueError("; ".join(cause.message for cause in fault.causes)) from fault
    finally:
        translator.metrics.publish()  # sends nothing; without it, the next translation warns
