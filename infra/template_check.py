"""What a packaged template has to pass: cfn-lint's rules, and the translation that CloudFormation will do."""

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
    from pathlib import Path

REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2"]
"""Where the template is checked: both spellings of a website endpoint, on three continents."""


def lint(template: Path) -> list[str]:
    """Return what cfn-lint has to say about `template`, one line a finding; ValueError if SAM cannot read it.

    It looks at the template as it is written, and as SAM translates it: a circle that goes through the API is
    seen only there.
    """
    written = _findings(template.read_text())
    return written or _findings(json.dumps(translate(template)))


def _findings(template: str) -> list[str]:
    findings = cfn_lint(template, config=ManualArgs(regions=REGIONS))
    return [f"{found.rule.id} {'/'.join(map(str, found.path or []))}: {found.message}" for found in findings]


def translate(template: Path) -> dict[str, Any]:
    """Return `template` as CloudFormation will see it, after its SAM transform; or ValueError."""
    document = json.loads(template.read_text())
    for resource in document["Resources"].values():
        # Local paths until the archives are uploaded, and only then something that SAM reads.
        for archive in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][archive] = "s3://archives/deployment.zip"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGIONS[0]))
    try:
        return dict(translator.translate(document, {}))
    except InvalidDocumentException as fault:
        raise ValueError("; ".join(cause.message for cause in fault.causes)) from fault
    finally:
        translator.metrics.publish()  # to nobody; unpublished, the next translation complains of them
