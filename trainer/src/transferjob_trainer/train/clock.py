"""How long steps take, and from that how long the rest will."""

from __future__ import annotations

from .phases import Phase
from .state import Position

BACKWARD_COST = 2.0
"""A backward pass costs about twice the forward pass of the same layers."""


class Estimate:
    """Seconds to the end of training. A later phase is estimated from this one by its share of layers that learn."""

    def __init__(self, phases: tuple[Phase, ...], depth: int) -> None:
        self._phases, self._depth = phases, depth
        self._all = sum(phase.epochs * self._cost(phase) for phase in phases)
        self._measuring = self._this_epoch = 0.0

    def begin_phase(self, steps: int) -> None:
        """A phase of so many steps an epoch begins; its first call will hold the building of the graph."""
        self._steps = steps
        self._calls = self._counted = 0
        self._seconds = 0.0

    def trained(self, steps: int, seconds: float) -> None:
        """A call has done `steps` steps. The first call of a phase counts only until there are others."""
        self._calls += 1
        if self._calls <= 2:
            self._counted, self._seconds = 0, 0.0
        self._counted += steps
        self._seconds += seconds
        self._this_epoch += seconds

    def measured(self, seconds: float) -> None:
        """Measuring after an epoch took so long."""
        self._measuring = seconds
        self._this_epoch += seconds

    def epoch_seconds(self) -> float:
        """Seconds since this was asked last."""
        seconds, self._this_epoch = self._this_epoch, 0.0
        return seconds

    @property
    def steps_per_second(self) -> float:
        """Speed of this phase."""
        return self._counted / max(self._seconds, 1e-6)

    def percent(self, position: Position) -> float:
        """Share of the work that is done, 0 to 100."""
        return 100 * (1 - self._left(position) / self._all)

    def remaining(self, position: Position) -> float:
        """Seconds to the end of training."""
        here = self._phases[position.phase]
        epoch = self._steps / max(self.steps_per_second, 1e-6) + self._measuring
        return max(0.0, self._left(position) / self._cost(here) * epoch)

    def _left(self, position: Position) -> float:
        """Epochs that are left, weighted with their cost."""
        here = self._phases[position.phase]
        epochs = here.last_epoch - position.epoch + 1 - position.step / self._steps
        return epochs * self._cost(here) + sum(
            phase.epochs * self._cost(phase) for phase in self._phases[position.phase + 1 :]
        )

    def _cost(self, phase: Phase) -> float:
        return 1 + BACKWARD_COST * (1 - phase.frozen / self._depth)
