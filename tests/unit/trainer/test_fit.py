"""The loop: a loss that is no number ends it, and the best epoch's weights are what is left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import digits, network, parsed_run
from transferjob_trainer.errors import NonFiniteLoss
from transferjob_trainer.evaluate import evaluate
from transferjob_trainer.log import RunLog
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.train.best import BestEpoch
from transferjob_trainer.train.fit import fit
from transferjob_trainer.train.watch import Watch


def test_a_loss_that_is_not_finite_ends_with_epoch_and_step() -> None:
    built = network("MobileNet", {"all": True})
    last = built.model.layers[-1]
    last.set_weights([np.full_like(weight, np.nan) for weight in last.get_weights()])
    board, log = ProgressBoard("pod"), RunLog(str)
    with pytest.raises(NonFiniteLoss, match=r"the loss became nan in epoch 1, step 1; try a lower training\.optimizer"):
        fit(built.model, digits(32, 16), parsed_run().training, board, log)


def test_the_best_epochs_weights_and_figures_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    built = network("MobileNet", {"all": True})
    board = ProgressBoard("pod")
    training = parsed_run(training={"epochs": 4, "batchSize": 16, "optimizer": {"learningRate": 0.05}}).training
    dataset = digits(64, 64)
    best = fit(built.model, dataset, training, board, RunLog(str))
    lines = [line for line in capsys.readouterr().out.splitlines() if "val. accuracy" in line]
    assert len(lines) == 4
    told = lines[best - 1].partition("val. accuracy ")[2].split()[0]
    assert evaluate(built.model, dataset.validation)["accuracy"] == pytest.approx(float(told), abs=1e-4)
    seen = board.read()
    assert (seen.epoch, seen.epochs, seen.steps, seen.percent) == (4, 4, 4, 100.0)


def test_of_equal_epochs_the_one_with_the_lower_loss_is_better() -> None:
    class Model:
        def get_weights(self) -> list[float]:
            return []

    best, model = BestEpoch(), Model()
    assert best.offer(1, 0.5, 1.0, model)
    assert not best.offer(2, 0.5, 1.1, model)
    assert best.offer(3, 0.5, 0.9, model)
    assert not best.offer(4, 0.4, 0.1, model)
    assert best.epoch == 3


def test_a_last_step_that_spoils_the_weights_ends_too() -> None:
    watch = Watch(ProgressBoard("pod"), RunLog(str), epochs=2, steps=3, examples=48)
    logs = {"loss": 1.0, "accuracy": 0.5, "val_loss": float("nan"), "val_accuracy": 0.1}
    with pytest.raises(NonFiniteLoss, match="the validation loss became nan after epoch 1, step 3"):
        watch.callback(None).on_epoch_end(0, logs)


@pytest.mark.parametrize("name", ["Adam", "AdamW", "SGD", "RMSprop", "Lion"])
def test_each_optimizer_trains_the_head_and_its_decay_leaves_the_frozen_part_alone(name: str) -> None:
    built = network("MobileNet", {"all": True})
    optimizer = {"name": name, "learningRate": 0.01, "weightDecay": 0.1}
    before, head = built.backbone.get_weights(), built.model.layers[-1].get_weights()
    training = parsed_run(training={"epochs": 1, "batchSize": 16, "optimizer": optimizer}).training
    fit(built.model, digits(32, 16), training, ProgressBoard("pod"), RunLog(str))
    assert _equal(before, built.backbone.get_weights())
    assert not _equal(head, built.model.layers[-1].get_weights())


def _equal(first: list[Any], second: list[Any]) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
