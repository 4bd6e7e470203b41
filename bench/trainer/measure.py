"""What a case takes, and what its parts take, each alone."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from transferjob_trainer.cache.prefix import Prefix
from transferjob_trainer.cache.prepare import Prepared
from transferjob_trainer.plan.costs import backbone_costs
from transferjob_trainer.train.loop import Measurement, TrainingLoop
from transferjob_trainer.train.objective import Objective

from .cases import Case
from .job import BATCH, job_of, network_of, prepared, timed_epochs

_CALL = 24
"""Steps or batches that are measured in one call."""
_ENOUGH_SECONDS = 0.5
_KERAS_EPOCHS = 3


def measured(case: Case, folder: Path) -> dict[str, Any]:
    """What a case takes with this trainer.

    Args:
        case: what is measured.
        folder: holds `pictures`; a cache on disk goes beside it.
    """
    if case.warm:
        _run(case, folder)
    whole = _run(case, folder)
    row: dict[str, Any] = {
        "name": case.name,
        "backbone": case.backbone,
        "freeze": case.freeze,
        "epochs": case.epochs,
        "pictures": case.pictures,
        **whole,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if whole["bound_seconds"]:
        row["ratio_to_bound"] = round(whole["seconds"] / whole["bound_seconds"], 3)
    return row


def _run(case: Case, folder: Path) -> dict[str, Any]:
    job, lines = job_of(case, folder / "pictures"), list[str]()
    network = network_of(job)
    started = monotonic()
    with prepared(job, network, folder, lines) as data:
        preparation = monotonic() - started
        alone = TailAlone(data)
        epochs = timed_epochs(network, job, data, alone.measure)
        steady, tail = median(epochs[1:]), alone.seconds
    filling = _seconds_of_filling(lines)
    prefix = 0.0 if case.warm or filling is None else _prefix_alone(case, network, job, lines)
    seconds = (filling or 0.0) + steady + sum(epochs[1:])
    return {
        "cached": filling is not None or case.warm,
        "plan": lines[0],
        "seconds": round(seconds, 2),
        "filling_seconds": filling,
        "preparation_seconds": round(preparation, 2),
        "graph_seconds": round(max(0.0, epochs[0] - steady), 2),
        "epoch_seconds": round(steady, 3),
        "tail_alone_seconds": round(tail, 3),
        "prefix_alone_seconds": round(prefix, 2),
        "bound_seconds": round(prefix + case.epochs * tail, 2),
    }


def _seconds_of_filling(lines: list[str]) -> float | None:
    told = [line for line in lines if "the prefix over" in line]
    return float(told[-1].split()[-2]) if told else None


class TailAlone:
    """Seconds of one epoch of steps and one pass of measuring, each on one batch that is there already.

    It is measured after each epoch, because the speed of a machine changes from minute to minute.
    """

    def __init__(self, data: Prepared) -> None:
        """Makes it; nothing is built before the first measurement."""
        self._data = data
        self._found: list[float] = []

    @property
    def seconds(self) -> float:
        """The median of the measurements."""
        return median(self._found)

    def measure(self) -> None:
        """Measures once more."""
        feed, _ = self._parts
        step, forward = self._calls
        self._found.append(_seconds_each(step) * feed.steps + _seconds_each(forward) * feed.measured_steps)

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        return self._data.source(None)  # type: ignore[arg-type]

    @cached_property
    def _calls(self) -> tuple[Callable[[int], object], Callable[[int], object]]:
        import keras

        feed, learner = self._parts
        loop, measurement = TrainingLoop(learner, keras.optimizers.Adam(1e-9), Objective()), Measurement(learner, _CALL)
        trained, measured = _first_again(feed.training(1, 0)), _first_again(feed.validation())
        return partial(loop.steps, trained), lambda count: measurement.measure(measured, count, lambda: None)


def _first_again(batches: Any) -> Any:
    """The first batch, over and over."""
    import tensorflow as tf

    return iter(tf.data.Dataset.from_tensors(next(iter(batches))).repeat())


def _seconds_each(run: Callable[[int], object]) -> float:
    """Seconds of one of several, when they are done in one call."""
    run(2)
    started, done = monotonic(), 0
    while done == 0 or monotonic() - started < _ENOUGH_SECONDS:
        run(_CALL)
        done += _CALL
    return (monotonic() - started) / done


def _prefix_alone(case: Case, network: Any, job: Any, lines: list[str]) -> float:
    """Seconds of the prefix over all pictures, on one batch that is there already."""
    import numpy as np

    pooled = "after pooling" in lines[0]
    count = len(network.backbone.layers) if pooled else int(lines[0].partition(" after ")[2].split()[0])
    assert backbone_costs(network.backbone, job.head.pooling).depth >= count
    prefix = Prefix(network, job.backbone.facts.family, count, pooled=pooled)
    batch = np.zeros((256, case.side, case.side, 3), np.uint8)
    prefix(batch)
    passes = max(2, min(8, case.pictures // 256))
    started = monotonic()
    for _ in range(passes):
        prefix(batch)
    return (monotonic() - started) / (passes * 256) * case.pictures


def plain_keras(case: Case, folder: Path) -> dict[str, Any]:
    """`model.fit` with the same layers frozen over the same pictures: two warm epochs, the others by extrapolation."""
    import keras
    import tensorflow as tf

    job = job_of(replace(case, cache={"mode": "Off"}), folder / "pictures")
    network = network_of(job)
    ends: list[float] = []
    timer = keras.callbacks.LambdaCallback(on_epoch_end=lambda _epoch, _logs: ends.append(monotonic()))
    with prepared(job, network, folder, []) as data:
        train, held = data.dataset.train, data.dataset.validation
        network.model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
        batches = tf.data.Dataset.from_tensor_slices((train.images, train.labels)).shuffle(len(train)).batch(BATCH)
        validation = tf.data.Dataset.from_tensor_slices((held.images, held.labels)).batch(256)
        auto = tf.data.AUTOTUNE
        network.model.fit(
            batches.prefetch(auto),
            validation_data=validation.prefetch(auto),
            epochs=_KERAS_EPOCHS,
            verbose=0,
            callbacks=[timer],
        )
    epoch = (ends[-1] - ends[0]) / (_KERAS_EPOCHS - 1)
    return {
        "keras_epoch_seconds": round(epoch, 3),
        "keras_seconds": round(epoch * case.epochs, 2),
        "keras_extrapolated": True,
    }
