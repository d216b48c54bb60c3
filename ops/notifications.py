"""The notifications of a bucket: ours are added beside the others, and removed alone.

S3 replaces the whole configuration at each call, so each function here returns a whole one. S3 refuses two
notifications of the same event for the same key, whoever they go to (user guide, "Configuring event
notifications using object key name filtering").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Configuration = Mapping[str, Any]
    """A bucket's notifications as ``GetBucketNotificationConfiguration`` answers them, without metadata."""

EVENTS = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*")
"""The events after which variants are out of date."""

EVENTBRIDGE = "EventBridgeConfiguration"
_QUEUES = "QueueConfigurations"
_DESTINATIONS = {
    _QUEUES: "QueueArn",
    "TopicConfigurations": "TopicArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}


def with_queue(before: Configuration, queue: str, name: str, prefixes: Iterable[str]) -> dict[str, Any]:
    """Return the notifications with ours to the `queue`, an ARN, for keys that begin with one of `prefixes`.

    Ours are named after `name`, the stack's. Each earlier one to this queue is replaced.
    """
    others = without_queue(before, queue)
    if tells(before, queue, prefixes):
        return dict(before)
    ours = [
        _ours(queue, f"resize404-{name}-{number}", prefix)
        for number, prefix in enumerate(_outermost(prefixes), start=1)
    ]
    return {**others, _QUEUES: [*others.get(_QUEUES, []), *ours]}


def with_eventbridge(before: Configuration, queue: str) -> dict[str, Any]:
    """Return the notifications with EventBridge on, and without ours to the `queue`."""
    others = without_queue(before, queue)
    return others if EVENTBRIDGE in others else {**others, EVENTBRIDGE: {}}


def without_queue(before: Configuration, queue: str) -> dict[str, Any]:
    """Return the notifications without those to the `queue`. The others stay as they are, in their order."""
    left = [each for each in before.get(_QUEUES, []) if each["QueueArn"] != queue]
    if len(left) == len(before.get(_QUEUES, [])):
        return dict(before)
    return {
        name: left if name == _QUEUES else each for name, each in before.items() if name != _QUEUES or left
    }


def tells(configuration: Configuration, queue: str, prefixes: Iterable[str]) -> bool:
    """Say whether the `queue` is told of all `EVENTS` of all keys that begin with one of `prefixes`."""
    told = [each for each in configuration.get(_QUEUES, []) if each["QueueArn"] == queue]
    return all(
        any(
            event in each["Events"] and prefix.startswith(_filter(each, "prefix"))
            for each in told
            if not _filter(each, "suffix")
        )
        for prefix in prefixes
        for event in EVENTS
    )


def conflicts(configuration: Configuration, queue: str, prefixes: Iterable[str]) -> list[str]:
    """Return the ARNs that are told already of what the `queue` is to be told of: S3 would refuse ours."""
    wanted = list(prefixes)
    return [
        arn
        for arn, each in _destinations(configuration)
        if arn != queue
        and any(_share(event, theirs) for event in EVENTS for theirs in each["Events"])
        and any(_overlap(prefix, _filter(each, "prefix")) for prefix in wanted)
    ]


def _destinations(configuration: Configuration) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind, arn in _DESTINATIONS.items():
        for each in configuration.get(kind, []):
            yield each[arn], each


def _ours(queue: str, name: str, prefix: str) -> dict[str, Any]:
    rules = [{"Name": "prefix", "Value": prefix}] if prefix else []
    where = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
    return {"Id": name, "QueueArn": queue, "Events": list(EVENTS), **where}


def _outermost(prefixes: Iterable[str]) -> list[str]:
    """Return the prefixes without those that lie within another one, which S3 would refuse."""
    every = sorted(set(prefixes))
    return [each for each in every if not any(each != other and each.startswith(other) for other in every)]


def _filter(configuration: Mapping[str, Any], name: str) -> str:
    """Return the prefix or the suffix that keys must have. S3 answers its name with a capital letter."""
    rules = configuration.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return next((rule.get("Value", "") for rule in rules if rule["Name"].lower() == name), "")


def _overlap(ours: str, theirs: str) -> bool:
    return ours.startswith(theirs) or theirs.startswith(ours)


def _share(ours: str, theirs: str) -> bool:
    """Say whether both events can be the same one. ``s3:ObjectCreated:*`` is every creation."""
    return _overlap(ours.rstrip("*"), theirs) or (
        theirs.endswith("*") and ours.startswith(theirs.rstrip("*"))
    )
