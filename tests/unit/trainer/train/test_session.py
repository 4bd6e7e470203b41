"""The session: it ends at a loss that is no number, keeps the best epoch, freezes by phase, and goes on anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import digits
from tests.unit.trainer.train.sessions import Trial, equal
from transferjob_trainer.errors import InvalidSpec, NonFiniteLoss
from transferjob_trainer.evaluate import evaluate
from transferjob_trainer.train.session import Session
from transferjob_trainer.train.state import TrainingState

DROPOUT = {"layers": [{"dense": {"units": 16}}, {"dropout": {"rate": 0.3}}]}


class Stop(Exception):
    """Ends a training in a hook."""


class Cut:
    """Captures the state after so many steps in all, and ends the training there."""

    def __init__(self, steps: int) -> None:
        self._left = steps
        self.state: TrainingState | None = None

    def __call__(self, session: Session) -> None:
        self._left -= 1
        if self._left == 0:
            self.state = session.capture()
            raise Stop


def test_a_loss_that_is_not_finite_ends_with_epoch_and_step() -> None:
    trial = Trial({"epochs": 3}, dataset=digits(64, 16), freeze={"all": True})

    def spoil(session: Session) -> None:
        if session.position.epoch == 2 and session.position.step == 1:
            trial.network.model.layers[-1].kernel.assign(np.full((1024, 10), np.nan))

    trial.session.hooks.append(spoil)
    with pytest.raises(NonFiniteLoss, match=r"in epoch 2, step [23]; try a lower training\.optimizer\.learningRate"):
        trial.train()


def test_the_best_epochs_weights_and_figures_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    trial = Trial({"epochs": 4, "optimizer": {"learningRate": 0.05}}, dataset=digits(64, 64), freeze={"all": True})
    best = trial.train().best.document.epoch
    lines = [line for line in capsys.readouterr().out.splitlines() if "val. accuracy" in line]
    assert len(lines) == 4
    told = lines[best - 1].partition("val. accuracy ")[2].split()[0]
    figures = evaluate(trial.network.model, trial.dataset.validation)
    assert figures["accuracy"] == pytest.approx(float(told), abs=1e-4)
    seen = trial.board.read()
    assert (seen.epoch, seen.epochs, seen.steps, seen.percent) == (4, 4, 4, 100.0)


def test_what_a_phase_freezes_does_not_move_in_it_and_what_all_freeze_never_does() -> None:
    parts: dict[int, list[list[Any]]] = {}

    def look(session: Session) -> None:
        if session.position.step == 0:
            parts[session.position.epoch] = trial.parts(40, 70)

    phases = [
        {"name": "head", "epochs": 1, "freeze": {"all": True}},
        {"name": "top", "epochs": 1, "freeze": {"layers": 70}},
        {"name": "more", "epochs": 1},
    ]
    trial = Trial({"phases": phases, "batchNormalization": "Train"}, freeze={"layers": 40})
    trial.session.hooks.append(look)
    parts[1] = trial.parts(40, 70)
    trial.train()
    moved = [
        [not equal(before, after) for before, after in zip(parts[epoch], parts[epoch + 1], strict=True)]
        for epoch in (1, 2)
    ]
    assert moved == [[False, False, False, True], [False, False, True, True]]
    assert not equal(parts[3][1], trial.parts(40, 70)[1]) or trial.session.best.document.epoch < 3
    assert equal(parts[1][0], trial.parts(40, 70)[0])


def test_a_phase_cannot_train_what_the_job_freezes() -> None:
    phases = [{"name": "all", "epochs": 1, "freeze": {"none": True}}]
    with pytest.raises(InvalidSpec, match=r"spec\.training\.phases\[0\]\.freeze must freeze at least the 40 layers"):
        Trial({"phases": phases}, freeze={"layers": 40})


@pytest.mark.parametrize("calls", [2, 5, 7, 10])
def test_interrupted_anywhere_it_ends_with_the_same_bits(calls: int) -> None:
    """Five calls an epoch: four steps and the epoch's end; in mid-epoch, at its end, between phases, in the next."""
    phases = [{"name": "head", "epochs": 1, "freeze": {"all": True}}, {"name": "tune", "epochs": 1}]
    training = {"phases": phases, "batchNormalization": "Train"}

    def trial(*hooks: Any) -> Trial:
        return Trial(training, freeze={"layers": 60}, head=DROPOUT, hooks=hooks, most_steps=1)

    whole = trial()
    whole.train()
    cut = Cut(calls)
    with pytest.raises(Stop):
        trial(cut).train()
    assert cut.state is not None
    resumed = trial()
    resumed.session.restore(cut.state)
    resumed.train()
    assert equal(resumed.weights, whole.weights)
    assert resumed.session.best.document == whole.session.best.document


def test_a_state_of_another_run_is_refused() -> None:
    cut = Cut(1)
    with pytest.raises(Stop):
        Trial({"epochs": 1}, freeze={"all": True}, hooks=(cut,)).train()
    assert cut.state is not None
    with pytest.raises(ValueError, match="the state does not fit this run"):
        Trial({"epochs": 1}, freeze={"layers": 40}).session.restore(cut.state)


@pytest.mark.parametrize("name", ["Adam", "AdamW", "SGD", "RMSprop", "Lion"])
def test_each_optimizer_trains_the_head_and_its_decay_leaves_the_frozen_part_alone(name: str) -> None:
    optimizer = {"name": name, "learningRate": 0.01, "weightDecay": 0.1}
    trial = Trial({"epochs": 1, "optimizer": optimizer}, dataset=digits(32, 16), freeze={"all": True})
    before, head = trial.network.backbone.get_weights(), trial.head
    trial.train()
    assert equal(before, trial.network.backbone.get_weights())
    assert not equal(head, trial.head)
