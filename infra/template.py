"""The template that is merged into Chalice's own: ``stack.yaml`` with values from other files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalice.package import YAMLTemplateSerializer

from chalicelib.config import config
from chalicelib.version import VERSION
from infra import dashboard, gateway_responses, parameter_rules, routing
from infra.edge_functions import deployed as edge_function

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STACK = Path(__file__).with_name("stack.yaml")
IMAGEMAGICK = Path(__file__).parents[1] / "vendor" / "imagemagick"

_HOST = {"Fn::If": ["HasDomainName", {"Ref": "DomainName"}, {"Fn::GetAtt": ["Distribution", "DomainName"]}]}
_KEY_PREFIX = {"Fn::If": ["HasKeyPrefix", {"Ref": "KeyPrefix"}, {"Ref": "AWS::NoValue"}]}

_ELF_MACHINE = slice(18, 20)
_ARCHITECTURES = {b"\x3e\x00": "x86_64", b"\xb7\x00": "arm64"}
"""Lambda's names for the machines of an ELF header (``e_machine``, little endian)."""


MOST_ENVIRONMENT = 4096
"""Bytes of all environment variables of a function, as JSON (Lambda developer guide, "Lambda quotas")."""

_NAMED_BY_THE_STACK = {
    "SITE_BUCKET": "b" * 63,
    "SOURCES": "default=" + "b" * 63 + "/,",
    "SITE_URL": "",
    "DISTRIBUTION_ID": "E" * 14,
    "INVALIDATION_QUEUE": "q" * 160,
    "CHANGES_QUEUE": "q" * 160,
    "PREWARM_QUEUE": "q" * 160,
}
"""Values that only the stack knows, as long as they can be: a queue's URL names region, account and queue."""


_QUEUES = dict.fromkeys(
    ("CHANGES_QUEUE", "INVALIDATION_QUEUE", "PREWARM_QUEUE"),
    "https://sqs.us-east-1.amazonaws.com/123456789012/named-by-the-stack",
)
"""Every stack has these queues: what needs one of them has it."""


def render(environment: Mapping[str, str], *, imagemagick: Path = IMAGEMAGICK) -> dict[str, Any]:
    """Return ``stack.yaml`` as a template, with what other files decide and with defaults from `environment`.

    If the folder `imagemagick` exists, the template allows only the architecture that it is built for.
    """
    template: dict[str, Any] = YAMLTemplateSerializer().load_template(STACK.read_text(), str(STACK))
    site = template["Resources"]["SiteBucket"]["Properties"]["WebsiteConfiguration"]
    rules = routing.aim(routing.read(), _HOST, key_prefix=_KEY_PREFIX)
    site["RoutingRules"] = routing.as_cloudformation(rules)
    template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"] = gateway_responses.render()
    edge_function.declare(template)
    dashboard.declare(template)
    for variable, parameter in _configurable(template).items():
        parameter["Default"] = environment[variable]
    template["Outputs"]["Version"]["Value"] = VERSION
    if built := architecture(imagemagick):
        template["Parameters"]["Architecture"] |= {"Default": built, "AllowedValues": [built]}
    return template


def architecture(imagemagick: Path) -> str | None:
    """Return Lambda's name for the architecture of the libraries in `imagemagick`; None without libraries."""
    for library in sorted(imagemagick.glob("lib/libMagickWand*.so")):
        with library.open("rb") as file:
            return _ARCHITECTURES.get(file.read(_ELF_MACHINE.stop)[_ELF_MACHINE])
    return None


