"""The epochs as event files, which TensorBoard shows: tags and runs have the names that Keras' own callback gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from ..train.state import EpochDocument

_RUNS: Mapping[str, Mapping[str, str]] = {
    "train": {
        "epoch_loss": "loss",
        "epoch_accuracy": "accuracy",
        "epoch_learning_rate": "learning_rate",
        "phase": "phase",
    },
    "validation": {"epoch_loss": "val_loss", "epoch_accuracy": "val_accuracy"},
}
"""Figure of an epoch by run and tag."""
_VERSION = "brain.Event:2"


def write_events(folder: Path, history: Sequence[EpochDocument], ended: float) -> None:
    """Writes one event file a run below `folder`, with a step an epoch, counted from 1 as the report counts.

    The times are those of a training without pauses between two attempts.

    Args:
        folder: a folder that is not there yet.
        history: the epochs, those of earlier attempts included.
        ended: the time of the last of them, in seconds since 1970.
    """
    lasted = list(accumulate((each.seconds for each in history), initial=0.0))
    begun = ended - lasted[-1]
    times = [begun + seconds for seconds in lasted]
    for run, tags in _RUNS.items():
        place = folder / run
        place.mkdir(parents=True)
        _write(place / f"events.out.tfevents.{int(begun)}.transferjob", _events(tags, history, times))


def _events(tags: Mapping[str, str], history: Sequence[EpochDocument], times: Sequence[float]) -> Iterator[Any]:
    from tensorflow.compat.v1 import Event, Summary

    yield Event(wall_time=times[0], file_version=_VERSION)
    for epoch, time in zip(history, times[1:], strict=True):
        figures = {**epoch.model_dump(exclude_none=True), "phase": epoch.phase + 1}
        values = [Summary.Value(tag=tag, simple_value=figures[name]) for tag, name in tags.items() if name in figures]
        yield Event(wall_time=time, step=epoch.epoch, summary=Summary(value=values))


def _write(path: Path, events: Iterator[Any]) -> None:
    import tensorflow as tf

    # tf.summary needs the package tensorboard, which does not come with TensorFlow; the file is plain records.
    with tf.io.TFRecordWriter(str(path)) as writer:
        for event in events:
            writer.write(event.SerializeToString())
