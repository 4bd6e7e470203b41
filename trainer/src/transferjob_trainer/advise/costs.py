"""What each freeze count costs: parameters that learn, and the time of a training by the planner's static tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from ..container import cores, memory_limit
from ..contract.run_file import RunFile
from ..network import Network
from ..plan.costs import Costs, backbone_costs
from ..plan.planner import Budgets, Demand, PhaseDemand, make_plan
from ..plan.rates import rates_of
from ..train.phase_run import freeze_for
from ..train.phases import Phase

_FEATURES_SHARE = 0.25
"""Of the memory, for features."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Pictures of a training."""

    train: int
    measured: int


class CutCosts:
    """The costs of a network's cuts on one device."""

    def __init__(self, network: Network, run: RunFile, device: str) -> None:
        self._run = run
        freeze_for(network, 0)
        self._learning = [_size(layer.trainable_weights) for layer in network.backbone.layers]
        self._head = _size(network.model.trainable_weights) - sum(self._learning)
        self._costs: Costs = backbone_costs(network.backbone, run.head.pooling)
        self._rates = rates_of(device, cores())
        self._budgets = Budgets(int(_FEATURES_SHARE * memory_limit()), 0, shared=False)
        cache = run.training.feature_cache
        self._off = cache is not None and cache.mode == "Off"

    def trainable(self, count: int) -> int:
        """Parameters that learn when so many layers are frozen, those of the head included."""
        return self._head + sum(self._learning[count:])

    def seconds(self, phases: Sequence[Phase], amount: Amount) -> float:
        """Seconds of training in these phases, with the feature cache that a run would use."""
        demand = Demand(
            phases=tuple(PhaseDemand(phase.epochs, phase.frozen) for phase in phases),
            train=amount.train,
            measured=amount.measured,
            final=amount.measured,
            pictures=amount.train + amount.measured,
            augmented=self._run.training.augmentation is not None,
        )
        return make_plan(self._costs, demand, self._budgets, "Off" if self._off else "Auto", self._rates).choice.seconds


def _size(weights: Sequence[Any]) -> int:
    return sum(prod(weight.shape) for weight in weights)
