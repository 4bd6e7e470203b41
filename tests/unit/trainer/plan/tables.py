"""Costs of made-up backbones, in round numbers."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.cache.spec import TensorSpec
from transferjob_trainer.plan.costs import Costs, Cut
from transferjob_trainer.plan.planner import Budgets, Demand, PhaseDemand, Plan, make_plan
from transferjob_trainer.plan.rates import Rates

DEPTH = 4
NAMES = ["input", "stem", "block1", "block2"]
WORK = 1_000_000
RATES = Rates(work=1e9, memory=4e9, disk=4e8)
PLENTY = Budgets(memory=1 << 40, disk=1 << 40, shared=False)


def tensor(values: int) -> TensorSpec:
    """A tensor of float32 values."""
    return TensorSpec("tensor", (values,), "float32")


def costs(*values: int, pooled: int | None = None, works: tuple[int, ...] = (0, WORK, WORK, WORK)) -> Costs:
    """Four layers; `values` cross behind each of them."""
    before = [sum(works[:count]) for count in range(DEPTH + 1)]
    cuts = [Cut(count, False, (tensor(size),), before[count]) for count, size in enumerate(values, 1)]
    if pooled:
        cuts.append(Cut(DEPTH, True, (tensor(pooled),), before[-1]))
    return Costs(tuple(cuts), tuple(before))


def demand(*phases: tuple[int, int], pictures: int = 1_000, augmented: bool = False, **more: Any) -> Demand:
    """Phases as (epochs, freeze count); four fifths of the pictures are trained on; `more`: mixed, views."""
    return Demand(
        phases=tuple(PhaseDemand(epochs, frozen) for epochs, frozen in phases),
        train=pictures * 4 // 5,
        measured=pictures // 5,
        final=pictures // 5,
        pictures=pictures,
        augmented=augmented,
        **more,
    )


def planned(table: Costs, wanted: Demand, budgets: Budgets = PLENTY, mode: Any = "Auto") -> Plan:
    """The plan for these."""
    return make_plan(table, wanted, budgets, mode, RATES)
