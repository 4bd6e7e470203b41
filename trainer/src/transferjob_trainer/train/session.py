"""A training from its first step to its best weights, and its state between any two steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from time import monotonic

from ..batch_norm_steps import steps_to_settle
from ..contract.run_file import RunFile
from ..distribute.devices import ALONE, Spread
from ..errors import NonFiniteLoss
from ..network import Network
from .best import DEFAULT_MONITOR, BestEpoch
from .figures import EpochFigures, Sums
from .phase_run import PhaseRun, Source
from .phases import Phase
from .state import (
    MODEL,
    EpochDocument,
    Position,
    SumsDocument,
    TrainingDocument,
    TrainingState,
    assigned,
    copied,
    moving_variables,
)
from .watch import Watch

PhaseRuns = Callable[[Network, RunFile, Phase, Source, int | None, Spread], PhaseRun]
"""Makes what a phase runs with."""
Hook = Callable[["Session"], None]
"""Called between two steps, a few times a second or after each longer step, between batches that are measured, and
after each epoch. It may look at `position`, call `capture`, or end the training by raising."""


class Session:
    """Phases, epochs and steps of one training."""

    def __init__(
        self,
        network: Network,
        job: RunFile,
        phases: tuple[Phase, ...],
        source: Source,
        watch: Watch,
        hooks: Sequence[Hook] = (),
        most_steps: int | None = None,
        spread: Spread = ALONE,
        phase_runs: PhaseRuns = PhaseRun,
    ) -> None:
        """Makes a session that stands before the first step.

        Args:
            network: what is trained, in place.
            job: the run, of which the training's part says how.
            phases: the phases in order.
            source: gives each phase its feed and learner.
            watch: is told how it goes.
            hooks: called between steps, in order.
            most_steps: most steps between two calls of the hooks. Default: as many as fit a quarter of a second.
            spread: who shares a batch.
            phase_runs: makes what a phase runs with; several sessions may share it.
        """
        self.position = Position()
        self._network, self._job, self._phases, self._source = network, job, phases, source
        self.hooks = list(hooks)
        self._watch, self._most_steps, self._spread, self._phase_runs = watch, most_steps, spread, phase_runs
        still = network.backbone.layers[: min(phase.frozen for phase in phases)]
        self._moving = moving_variables(network.model, still)
        self._steps_to_settle = steps_to_settle(network)
        self.best = BestEpoch(job.training.monitor or DEFAULT_MONITOR, self._moving)
        self.history: tuple[EpochDocument, ...] = ()
        self._sums, self._seconds = Sums(), 0.0
        self._phase_run: PhaseRun | None = None
        self._restored: TrainingState | None = None

    def run(self) -> None:
        """Trains to the end and leaves the best epoch's weights in the network.

        Raises:
            NonFiniteLoss: a loss is NaN or infinite; the message names epoch and step.
        """
        while self.position.phase < len(self._phases):
            self._train_phase()
        self.best.restore()

    def capture(self) -> TrainingState:
        """The state as it stands between two steps, copied."""
        if self._restored is not None:  # Nothing was done since; optimizer and schedule of its phase are not made yet.
            return self._restored
        arrays = {**copied(MODEL, self._moving), **self.best.arrays}
        phase = None
        if self._phase_run is not None:
            phase, optimizer = self._phase_run.capture()
            arrays |= optimizer
        document = TrainingDocument(
            position=self.position,
            sums=SumsDocument(loss=self._sums.loss, right=self._sums.right, examples=self._sums.examples),
            best=self.best.document,
            phase=phase,
            history=self.history,
        )
        return TrainingState(document, arrays)

    def restore(self, state: TrainingState) -> None:
        """Goes on from a state that an earlier attempt of the same run has captured; before `run`.

        Raises:
            ValueError: it does not fit this run.
        """
        assigned(MODEL, self._moving, state.arrays)
        self.best.resume(state.document.best, state.arrays)
        self.position, self.history = state.document.position, state.document.history
        sums = state.document.sums
        self._sums = Sums(sums.loss, sums.right, sums.examples)
        self._restored = state

    def _train_phase(self) -> None:
        index = self.position.phase
        run = self._phase_runs(
            self._network, self._job, self._phases[index], self._source, self._most_steps, self._spread
        )
        state, self._restored = self._restored, None
        if state is not None and state.document.phase is not None:
            run.restore(state.document.phase, state.arrays)
        self._phase_run = run
        run.begin(self.position)
        self._watch.begin_phase(self.position, run.feed, run.curve)
        while self.position.phase == index:
            self._train_epoch(run)

    def _train_epoch(self, run: PhaseRun) -> None:
        while self.position.step < run.feed.steps:
            timed = run.train(run.feed.steps - self.position.step, self._sums)
            stretch = timed.stretch
            self._must_be_finite("loss", stretch.bad_step, self.position.step + stretch.bad_step)
            self._sums = stretch.sums
            self._seconds += timed.seconds
            self.position = self.position.model_copy(update={"step": self.position.step + stretch.steps})
            self._watch.trained(self.position, self._sums, stretch.steps, timed.seconds)
            self._call_hooks()
        self._end_epoch(run)
        self._call_hooks()

    def _end_epoch(self, run: PhaseRun) -> None:
        started = monotonic()
        held = run.measure(self._call_hooks)
        figures = EpochFigures(self._sums.mean_loss, self._sums.accuracy, held.mean_loss, held.accuracy)
        # The last step's change of the weights shows in no training loss.
        self._must_be_finite("validation loss", not math.isfinite(figures.val_loss), self.position.step)
        better = self.best.offer(self.position.epoch, figures, settled=self._settled(run.feed.steps))
        measuring = monotonic() - started
        self._watch.measured(self.position, figures, better=better, seconds=measuring)
        self._note(figures, run.last_rate(self.position.epoch), self._seconds + measuring)
        self._sums, self._seconds = Sums(), 0.0
        self._go_on(run, stop=run.judge(figures))

    def _settled(self, steps: int) -> bool:
        """Whether BatchNorm has had its steps, at so many an epoch; a phase that froze everything gives it none."""
        depth = len(self._network.backbone.layers)
        learning = [phase.frozen < depth for phase in self._phases]
        epochs = sum(learning[epoch.phase] for epoch in self.history) + learning[self.position.phase]
        return epochs * steps >= self._steps_to_settle

    def _note(self, figures: EpochFigures, rate: float, seconds: float) -> None:
        place = {"phase": self.position.phase, "epoch": self.position.epoch, "seconds": round(seconds, 3)}
        self.history += (EpochDocument.model_validate({**place, "learning_rate": rate, **asdict(figures)}),)

    def _go_on(self, run: PhaseRun, *, stop: bool) -> None:
        """To the next epoch, or, after the last one or when nothing got better, to the next phase."""
        if not stop and self.position.epoch < run.phase.last_epoch:
            self.position = Position(phase=self.position.phase, epoch=self.position.epoch + 1)
            return
        if stop:
            self._watch.stopped(self.position, self.best.document.epoch)
            self.best.restore()
        self.position = Position(phase=self.position.phase + 1, epoch=run.phase.last_epoch + 1)
        self._phase_run = None

    def _must_be_finite(self, name: str, wrong: object, step: int) -> None:
        if wrong:
            raise NonFiniteLoss(
                f"the {name} became NaN or infinite in epoch {self.position.epoch}, step {step};"
                " try a lower training.optimizer.learningRate"
            )

    def _call_hooks(self) -> None:
        for hook in self.hooks:
            hook(self)
