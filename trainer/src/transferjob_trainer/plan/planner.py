"""Chooses what is kept: the cut, memory or disk, of how many views, or nothing, whichever takes least time within the
budgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from .costs import Costs, Cut
from .rates import Rates

Mode = Literal["Auto", "Off", "Memory", "Disk"]
Keep = Literal["Off", "Memory", "Disk"]

_WORTH = 1.1
"""A cache must save at least this factor: the estimate is not better, and nothing kept is nothing to go wrong."""
AUTO_VIEWS = 10
"""Views of a changed picture that are kept where nobody says how many."""
WORTH_VIEWS = 2.0
"""Fewer views than epochs are another training than one on new ones, so they must save more."""
_BACKWARD = 2
"""A backward pass costs about twice the forward pass of the same layers."""


@dataclass(frozen=True, slots=True)
class PhaseDemand:
    """A training phase, as far as the plan goes."""

    epochs: int
    frozen: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What the run has to do."""

    phases: tuple[PhaseDemand, ...]
    train: int
    """Pictures that are trained on."""
    measured: int
    """Pictures that are measured on after each epoch."""
    final: int
    """Pictures that are measured on once more at the end."""
    pictures: int
    """All pictures of the dataset."""
    augmented: bool
    """Whether pictures to train on are changed."""
    mixed: bool = False
    """Whether each is mixed with another one in every epoch: nothing of it can be kept."""
    views: int | None = None
    """Changed views that the job asks for."""

    @property
    def frozen(self) -> int:
        """Layers that no phase trains: what lies behind them may change, so no feature may come from there."""
        return min(phase.frozen for phase in self.phases)

    @property
    def epochs(self) -> int:
        """Epochs of all phases."""
        return sum(phase.epochs for phase in self.phases)

    @property
    def kept_views(self) -> int:
        """Changed views of a picture that a cache would hold; 0: the pictures are not changed."""
        if not self.augmented:
            return 0
        return min(AUTO_VIEWS, self.epochs) if self.views is None else self.views

    @property
    def rows(self) -> int:
        """Rows of the cache: the pictures, or views in place of those to train on."""
        return self.pictures + (self.kept_views - 1) * self.train if self.augmented else self.pictures


@dataclass(frozen=True, slots=True)
class Budgets:
    """Bytes that features may take."""

    memory: int
    disk: int
    shared: bool
    """Whether the disk is a place that the spec names and other jobs may use; Auto fills no other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to run, and what it takes by the tables."""

    keep: Keep
    cut: Cut | None
    seconds: float
    bytes: int = 0
    views: int = 0
    """Changed views of each picture to train on, shown in turn; 0: new ones in every epoch, or unchanged pictures."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the run does."""

    choice: Choice
    without: Choice
    """The same run without a cache."""
    demand: Demand
    budgets: Budgets
    mode: Mode
    too_large: tuple[Choice, ...] = field(default=())
    """Ways that would be faster and do not fit."""


def make_plan(costs: Costs, demand: Demand, budgets: Budgets, mode: Mode, rates: Rates) -> Plan:
    """The fastest way that the mode allows and the budgets hold.

    Args:
        costs: of the backbone.
        demand: of the run.
        budgets: for features.
        mode: Auto keeps features only where that saves time, and on disk only in a shared place; Memory and Disk keep
            them wherever there is something to keep.
        rates: static speeds of the device.
    """
    without = Choice("Off", None, _seconds_without(costs, demand, rates), views=demand.views or 0)
    if mode == "Off" or demand.mixed:
        return Plan(without, without, demand, budgets, mode)
    worth = WORTH_VIEWS if 0 < demand.kept_views < demand.epochs and demand.views is None else _WORTH
    choices = list(_choices(costs, demand, budgets, mode, rates))
    fitting = [choice for choice in choices if choice.bytes <= _budget(choice.keep, budgets)]
    best = min(fitting, key=_rank, default=without)
    if mode == "Auto" and best.seconds * worth > without.seconds:
        best = without
    too_large = tuple(choice for choice in choices if choice not in fitting and choice.seconds * worth < best.seconds)
    return Plan(best, without, demand, budgets, mode, too_large)


def _rank(choice: Choice) -> tuple[float, int, int]:
    """Time, then space; of equals the deepest, which leaves least to be done again."""
    assert choice.cut is not None
    return choice.seconds, choice.bytes, -choice.cut.count - choice.cut.pooled


def _choices(costs: Costs, demand: Demand, budgets: Budgets, mode: Mode, rates: Rates) -> Iterator[Choice]:
    for cut in costs.cuts:
        # Shallower than what is frozen in all phases, or just there; behind the pooling only when everything is.
        if cut.count > demand.frozen or cut.prefix_work == 0:
            continue
        for keep in _kept_in(mode, budgets):
            size = demand.rows * cut.picture_bytes
            fits_memory = size <= budgets.memory
            seconds = _seconds_with(costs, demand, cut, rates, rates.reading(keep == "Memory" or fits_memory))
            writing = size / rates.disk if keep == "Disk" else 0
            yield Choice(keep, cut, seconds + writing, size, demand.kept_views)


def _kept_in(mode: Mode, budgets: Budgets) -> tuple[Keep, ...]:
    if mode == "Auto":
        return ("Disk", "Memory") if budgets.shared else ("Memory",)
    return () if mode == "Off" else (mode,)


def _budget(keep: Keep, budgets: Budgets) -> int:
    return {"Off": 0, "Memory": budgets.memory, "Disk": budgets.disk}[keep]


def _seconds_without(costs: Costs, demand: Demand, rates: Rates) -> float:
    forward = demand.epochs * (demand.train + demand.measured) + demand.final
    return (forward * costs.all_work + _backward_work(costs, demand)) / rates.work


def _seconds_with(costs: Costs, demand: Demand, cut: Cut, rates: Rates, reading: float) -> float:
    passes = demand.epochs * (demand.train + demand.measured) + demand.final
    work = demand.rows * cut.prefix_work + passes * (costs.all_work - cut.prefix_work)
    return (work + _backward_work(costs, demand)) / rates.work + passes * cut.picture_bytes / reading


def _backward_work(costs: Costs, demand: Demand) -> int:
    return sum(
        _BACKWARD * phase.epochs * demand.train * (costs.all_work - costs.work_before[phase.frozen])
        for phase in demand.phases
    )
