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
        f"feature cache: {_place(plan)}, {_cut(plan, costs, layer_names)}: {_size(plan.choice)} for {_rows(plan)}",
        _gain(plan),
        *_turns(plan),
    ]
    if plan.too_large:
        parts.append(f"{_too_large(plan, layer_names)} would be faster")
    return "; ".join(parts)


def _why_none(plan: Plan) -> str:
    if plan.mode == "Off":
        return "training.featureCache.mode is Off"
    if plan.demand.frozen == 0:
        return "no layer is frozen in all phases"
    if plan.demand.mixed:
        return (
            "training.augmentation mixes each picture with another one in every epoch; no views of them can be kept,"
            " so every epoch runs the whole network"
        )
    if plan.too_large:
        return f"it does not fit: {_smallest(plan)}"
    if plan.demand.augmented:
        return (
            "training.augmentation changes the pictures in front of the cut, and by the static tables to keep"
            f" {_views(plan.demand.kept_views)} of each would not save enough of {_seconds(plan.without.seconds)}"
            f"{_worth(plan)}; so every epoch runs the whole network, {_shown(plan)}"
        )
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


def _rows(plan: Plan) -> str:
    demand = plan.demand
    if not demand.augmented:
        return f"{demand.pictures:,} pictures"
    plain = demand.pictures - demand.train
    return f"{_views(plan.choice.views)} of {demand.train:,} pictures to train on, and {plain:,} to measure on"


def _turns(plan: Plan) -> list[str]:
    """How many views there are and who said so."""
    if not plan.demand.augmented:
        return []
    if plan.demand.views is not None:
        return [f"training.featureCache.views is {plan.demand.views}, shown in turn by the epochs"]
    if plan.choice.views >= plan.demand.epochs:
        return ["every epoch has a view of its own"]
    return [f"the epochs show the {plan.choice.views} views in turn, and new ones with training.featureCache.mode Off"]


def _worth(plan: Plan) -> str:
    """What is asked of views that nobody asked for."""
    chosen = plan.demand.views is None and plan.demand.kept_views < plan.demand.epochs
    return " (fewer views than epochs must at least halve it)" if chosen else ""


def _shown(plan: Plan) -> str:
    if plan.choice.views == 0:
        return "on new views"
    return f"on the {_views(plan.choice.views)} that training.featureCache.views asks for, in turn"


def _views(count: int) -> str:
    return "1 view" if count == 1 else f"{count} views"


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
