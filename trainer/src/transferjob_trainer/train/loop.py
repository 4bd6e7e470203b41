"""The loop: several steps in one call of one compiled function, without a word to the host between them.

Not `model.fit`: phases that freeze differently, several workers and a start in mid-epoch need a loop of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from ..distribute.devices import ALONE, Spread
from ..distribute.gradients import StepSums, Together, over_devices, over_workers
from .figures import EMPTY, Sums
from .learner import Learner
from .objective import Objective, right_answers

CALL_SECONDS = 0.25
"""Steps of one call take about this long: short enough to heed a signal, long enough to hide the call."""
_GROWTH = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a call has done."""

    steps: int
    sums: Sums
    """Of the epoch, with what was given to the call."""
    bad_step: int
    """The first step of this call, from 1, whose loss was not finite. 0: none."""


class TrainingLoop:
    """Steps of one phase. What is trainable is read once, when the loop is made; the optimizer was built for it."""

    def __init__(
        self,
        learner: Learner,
        optimizer: Any,
        objective: Objective,
        *,
        jit_compile: bool = False,
        spread: Spread = ALONE,
    ) -> None:
        """Makes a loop.

        Args:
            learner: what is trained.
            optimizer: built for the learner's variables.
            objective: what is made small.
            jit_compile: compile with XLA what a step computes.
            spread: who shares a batch; the feed gives each worker its rows.
        """
        import tensorflow as tf

        self._learner, self._optimizer, self._objective = learner, optimizer, objective
        self._trained, self._statistics = learner.trained, [variable.value for variable in learner.statistics]
        self._moved_forwards = [*self._statistics, *(variable.value for variable in learner.draws)]
        self._spread = spread
        # What talks to other workers cannot be compiled, nor what lies on several devices.
        alone = spread == ALONE
        self._compute = tf.function(self._computed, jit_compile=True) if jit_compile and not alone else self._computed
        self._step = tf.function(self._one_step, jit_compile=True) if jit_compile and alone else self._one_step
        self._call = tf.function(self._steps)

    def steps(self, batches: Any, count: int, so_far: Sums = EMPTY) -> Stretch:
        """Trains on the next `count` batches of an iterator of a feed, and adds them to the sums so far.

        When another worker is lost, only on those that it took part in: the state is then that after these steps.
        """
        import tensorflow as tf

        # As a tensor: a Python number would be a function of its own for every count.
        made = self._call(batches, tf.constant(count), _tensors(so_far))
        done, _all_there, loss, right, examples, bad = (value.numpy() for value in made)
        return Stretch(int(done), Sums(float(loss), float(right), float(examples)), int(bad))

    def _steps(self, batches: Any, count: Any, so_far: tuple[Any, ...]) -> tuple[Any, ...]:
        import tensorflow as tf

        # The condition looks at nothing that the device computes: it would wait for every step.
        def more(done: Any, all_there: Any, *_sums: Any) -> Any:
            return (done < count) & all_there

        def step(done: Any, _: Any, loss: Any, right: Any, examples: Any, bad: Any) -> tuple[Any, ...]:
            mean, answers, size, whole = self._step(*batches.get_next())
            whole = tf.constant(True) if whole is None else whole
            mean = tf.cast(mean, tf.float64)
            bad = tf.where((bad == 0) & ~tf.math.is_finite(mean), tf.cast(done + 1, tf.float64), bad)
            done += tf.cast(whole, tf.int32)
            return done, whole, loss + mean * size, right + answers, examples + size, bad

        bad = tf.constant(0.0, tf.float64)
        return tuple(tf.while_loop(more, step, (0, tf.constant(True), *so_far, bad)))

    def _one_step(self, inputs: Any, labels: Any, weights: Any, counted: Any = None) -> tuple[Any, Any, Any, Any]:
        """Mean loss of the batch, number of right answers, number of examples; of several workers also whether the step
        was done."""
        import tensorflow as tf

        counted = tf.ones_like(weights) if counted is None else counted
        spread, batch = self._spread, (inputs, labels, weights, counted)
        before = [] if spread.group is None else [tf.identity(variable) for variable in self._moved_forwards]
        if spread.devices:
            made = over_devices(spread.devices, self._compute, self._statistics, batch)
        else:
            made = self._compute(*batch)
        whole = None
        if spread.group is None:
            self._optimizer.apply(made.gradients, self._trained)
        else:
            together = over_workers(spread.group, self._statistics, made)
            made, whole = together.sums, together.whole
            tf.cond(whole, lambda: self._applied(together), lambda: _assigned(self._moved_forwards, before))
        return made.loss, tf.cast(made.right, tf.float64), tf.cast(made.examples, tf.float64), whole

    def _applied(self, together: Together) -> None:
        _assigned(self._statistics, together.means)
        self._optimizer.apply(together.sums.gradients, self._trained)

    def _computed(self, inputs: tuple[Any, ...], labels: Any, weights: Any, counted: Any) -> StepSums:
        import tensorflow as tf

        # Only what learns is watched, so nothing of the frozen part is kept for a backward pass.
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in self._trained])
            logits = self._learner.logits(inputs, training=True)
            loss = tf.reduce_mean(self._objective.losses(logits, labels) * weights)
            scaled = self._optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, [variable.value for variable in self._trained])
        right = tf.reduce_sum(right_answers(logits, labels) * counted)
        return StepSums(gradients, loss, right, tf.reduce_sum(counted))


