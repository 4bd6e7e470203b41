"""What is kept of a job's features, and where: the planner is asked with the job's figures and the container's room."""

from __future__ import annotations

from dataclasses import dataclass

from ..checks import input_size
from ..container import cores, memory_limit
from ..container.need import training_need
from ..device import device_kind
from ..errors import InvalidSpec
from ..plan.costs import Costs, backbone_costs
from ..plan.explain import explain
from ..plan.planner import Budgets, Demand, Mode, PhaseDemand, Plan, make_plan
from ..plan.rates import rates_of
from ..train.phases import resolve_phases
from .budget import memory_budget
from .entry import CacheUnavailable
from .inputs import Inputs
from .place import cache_folder
from .store import FeatureStore

_WEIGHT_BYTES = 4
"""Of a weight, whatever the precision of the computation."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What one worker would do."""

    explanation: str
    """The plan in words."""
    views: int
    """Changed views of each picture; 0: none."""
    plan: Plan | None = None
    """Where something is to be kept."""
    store: FeatureStore | None = None
    """The place on disk, where one may be used."""


class Planning:
    """Plans for one run."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs, self._job, self._network, self._opened = inputs, inputs.job, inputs.network, inputs.opened
        cache = inputs.job.training.feature_cache
        self._mode: Mode = cache.mode if cache else "Auto"
        self._uri = cache.uri if cache else None
        self._given_views = cache.views or 0 if cache else 0

    def planned(self) -> Planned:
        """The plan; none, with the reason, where the place of a cache cannot be used.

        Raises:
            InvalidSpec: a cache was asked for that does not fit its budget.
        """
        costs = backbone_costs(self._network.backbone, self._job.head.pooling)
        try:
            store = self._store()
            plan = self._plan(costs, store)
        except CacheUnavailable as error:
            return Planned(f"feature cache: none, because {error}", self._given_views)
        kept = plan if plan.choice.cut is not None else None
        return Planned(explain(plan, costs, self._network.layer_names), plan.choice.views, kept, store)

    def _store(self) -> FeatureStore | None:
        """The place on disk, where the mode may use one."""
        if self._mode in ("Off", "Memory") or (self._mode == "Auto" and self._uri is None):
            return None
        if self._uri is not None:
            return FeatureStore(cache_folder(self._uri, self._inputs.claims_root), self._inputs.log.say)
        folder = self._inputs.scratch / "features"
        folder.mkdir(exist_ok=True)
        return FeatureStore(folder, self._inputs.log.say)

    def _plan(self, costs: Costs, store: FeatureStore | None) -> Plan:
        demand = self._demand()
        budgets = Budgets(self._memory(demand.pictures), store.room() if store else 0, shared=self._uri is not None)
        plan = make_plan(costs, demand, budgets, self._mode, rates_of(device_kind(), cores()))
        if self._mode in ("Memory", "Disk") and plan.choice.cut is None and plan.too_large:
            raise InvalidSpec(
                f"spec.training.featureCache.mode {self._mode}: {explain(plan, costs, self._network.layer_names)};"
                " give it more room or leave the mode to Auto"
            )
        return plan

    def _memory(self, pictures: int) -> int:
        """Bytes that features may take in memory."""
        job, network, report = self._job, self._network, self._network.report
        height, width = input_size(job)
        step = training_need(
            network.backbone,
            network.frozen,
            report.trainable_parameters,
            -(-min(job.training.batch_size, pictures) // self._inputs.share.count),
            job.training.optimizer,
            half=network.model.dtype_policy.compute_dtype != "float32",
        )
        return memory_budget(
            memory_limit(),
            pictures=pictures * height * width * 3,
            weights=(report.trainable_parameters + report.frozen_parameters) * _WEIGHT_BYTES,
            step=0 if job.gpus else step.total,
        )

    def _demand(self) -> Demand:
        catalogue = self._opened.catalogue
        unread = catalogue.unread("", {}, ())
        phases, changes = resolve_phases(self._job, self._network.layer_names), self._job.training.augmentation
        return Demand(
            phases=tuple(PhaseDemand(phase.epochs, phase.frozen) for phase in phases),
            train=len(unread.train),
            measured=len(unread.validation),
            final=len(unread.final),
            pictures=len(catalogue.paths),
            augmented=changes is not None,
            mixed=changes is not None and changes.mixes,
            views=self._given_views or None,
        )
