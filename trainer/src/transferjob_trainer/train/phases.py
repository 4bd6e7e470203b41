"""The training phases of a run: those of the spec, or the ones that an experienced Keras user would pick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..contract.run_file import RunFile
from ..contract.training import OptimizerSpec, PhaseSpec, ScheduleSpec
from ..errors import InvalidSpec
from ..freeze_count import freeze_count

BASE_RATES = {"Adam": 1e-3, "AdamW": 1e-3, "RMSprop": 1e-3, "SGD": 1e-2, "Lion": 1e-4}
"""Rates for layers that begin at random. Lion's update has the size of the rate in every variable, so it wants less."""
TUNING_SHARE = 0.3
"""Share of them for layers that are trained already: less learns too little, more spoils what they know (ADR 13)."""
HEAD_SHARE = 4
"""The head phase takes one epoch of so many, at most."""
WARMUP_SHARE = 0.1
"""Share of the steps of tuning in which the rate rises."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One stage of training, resolved. Epochs are counted through all phases, from 1."""

    name: str
    first_epoch: int
    epochs: int
    frozen: int
    """Freeze count: `backbone.layers[:frozen]` do not move."""
    learning_rate: float
    schedule: ScheduleSpec = field(default_factory=ScheduleSpec)
    warmup_share: float = 0.0
    """Share of the steps in which the rate rises, where the schedule names no number."""

    @property
    def last_epoch(self) -> int:
        """The last epoch that belongs to it."""
        return self.first_epoch + self.epochs - 1


def resolve_phases(run: RunFile, layer_names: list[str]) -> tuple[Phase, ...]:
    """The phases of a run in order.

    Raises:
        InvalidSpec: a phase freezes less than the job says, or names a layer that is not there.
    """
    if run.training.phases:
        return tuple(_given_phases(run, layer_names))
    return _default_phases(run, freeze_count(run.freeze, layer_names, run.backbone), len(layer_names))


def _default_phases(run: RunFile, frozen: int, depth: int) -> tuple[Phase, ...]:
    """Head first, then what is not frozen; one phase where the head is all that learns or nothing is trained yet.

    A random head sends large gradients down, so trained layers stay still until it has learned (Kumar et al. 2022,
    arXiv:2202.10054); see docs/adr/0013.
    """
    training = run.training
    epochs, base = training.epochs, base_rate(training.optimizer)
    if run.backbone.resolved_weights == "none" or frozen == depth:
        return (Phase("train", 1, epochs, frozen, base, training.schedule or ScheduleSpec()),)
    # A head that is taken over sends no such gradients.
    head = 0 if run.head_from else epochs // HEAD_SHARE
    tune = Phase(
        "tune",
        head + 1,
        epochs - head,
        frozen,
        training.optimizer.learning_rate or base * TUNING_SHARE,
        training.schedule or ScheduleSpec(name="Cosine"),
        WARMUP_SHARE if training.schedule is None else 0.0,
    )
    if not head:
        return (tune,)
    return (Phase("head", 1, head, depth, base, training.schedule or ScheduleSpec()), tune)


def _given_phases(run: RunFile, layer_names: list[str]) -> Iterator[Phase]:
    training = run.training
    first = 1
    for number, spec in enumerate(training.phases):
        yield Phase(
            spec.name,
            first,
            spec.epochs,
            _frozen(run, spec, number, layer_names),
            spec.learning_rate or base_rate(training.optimizer),
            spec.schedule or training.schedule or ScheduleSpec(),
        )
        first += spec.epochs


def base_rate(optimizer: OptimizerSpec) -> float:
    """The rate that the spec names, or the optimizer's usual one."""
    return optimizer.learning_rate or BASE_RATES[optimizer.name]


def _frozen(run: RunFile, spec: PhaseSpec, number: int, layer_names: list[str]) -> int:
    least = freeze_count(run.freeze, layer_names, run.backbone)
    if spec.freeze is None:
        return least
    frozen = freeze_count(spec.freeze, layer_names, run.backbone, field=f"spec.training.phases[{number}].freeze")
    if frozen < least:
        raise InvalidSpec(
            f"spec.training.phases[{number}].freeze must freeze at least the {least} layers of spec.freeze,"
            f" got {frozen}; give spec.freeze what all phases leave frozen"
        )
    return frozen
