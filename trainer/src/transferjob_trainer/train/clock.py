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
        self._unit_seconds: float | None = None

    def begin_phase(self, steps: int) -> None:
        """A phase of so many steps an epoch begins; its first call will hold the building of the graph."""
        self._steps = steps
        self._calls = self._counted = 0
        self._seconds = 0.0

    def trained(self, steps: int, seconds: float) -> None:
        """A call has done `steps` steps. The first call of a phase says nothing of the speed of the others."""
        self._calls += 1
        if self._calls > 1:
            self._counted += steps
            self._seconds += seconds
        self._this_epoch += seconds

    def measured(self, seconds: float) -> None:
        """Measuring after an epoch took so long."""
        # The first time it holds the building of a graph; but going forwards over fewer pictures is never slower.
        epoch = self._training_seconds()
        self._measuring = seconds if epoch is None else min(seconds, epoch)
        self._this_epoch += seconds

    def epoch_seconds(self) -> float:
        """Seconds since this was asked last."""
        seconds, self._this_epoch = self._this_epoch, 0.0
        return seconds

    @property
    def steps_per_second(self) -> float | None:
        """Speed of this phase; None before it is known."""
        return self._counted / max(self._seconds, 1e-6) if self._counted else None

    def percent(self, position: Position) -> float:
        """Share of the work that is done, 0 to 100."""
        return 100 * (1 - self._left(position) / self._all)

    def remaining(self, position: Position) -> float | None:
        """Seconds to the end of training; None as long as no phase has shown its speed."""
        epoch = self._training_seconds()
        if epoch is not None:
            self._unit_seconds = (epoch + self._measuring) / self._cost(self._phases[position.phase])
        return None if self._unit_seconds is None else max(0.0, self._left(position) * self._unit_seconds)

    def _training_seconds(self) -> float | None:
        """Seconds of the steps of an epoch."""
        speed = self.steps_per_second
        return None if speed is None else self._steps / speed

    def _left(self, position: Position) -> float:
        """Epochs that are left, weighted with their cost."""
        here = self._phases[position.phase]
        epochs = here.last_epoch - position.epoch + 1 - position.step / self._steps
        return epochs * self._cost(here) + sum(
            phase.epochs * self._cost(phase) for phase in self._phases[position.phase + 1 :]
        )

    def _cost(self, phase: Phase) -> float:
        return 1 + BACKWARD_COST * (1 - phase.frozen / self._depth)