def check(template: Mapping[str, Any], parameters: Mapping[str, str]) -> config.Config:
    """Return the app's configuration in a stack with `parameters`. `ConfigError` lists all faults.

    The names of buckets, queues and the distribution are made up: only the stack knows them.
    """
    declared = template["Parameters"]
    given = {
        name: parameters.get(parameter, str(declared[parameter]["Default"]))
        for name, parameter in _parameters(template).items()
    }
    broken = dict(parameter_rules.faults(declared, parameters))
    try:
        checked = config.read({"SITE_BUCKET": "site", "SOURCES": _sources(parameters), **_QUEUES, **given})
    except config.ConfigError as found:
        # The app's parser says more about a value than a rule does.
        told = {name for variable, name in _parameters(template).items() if _is_about(found.faults, variable)}
        more = [fault for name, fault in broken.items() if name not in told]
        raise config.ConfigError([*found.faults, *more]) from found
    named = {"SOURCES": _NAMED_BY_THE_STACK["SOURCES"] + _sources(parameters)}
    _check_size({**_NAMED_BY_THE_STACK, **named, **given})
    if broken:
        raise config.ConfigError(broken.values())
    defaults = {name: str(entry.get("Default", "")) for name, entry in declared.items()}
    edge_function.check({**defaults, **parameters})
    return checked


def _sources(parameters: Mapping[str, str]) -> str:
    """Return SOURCES in a stack with `parameters`; the stack's own bucket is called source."""
    bucket = parameters.get("ExistingSourceBucket", "") or "source"
    first = f"default={bucket}/{parameters.get('SourcePrefix', '')}"
    return ",".join(filter(None, [first, parameters.get("Sources", "")]))


def _is_about(faults: Iterable[str], variable: str) -> bool:
    return any(fault.startswith((f"{variable}=", f"{variable}:")) for fault in faults)


def _check_size(environment: Mapping[str, str]) -> None:
    """Raise `ConfigError` if Lambda would not take so large an `environment`, and name what is large."""
    size = len(json.dumps(environment, separators=(",", ":"), ensure_ascii=False).encode())
    if size <= MOST_ENVIRONMENT:
        return
    largest = sorted(environment, key=lambda name: len(environment[name].encode()), reverse=True)[:3]
    described = ", ".join(f"{name} has {len(environment[name].encode()):,}" for name in largest)
    fault = (
        f"All variables together would have about {size:,} bytes, and Lambda takes {MOST_ENVIRONMENT:,}: "
        f"{described}. Shorten these; a preset takes less room than the options it stands for."
    )
    raise config.ConfigError([fault])


def _configurable(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the environment variables that are parameters: their names to the parameters' declarations."""
    declared = template["Parameters"]
    return {name: declared[parameter] for name, parameter in _parameters(template).items()}


def _parameters(template: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variables that are parameters: their names to the parameters' names."""
    variables = template["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]
    return {
        name: value["Ref"]
        for name, value in variables.items()
        if isinstance(value, dict) and value.get("Ref") in template["Parameters"]
    }


def environment(project: Path, stage: str) -> dict[str, str]:
    """Return the environment that ``.chalice/config.json`` gives the app in `stage`.

    `ConfigError` says what is wrong with the file.
    """
    settings = _settings(project / ".chalice" / "config.json")
    stages = settings.get("stages", {})
    if stage not in stages:
        raise _faulty(f"there is no stage {stage}. The stages are {', '.join(sorted(stages))}.")
    variables = {
        **settings.get("environment_variables", {}),
        **stages[stage].get("environment_variables", {}),
    }
    if wrong := [name for name, value in variables.items() if not isinstance(value, str)]:
        raise _faulty(f"the value of {', '.join(wrong)} is no text. Put it in double quotes.")
    return variables


def _settings(file: Path) -> dict[str, Any]:
    try:
        settings = json.loads(file.read_text())
    except OSError as fault:
        raise _faulty(f"the file cannot be read: {fault.strerror}.") from fault
    except ValueError as fault:
        raise _faulty(
            f"this is not JSON: {fault}. A comma too many or too few is the usual cause."
        ) from fault
    if not isinstance(settings, dict):
        raise _faulty("a JSON object is needed, which begins with {.")
    return settings


def _faulty(fault: str) -> config.ConfigError:
    return config.ConfigError([f".chalice/config.json: {fault}"])
