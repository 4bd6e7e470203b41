"""The event files hold every epoch, as TensorBoard wants them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support.events import events, scalars
from tests.unit.trainer.report.stories import history
from transferjob_trainer.report.tensorboard import write_events

ENDED = 1_800_000_000.0


@pytest.fixture(scope="module")
def written(tensorflow: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("events") / "tensorboard"
    write_events(folder, history(4), ENDED)
    return folder


def test_every_epoch_has_its_figures_in_two_runs(written: Path) -> None:
    train, validation = scalars(written / "train"), scalars(written / "validation")
    epochs = (1, 2, 3, 4)
    assert train["epoch_loss"] == pytest.approx({epoch: 2 / epoch for epoch in epochs})
    assert train["epoch_accuracy"] == pytest.approx({epoch: 1 - 0.6 / epoch for epoch in epochs})
    assert train["epoch_learning_rate"] == pytest.approx({epoch: 1e-3 / epoch for epoch in epochs})
    assert train["phase"] == {1: 1, 2: 1, 3: 2, 4: 2}
    assert validation["epoch_accuracy"] == pytest.approx({epoch: 0.95 - 0.6 / epoch for epoch in epochs})
    assert validation.keys() == {"epoch_loss", "epoch_accuracy"}


def test_times_are_those_of_a_training_without_pauses(written: Path) -> None:
    first, *others = events(written / "train")
    assert first.file_version == "brain.Event:2"
    assert [first.wall_time, *(each.wall_time for each in others)] == [ENDED - 1.5 * left for left in (4, 3, 2, 1, 0)]


def test_a_rate_that_an_older_checkpoint_does_not_tell_is_left_out(tensorflow: Any, tmp_path: Path) -> None:
    older, newer = history(2)
    write_events(tmp_path / "made", (older.model_copy(update={"learning_rate": None}), newer), ENDED)
    assert list(scalars(tmp_path / "made/train")["epoch_learning_rate"]) == [2]


@pytest.mark.skipif(find_spec("tensorboard") is None, reason="the package tensorboard is not installed")
def test_tensorboard_itself_reads_them(written: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(written / "validation"))
    read.Reload()
    assert read.Tags()["scalars"] == ["epoch_loss", "epoch_accuracy"]
    assert [each.step for each in read.Scalars("epoch_loss")] == [1, 2, 3, 4]
