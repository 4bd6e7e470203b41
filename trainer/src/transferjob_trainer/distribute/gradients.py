"""Adds up, inside a compiled step, what the workers or the devices of one worker have computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import PeerLost
from .group import Group
from .share import Share


class StepSums(NamedTuple):
    """What one step leaves, of a whole batch or of a part. Sums over parts are those of the whole."""

    gradients: Sequence[Any]
    """Of the mean loss of the whole batch, one a variable."""
    loss: Any
    """Part of the mean loss of the whole batch, float32 []."""
    right: Any
    """Right answers, float32 []."""
    examples: Any
    """Examples, float32 []."""


Compute = Callable[..., StepSums]
"""From inputs, labels, weights and counted rows."""


def over_devices(
    devices: Sequence[str],
    compute: Compute,
    statistics: Sequence[Any],
    batch: tuple[tuple[Any, ...], Any, Any, Any],
) -> StepSums:
    """Computes a batch in parts, one a device, in one graph; the weights live on the first device.

    Moving statistics become the mean of what each part made of them, weighted by its rows; a device would otherwise
    go on from what the one before has left.

    Args:
        devices: names of devices.
        compute: the step on a part.
        statistics: variables that `compute` moves without a gradient.
        batch: inputs, labels, weights and counted rows.
    """
    import tensorflow as tf

    before = [tf.identity(variable) for variable in statistics]
    inputs, labels, weights, counted = batch
    made: list[StepSums] = []
    moved: list[list[Any]] = []
    for index, device in enumerate(devices):
        part = Share(index, len(devices)).part(tf.size(counted))
        rows = slice(part.first, part.last)
        with tf.device(device):
            own = (tuple(tensor[rows] for tensor in inputs), labels[rows], weights[rows] * part.scale)
            made.append(compute(*own, counted[rows] * part.counted))
        moved.append([tf.identity(variable) for variable in statistics])
        for variable, value in zip(statistics, before, strict=True):
            variable.assign(value)
    with tf.device(devices[0]):
        _assign_means(statistics, moved, [one.examples for one in made])
        return StepSums(
            [tf.add_n(parts) for parts in zip(*(one.gradients for one in made), strict=True)],
            *(tf.add_n([getattr(one, name) for one in made]) for name in ("loss", "right", "examples")),
        )


class Together(NamedTuple):
    """A step of all workers."""

    sums: StepSums
    """Of all; zeros when a worker was lost."""
    means: Sequence[Any]
    """Of the moving statistics, weighted by rows, one a variable; without meaning when a worker was lost."""
    whole: Any
    """Whether all have taken part, bool []."""


def over_workers(group: Group, statistics: Sequence[Any], own: StepSums) -> Together:
    """Adds up a step over all workers. One vector a step: gradients, statistics and figures together.

    It changes no variable and raises nothing when a worker is lost (`group.lost` tells): what the call did before this
    step is worth keeping.
    """
    import tensorflow as tf

    shares = [tf.cast(variable, tf.float32) * own.examples for variable in statistics]
    parts = [*own.gradients, *shares, own.loss, own.right, own.examples]
    flat = tf.concat([tf.reshape(tf.cast(part, tf.float32), [-1]) for part in parts], axis=0)

    def total(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], bool]:
        try:
            return group.total(values), True
        except PeerLost:
            return np.zeros_like(values), False

    summed, all_there = tf.numpy_function(total, [flat], (tf.float32, tf.bool))
    pieces = tf.split(summed, [int(np.prod(part.shape)) for part in parts])
    whole = [tf.reshape(piece, part.shape) for piece, part in zip(pieces, parts, strict=True)]
    count = len(own.gradients)
    loss, right, examples = whole[-3:]
    means = [
        tf.cast(value / examples, variable.dtype) for variable, value in zip(statistics, whole[count:-3], strict=True)
    ]
    return Together(StepSums(whole[:count], loss, right, examples), means, tf.ensure_shape(all_there, []))


def _assign_means(statistics: Sequence[Any], moved: Sequence[Sequence[Any]], rows: Sequence[Any]) -> None:
    import tensorflow as tf

    all_rows = tf.maximum(tf.add_n(list(rows)), 1.0)
    for index, variable in enumerate(statistics):
        weighted = [
            values[index] * tf.cast(count / all_rows, values[index].dtype)
            for values, count in zip(moved, rows, strict=True)
        ]
        variable.assign(tf.add_n(weighted))
