"""The parameters of a stack: the operator's values, the stack's current values, and a generated secret."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.config import buckets
from chalicelib.config.config import ConfigError
from infra import template as templates
from ops.terminal.failures import DeploymentFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

_PREFIX = "NamePrefix"
_SECRET = "RefererSecret"  # noqa: S105 - a parameter's name


@dataclass(frozen=True, slots=True)
class Parameters:
    """The template's parameters (`declared`), the operator's values (`given`), the stack's (`before`)."""

    declared: Mapping[str, Any]
    given: Mapping[str, str]
    before: Mapping[str, str]

    @property
    def kept(self) -> Mapping[str, str]:
        """The values that the stack keeps. CloudFormation shows a secret value as ``****``."""
        names = self.before.keys() & self.declared.keys() - self.given.keys()
        return {name: self.before[name] for name in sorted(names)}

    @property
    def readable(self) -> Mapping[str, str]:
        """The given and kept values, without secrets."""
        everything = {**self.kept, **self.given}
        return {name: value for name, value in everything.items() if not self._is_secret(name)}

    @property
    def effective(self) -> Mapping[str, str]:
        """The value of each parameter that the stack will have, without secrets."""
        return {name: self.value(name) for name in self.declared if not self._is_secret(name)}

    @property
    def checkable(self) -> Mapping[str, str]:
        """The values that the app's own parser can check: all but the secrets that the stack keeps."""
        return {**self.readable, **self.given}

    @property
    def differing_from_defaults(self) -> Mapping[str, str]:
        """The kept values that differ from the template's current defaults."""
        return {
            name: value
            for name, value in self.kept.items()
            if not self._is_secret(name) and value != str(self.declared[name].get("Default", value))
        }

    def value(self, name: str) -> str:
        """Return the value that the stack will have: the given one, the kept one, or the default."""
        default = self.declared.get(name, {}).get("Default", "")
        return str(self.given.get(name, self.kept.get(name, default)))

    def _is_secret(self, name: str) -> bool:
        return str(self.declared.get(name, {}).get("NoEcho", False)).lower() == "true"

    def submitted(self) -> list[ParameterTypeDef]:
        """Return the parameters in CloudFormation's format. Missing ones get the template's default."""
        fresh = {_SECRET: secrets.token_urlsafe(32)} if _SECRET in self.declared else {}
        values = {name: value for name, value in {**fresh, **self.given}.items() if name not in self.kept}
        submitted: list[ParameterTypeDef] = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in values.items()
        ]
        submitted += [{"ParameterKey": name, "UsePreviousValue": True} for name in self.kept]
        return submitted


def read(
    template: Mapping[str, Any],
    given: Mapping[str, str],
    stack: StackTypeDef | None = None,
    partition: str = "aws",
) -> Parameters:
    """Return the parameters of `template`, with the values `given` by the operator and those of `stack`.

    The ARNs of `Sources` are filled in, in the `partition` of AWS. The app's own parser checks the resulting
    configuration. `DeploymentFailed` lists all faults.
    """
    entries = stack.get("Parameters", []) if stack else []
    before = {entry["ParameterKey"]: entry.get("ParameterValue", "") for entry in entries}
    parameters = Parameters(template["Parameters"], {**given, **_grants(given, partition)}, before)
    if unknown := given.keys() - parameters.declared.keys():
        raise DeploymentFailed(
            f"There is no parameter {', '.join(sorted(unknown))}. "
            f"The parameters are {', '.join(sorted(parameters.declared))}."
        )
    _refuse_other_names(parameters)
    try:
        templates.check(template, parameters.checkable)
    except ConfigError as faults:
        raise DeploymentFailed(str(faults)) from faults
    return parameters


def _refuse_other_names(parameters: Parameters) -> None:
    """Raise `DeploymentFailed` for another `NamePrefix`: the stack would get new buckets, which are empty."""
    if not parameters.before or _PREFIX not in parameters.given:
        return
    now = parameters.before.get(_PREFIX, str(parameters.declared[_PREFIX]["Default"]))
    if parameters.given[_PREFIX] != now:
        raise DeploymentFailed(
            f"{_PREFIX} is {now} and stays so: a bucket cannot be renamed, and CloudFormation would make "
            "new, empty ones. Deploy another stack with the other prefix, and give it the originals with "
            "ExistingSourceBucket."
        )


def _grants(given: Mapping[str, str], partition: str) -> dict[str, str]:
    """Return the parameters that allow the app to read `Sources`, if these are `given`.

    Nothing for faulty sources: the check of all parameters says what is wrong with them.
    """
    if "Sources" not in given:
        return {}
    try:
        sources = buckets.sources(given["Sources"]).values() if given["Sources"] else ()
    except ValueError:
        return {}
    arns = {f"arn:{partition}:s3:::{source.bucket}": None for source in sources}
    objects = {f"arn:{partition}:s3:::{source.bucket}/{source.prefix}*": None for source in sources}
    return {"SourceBucketArns": ",".join(arns), "SourceObjectArns": ",".join(objects)}
