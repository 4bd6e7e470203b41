"""Which epoch is the best, and when patience ends."""

from __future__ import annotations

from typing import Any

import pytest

from transferjob_trainer.train.best import BestEpoch, Monitor, Patience
from transferjob_trainer.train.figures import EpochFigures
from transferjob_trainer.train.state import BestDocument


def _best(monitor: Monitor, *epochs: EpochFigures) -> int:
    best = BestEpoch(monitor, {})
    for number, figures in enumerate(epochs, 1):
        best.offer(number, figures)
    return best.document.epoch


@pytest.mark.parametrize(("monitor", "epoch"), [("Loss", 1), ("Accuracy", 2), ("ValLoss", 3), ("ValAccuracy", 4)])
def test_the_monitored_figure_decides(monitor: Any, epoch: int) -> None:
    figures = [
        EpochFigures(0.1, 0.5, 0.9, 0.5),
        EpochFigures(0.9, 0.9, 0.9, 0.5),
        EpochFigures(0.9, 0.5, 0.1, 0.5),
        EpochFigures(0.9, 0.5, 0.9, 0.9),
    ]
    assert _best(monitor, *figures) == epoch


def test_of_equal_epochs_the_one_with_the_lower_loss_is_better() -> None:
    figures = [
        EpochFigures(1, 0, loss, accuracy) for loss, accuracy in [(1.0, 0.5), (1.1, 0.5), (0.9, 0.5), (0.1, 0.4)]
    ]
    assert _best("ValAccuracy", *figures) == 3


@pytest.mark.parametrize(("monitor", "epoch"), [("Loss", 4), ("ValLoss", 1)])
def test_until_statistics_have_settled_a_training_figure_chooses_the_latest_epoch(monitor: Monitor, epoch: int) -> None:
    best = BestEpoch(monitor, {})
    for number, (loss, settled) in enumerate([(0.1, False), (0.2, False), (0.9, True), (0.5, True), (0.7, True)], 1):
        best.offer(number, EpochFigures(loss, 0.5, loss, 0.5), settled=settled)
    assert best.document.epoch == epoch


def test_where_they_never_settle_the_last_epoch_stays_also_after_an_interruption() -> None:
    before, after = BestEpoch("Accuracy", {}), BestEpoch("Accuracy", {})
    before.offer(1, EpochFigures(0.1, 0.9, 1, 0), settled=False)
    after.resume(BestDocument.model_validate_json(before.document.model_dump_json()), {})
    assert after.offer(2, EpochFigures(0.9, 0.1, 1, 0), settled=False)
    assert after.offer(3, EpochFigures(0.9, 0.1, 1, 0), settled=True)
    assert after.document.epoch == 3


def test_patience_ends_after_so_many_epochs_without_enough_of_a_gain() -> None:
    patience = Patience(2, min_delta=0.1)
    assert [patience.lost(figure) for figure in (0.5, 0.55, 0.7, 0.75, 0.79)] == [False, False, False, False, True]
