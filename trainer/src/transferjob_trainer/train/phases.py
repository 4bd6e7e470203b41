"""The training phases of a run: those of the spec, or the ones that an experienced Keras user would pick."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract.run_file import RunFile
from ..contract.training import PhaseSpec
from ..errors import InvalidSpec
from ..freeze_count import freeze_count


@dataclass(frozen=True, slots=True)
class Phase:
    """One stage of training, resolved. Epochs are counted through all phases, from 1."""

    name: str
    first_epoch: int
    epochs: int
    frozen: int
    """Freeze count: `backbone.layers[:frozen]` do not move."""
    learning_rate: float

    @property
    def last_epoch(self) -> int:
        """The last epoch that belongs to it."""
        return self.first_epoch + self.epochs - 1

    def describe(self, epochs: int) -> str:
        """The phase in one line, with the number of epochs of all phases."""
        return (
            f"phase {self.name}: epochs {self.first_epoch} to {self.last_epoch} of {epochs},"
            f" freeze count {self.frozen}, learning rate {self.learning_rate:g}"
        )


def resolve_phases(run: RunFile, layer_names: list[str]) -> tuple[Phase, ...]:
    """The phases of a run in order.

    Raises:
        InvalidSpec: a phase freezes less than the job says, or names a layer that is not there.
    """
    training = run.training
    given = training.phases or (PhaseSpec(name="train", epochs=training.epochs),)
    phases: list[Phase] = []
    for number, spec in enumerate(given):
        frozen = _frozen(run, spec, number, layer_names)
        rate = spec.learning_rate or training.optimizer.learning_rate
        first = phases[-1].last_epoch + 1 if phases else 1
        phases.append(Phase(spec.name, first, spec.epochs, frozen, rate))
    return tuple(phases)


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
