"""The answer to the question of what it costs: systems side by side, in USD for each service."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ops.costs import months, systems

if TYPE_CHECKING:
    from ops.costs.months import Site
    from ops.prices import Prices, Usage


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a month of `site`, and `originals` with `variants` each that are made ahead."""

    site: Site
    originals: int = 1_000_000
    variants: int = 10
    with_free: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """USD of each system: a month of the site, making ahead once, and storing that for a month.

    The first two are divided by services.
    """

    month: dict[str, dict[str, float]]
    ahead: dict[str, dict[str, float]]
    kept: dict[str, float]


def report(question: Question, prices: Prices) -> Report:
    """Answer the question by this price list."""
    site, pictures = question.site, question.originals * question.variants

    def bill(usage: Usage) -> dict[str, float]:
        return prices.bill(usage, with_free=question.with_free)

    kept = prices.total(months.storage(pictures, site.size), with_free=question.with_free)
    return Report(
        {each.name: bill(months.month(each, site)) for each in systems.ALL},
        {
            each.name: bill(months.ahead(each, question.originals, question.variants, site))
            for each in systems.ALL
        },
        {each.name: kept if each.stores else 0.0 for each in systems.ALL},
    )


def as_json(question: Question, prices: Prices) -> dict[str, object]:
    """Return question and answer for other programs to read, with how much of each item was used."""
    site, answer = question.site, report(question, prices)
    used = {each.name: months.month(each, site) for each in systems.ALL}
    return {
        "prices": {"region": prices.region, "date": prices.date.isoformat()},
        "asked": asdict(question),
        "month": {
            name: {"usd": sum(bill.values()), "services": bill, "used": used[name]}
            for name, bill in answer.month.items()
        },
        "ahead": {
            name: {"usd": sum(bill.values()), "services": bill, "kept_usd_a_month": answer.kept[name]}
            for name, bill in answer.ahead.items()
        },
    }


def rows(bills: dict[str, dict[str, float]]) -> list[list[str]]:
    """Return a row for each service that costs anything, and the total, with a column for each system."""
    services = [name for name in next(iter(bills.values())) if any(bill[name] for bill in bills.values())]
    lines = [[name, *(_usd(bill[name]) for bill in bills.values())] for name in services]
    return [*lines, ["together", *(_usd(sum(bill.values())) for bill in bills.values())]]


def kept_row(answer: Report) -> list[str]:
    """Return the row with what storing the pictures costs in each month after."""
    return ["then, each month", *(_usd(usd) if usd else "not kept" for usd in answer.kept.values())]


def _usd(amount: float) -> str:
    return f"{amount:,.2f}" if amount else "0"
