"""Reads how much of the month's budget of invalidations is used."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from chalicelib.aws.eviction import Urgency
from chalicelib.config.config import Invalidate
from chalicelib.upkeep import work
from ops.doctor.facts import Spending
from ops.doctor.known import NotKnown

if TYPE_CHECKING:
    from chalicelib.config.config import Config
    from infra.clients import Clients

_MINUTES_OF_A_MONTH = 31 * 24 * 60


def read_spending(clients: Clients, configuration: Config) -> Spending | None:
    """Return what is used of the budget, or None if there is none; `NotKnown` if the count is broken."""
    aws: Any = SimpleNamespace(notes=clients.client("s3"))
    tally = work.tally(configuration, aws)
    if tally is None:
        return None
    try:
        paths = tally.read().paths
    except ValueError as broken:
        raise NotKnown(f"the count of invalidated paths cannot be read: {broken}") from broken
    budget = tally.budget
    most = int(budget.most(Urgency.DUE))
    # Nobody orders redirects where nothing is invalidated that is new.
    asked = Urgency.DUE if configuration.invalidate is Invalidate.NEVER else Urgency.OPTIONAL
    redirects = int(budget.most(asked))
    minutes = -(-_MINUTES_OF_A_MONTH // budget.slots)
    return Spending(paths, most, budget.paths, minutes, redirects, len(budget.everything))
