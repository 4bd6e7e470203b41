"""Runs that are interrupted, and what they leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.cluster.api import poll
from tests.component.trainer.test_end_to_end import Trainer, published
from tests.support.events import scalars
from tests.unit.trainer.runs import write_run
from transferjob_trainer.contract import Progress
from transferjob_trainer.contract.report import CheckpointReport

EPOCHS = 3
HEAD = {"layers": [{"dense": {"units": 16}}, {"dropout": {"rate": 0.3}}]}
"""Dropout has a random state of its own, which must go on too."""


def write_resumable(
    folder: Path, *, every: int = 1, epochs: int = EPOCHS, output: str | None = None, checkpoints: str | None = None
) -> Path:
    """A run of some ten seconds on the digits: 180 steps an epoch."""
    folder.mkdir(exist_ok=True)
    return write_run(
        folder,
        freeze={"layers": 60},
        head=HEAD,
        training={"epochs": epochs, "batchSize": 8, "checkpoint": {"everySeconds": every, "uri": checkpoints}},
        output={"uri": output or f"file://{folder}/output", "formats": ["Keras"]},
    )


def wait_for(trainer: Trainer, reached: Callable[[Progress], bool], what: str) -> Progress:
    """The first progress document of which it is true."""
    return poll(trainer.progress, lambda seen: seen is not None and reached(seen), 120, what)  # type: ignore[return-value]


def beyond_a_checkpoint(seen: Progress) -> bool:
    """Whether steps were done since the last checkpoint, in mid-epoch, with an epoch before it."""
    kept = seen.checkpoint
    return kept is not None and kept.epoch == seen.epoch == 2 and kept.step < (seen.step or 0) < (seen.steps or 0)


def has_reached(place: tuple[int, int], seen: Progress) -> bool:
    """Whether training is at this epoch and step, or beyond."""
    return seen.stage == "Training" and (seen.epoch or 0, seen.step or 0) >= place


def went_on_from(printed: str) -> tuple[int, int] | None:
    """Epoch and step that a run says it went on from."""
    match = re.search(r"going on from the checkpoint of epoch (\d+), step (\d+)", printed)
    return None if match is None else (int(match[1]), int(match[2]))


def place(report: CheckpointReport | None) -> tuple[int, int] | None:
    return None if report is None else (report.epoch, report.step)


def epochs_in(printed: str) -> list[int]:
    """The epochs whose ends a log tells."""
    return [int(number) for number in re.findall(rf"epoch (\d+)/{EPOCHS}  loss", printed)]


def checkpoint_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.safetensors"))


def published_weights(output: Path) -> dict[str, Any]:
    """Every weight of the published backbone and head."""
    folder = output / published(output).digest
    import keras

    model = keras.models.load_model(folder / "model.keras", compile=False)
    weights = {f"model/{index}": np.array(weight) for index, weight in enumerate(model.get_weights())}
    with h5py.File(folder / "backbone.weights.h5") as file:
        file.visititems(lambda name, item: weights.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return weights


def event_values(output: Path) -> dict[str, float]:
    """Values of the published TensorBoard logs by run, tag and step."""
    folder = output / published(output).digest / "tensorboard"
    return {
        f"{run} {tag} {step}": value
        for run in ("train", "validation")
        for tag, values in scalars(folder / run).items()
        for step, value in values.items()
    }


def same_bits(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)
