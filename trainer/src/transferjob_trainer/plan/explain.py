"""The plan in words: what is kept, why, and what it is expected to save."""

from __future__ import annotations

from .costs import Costs
from .planner import Choice, Plan

_MIB = 1 << 20
_KIB = 1 << 10


def explain(plan: Plan, costs: Costs, layer_names: list[str]) -> str:
    """One paragraph for the log and the report."""
    if plan.choice.cut is None:
        return f"feature cache: none, because {_why_none(plan)}"
    parts = [
        f"feature cache: {_place(plan)}, {_cut(plan, costs, layer_names)}:"
        f" {_size(plan.choice)} for {plan.demand.pictures:,} pictures",
        _gain(plan),
    ]
    if plan.too_large:
        parts.append(f"{_too_large(plan, layer_names)} would be faster")
    return "; ".join(parts)


def _why_none(plan: Plan) -> str:
    if plan.mode == "Off":
        return "training.featureCache.mode is Off"
    if plan.demand.frozen == 0:
        return "no layer is frozen in all phases"
    if plan.demand.augmented:
        return (
            "training.augmentation changes the pictures in front of the cut from epoch to epoch;"
            " no views of them are kept, so every epoch runs the whole network"
        )
    if plan.too_large:
        return f"it does not fit: {_smallest(plan)}"
    return (
        f"it would save too little: by the static tables {_epochs_take(plan.demand.epochs)} about"
        f" {_seconds(plan.without.seconds)} without it"
    )


def _place(plan: Plan) -> str:
    return "in memory" if plan.choice.keep == "Memory" else "on disk"


def _cut(plan: Plan, costs: Costs, layer_names: list[str]) -> str:
    cut = plan.choice.cut
    assert cut is not None
    if cut.pooled:
        return "after pooling, because the whole backbone is frozen in every phase"
    where = f"after {cut.count} layers ({layer_names[cut.count - 1]})"
    values = "1 tensor" if len(cut.tensors) == 1 else f"{len(cut.tensors)} tensors"
    if cut.count == plan.demand.frozen:
        return f"{where}, where the frozen part ends, {values}"
    between = costs.work_before[plan.demand.frozen] - cut.prefix_work
    if between == 0:
        return f"{where}, {values}, less to store than at the freeze count {plan.demand.frozen} and no work more"
    share = 100 * between / max(1, costs.all_work)
    return (
        f"{where}, {values}; the layers from there to {plan.demand.frozen} stay frozen and run every epoch"
        f" ({share:.1f}% of the work)"
    )


def _size(choice: Choice) -> str:
    assert choice.cut is not None
    return f"{choice.cut.picture_bytes / _KIB:,.1f} KiB a picture, {choice.bytes / _MIB:,.1f} MiB"


def _gain(plan: Plan) -> str:
    factor = plan.without.seconds / max(plan.choice.seconds, 1e-9)
    return (
        f"by the static tables {_epochs_take(plan.demand.epochs)} about {_seconds(plan.choice.seconds)}"
        f" instead of {_seconds(plan.without.seconds)} ({factor:.1f} times less)"
    )


def _too_large(plan: Plan, layer_names: list[str]) -> str:
    best = min(plan.too_large, key=lambda choice: choice.seconds)
    assert best.cut is not None
    budget = plan.budgets.memory if best.keep == "Memory" else plan.budgets.disk
    where = "after pooling" if best.cut.pooled else f"after {layer_names[best.cut.count - 1]}"
    place = "memory" if best.keep == "Memory" else "the disk"
    return f"{where} needs {best.bytes // _MIB:,} MiB, of {place} {budget // _MIB:,} MiB may be used, and"


def _smallest(plan: Plan) -> str:
    least = min(plan.too_large, key=lambda choice: choice.bytes)
    budget = plan.budgets.memory if least.keep == "Memory" else plan.budgets.disk
    place = "memory" if least.keep == "Memory" else "disk"
    return (
        f"the smallest worthwhile one needs {least.bytes // _MIB:,} MiB of {place}, {budget // _MIB:,} MiB may be used"
    )


def _epochs_take(count: int) -> str:
    return "1 epoch takes" if count == 1 else f"{count:,} epochs take"


def _seconds(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds < 120 else f"{seconds / 60:,.1f} min"
