"""The budgets of the design, beside which each figure is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit of one figure of one case."""

    text: str
    holds: Callable[[float], bool]


def at_most(limit: float) -> Budget:
    """The figure must not exceed the limit."""
    return Budget(f"<= {limit:g}", lambda value: value <= limit)


def at_least(limit: float) -> Budget:
    """The figure must reach the limit."""
    return Budget(f">= {limit:g}", lambda value: value >= limit)


BUDGETS: Mapping[tuple[str, str], Budget] = {
    ("ours", "per_second"): at_least(150),
    ("ours_with_pods", "writes_per_job"): at_most(4),
    ("idle", "rss_mib"): at_most(120),
    ("reaction", "reaction_p50"): at_most(0.05),
    ("reaction", "reaction_p99"): at_most(0.5),
    ("failover", "after_kill"): at_most(15),
    ("failover", "after_stop"): at_most(2),
    ("progress", "writes_per_second"): at_most(20),
    ("restart", "writes"): at_most(0),
    ("steady", "writes"): at_most(0),
}


def ahead(document: Mapping[str, Any]) -> bool | None:
    """Whether we make more children a second than the peer at its best; None where one of them is missing."""
    ours, peer = document.get("ours"), document.get("peer_best")
    return ours["per_second"] > peer["per_second"] if ours and peer else None