def _assigned(variables: Sequence[Any], values: Sequence[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _tensors(sums: Sums) -> tuple[Any, ...]:
    """Added to one after the other, so that no figure depends on how many batches a call has."""
    import tensorflow as tf

    return tuple(tf.constant(value, tf.float64) for value in (sums.loss, sums.right, sums.examples))


class Measurement:
    """Plain cross-entropy and accuracy of a learner over the batches of a validation."""

    def __init__(self, learner: Learner, most: int | None = None) -> None:
        """Makes a measurement of at most `most` batches a call; default: as many as fit CALL_SECONDS."""
        import tensorflow as tf

        self._learner, self._pace = learner, Pace(most)
        self._call = tf.function(self._batches)

    def measure(
        self, batches: Any, count: int, between: Callable[[], None], agreed: Callable[[int], int] = int
    ) -> Sums:
        """Sums over the next `count` batches of an iterator, in inference mode.

        Args:
            batches: an iterator over a feed's validation.
            count: batches of it.
            between: called after each call of one or several batches.
            agreed: how many batches all workers do next, from the number that this one would do.
        """
        import tensorflow as tf

        sums, left = EMPTY, count
        while left:
            started = monotonic()
            done = agreed(self._pace.next(left))
            made = self._call(batches, tf.constant(done), _tensors(sums))
            sums, left = Sums(*(float(value) for value in made)), left - done
            self._pace.took(done, monotonic() - started)
            between()
        return sums

    def _batches(self, batches: Any, count: Any, so_far: tuple[Any, ...]) -> Any:
        import tensorflow as tf

        def batch(done: Any, *sums: Any) -> tuple[Any, ...]:
            more = self._one_batch(*batches.get_next())
            return done + 1, *(one + other for one, other in zip(sums, more, strict=True))

        return tf.while_loop(lambda done, *_sums: done < count, batch, (0, *so_far))[1:]

    def _one_batch(self, inputs: tuple[Any, ...], labels: Any, weights: Any) -> tuple[Any, Any, Any]:
        import tensorflow as tf

        logits = self._learner.logits(inputs, training=False)
        weights = tf.cast(weights, tf.float64)
        losses = tf.cast(Objective().losses(logits, labels), tf.float64)
        right = tf.cast(right_answers(logits, labels), tf.float64)
        return tf.reduce_sum(losses * weights), tf.reduce_sum(right * weights), tf.reduce_sum(weights)


class Pace:
    """How many steps the next call does: few at first, then as many as fit CALL_SECONDS."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._next = 1
        self._calls = 0

    def next(self, left: int) -> int:
        """Steps of the next call, at most `left`."""
        return max(1, min(left, self._next if self._most is None else min(self._next, self._most)))

    def took(self, steps: int, seconds: float) -> None:
        """Learns from a call; the first one holds the building of the graph and says nothing."""
        self._calls += 1
        if self._calls > 1:
            fitting = int(CALL_SECONDS * steps / max(seconds, 1e-6))
            self._next = max(1, min(fitting, steps * _GROWTH))
