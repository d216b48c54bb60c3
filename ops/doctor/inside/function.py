"""Reads the functions' configurations, and the numbers of their recent failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ops.doctor.facts import Function, Trouble

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

    from infra.clients import Clients

_HOUR = timedelta(hours=1)


def read_function(clients: Clients, name: str) -> Function:
    """Return the function called `name`."""
    client: LambdaClient = clients.client("lambda")
    found = client.get_function_configuration(FunctionName=name)
    environment = found.get("Environment", {}).get("Variables", {})
    return Function(name, found["FunctionArn"], found["Role"], client.meta.region_name, environment)


def read_troubles(clients: Clients, names: tuple[str, ...]) -> tuple[Trouble, ...]:
    """Return the numbers of errors and throttles of each function in the last hour."""
    return tuple(
        Trouble(name, _sum(clients, name, "Errors"), _sum(clients, name, "Throttles")) for name in names
    )


def _sum(clients: Clients, function: str, metric: str) -> int:
    now = datetime.now(UTC)
    found = clients.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - _HOUR,
        EndTime=now,
        Period=3600,
        Statistics=["Sum"],
    )
    return int(sum(point["Sum"] for point in found["Datapoints"]))
