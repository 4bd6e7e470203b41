"""The session: it ends at a loss that is no number, keeps the best epoch, freezes by phase, and goes on anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import digits, evaluate
from tests.unit.trainer.train.sessions import Trial, equal
from transferjob_trainer.errors import InvalidSpec, NonFiniteLoss
from transferjob_trainer.optimizer import make_optimizer
from transferjob_trainer.train.learner import whole_learner
from transferjob_trainer.train.loop import TrainingLoop
from transferjob_trainer.train.objective import Objective
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
    trial = Trial({"epochs": 3}, dataset=digits(64, 16), freeze={"all": True}, most_steps=1)

    def spoil(session: Session) -> None:
        if session.position.epoch == 2 and session.position.step == 1:
            trial.network.model.layers[-1].kernel.assign(np.full((1024, 10), np.nan))

    trial.session.hooks.append(spoil)
    with pytest.raises(NonFiniteLoss, match=r"in epoch 2, step 2; try a lower training\.optimizer\.learningRate"):
        trial.train()


def test_a_last_step_that_spoils_the_weights_ends_too() -> None:
    trial = Trial({"epochs": 2}, dataset=digits(64, 16), freeze={"all": True}, most_steps=1)

    def spoil(session: Session) -> None:
        if session.position.step == 4:
            trial.network.model.layers[-1].kernel.assign(np.full((1024, 10), np.nan))

    trial.session.hooks.append(spoil)
    with pytest.raises(NonFiniteLoss, match="the validation loss became NaN or infinite in epoch 1, step 4"):
        trial.train()


def test_a_call_of_many_steps_tells_the_first_bad_one() -> None:
    import tensorflow as tf

    trial = Trial({"optimizer": {"name": "SGD"}}, dataset=digits(32, 16), freeze={"all": True})
    learner = whole_learner(trial.network.model)
    optimizer = make_optimizer(trial.run.training.optimizer, lambda _done: tf.constant(0.01), learner.trained)
    pictures = trial.dataset.train.images.astype(np.float32)
    batches = [((pictures[:8] if number != 4 else pictures[:8] * np.nan,), [0] * 8, [1.0] * 8) for number in range(9)]
    signature = ((tf.TensorSpec([8, 32, 32, 3]),), tf.TensorSpec([8], tf.int32), tf.TensorSpec([8]))
    feed = iter(tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature))
    stretch = TrainingLoop(learner, optimizer, Objective()).steps(feed, 9)
    assert (stretch.steps, stretch.bad_step) == (9, 5)


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


@pytest.mark.parametrize(
    "calls", [2, 7, pytest.param(5, marks=pytest.mark.slow), pytest.param(10, marks=pytest.mark.slow)]
)
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


def test_early_stopping_goes_on_to_the_next_phase_with_the_best_weights(capsys: pytest.CaptureFixture[str]) -> None:
    phases = [
        {"name": "wild", "epochs": 9, "freeze": {"all": True}, "learningRate": 5},
        {"name": "calm", "epochs": 1, "freeze": {"all": True}, "learningRate": 1e-9},
    ]
    training = {"phases": phases, "monitor": "ValLoss", "earlyStopping": {"patience": 2}}
    trial = Trial(training, dataset=digits(64, 64), freeze={"all": True})
    session = trial.train()
    told = capsys.readouterr().out
    epochs = [int(line.split("epoch ")[1].split("/")[0]) for line in told.splitlines() if "val. accuracy" in line]
    stopped = epochs[-2]
    assert f"phase wild stops after epoch {stopped} of 9: nothing got better; on with the weights of epoch" in told
    assert (stopped < 9, epochs[-1]) == (True, 10)
    assert session.best.document.epoch in (stopped - 2, 10), "the calm phase went on where the best epoch ended"


def test_a_plateau_lowers_the_rate_also_after_an_interruption() -> None:
    schedule = {"name": "Plateau", "patience": 1, "factor": 0.5}
    training = {"epochs": 3, "optimizer": {"learningRate": 1e-9}, "schedule": schedule}

    def trial(*hooks: Any) -> Trial:
        return Trial(training, dataset=digits(32, 16), freeze={"all": True}, hooks=hooks, most_steps=1)

    factors: list[float] = []

    def look(session: Session) -> None:
        document = session.capture().document
        if document.phase is not None and document.position.step == 1:
            factors.append(document.phase.rate_factor)

    trial(look).train()
    assert factors == [1.0, 1.0, 0.5]
    cut = Cut(7)
    with pytest.raises(Stop):
        trial(cut).train()
    assert cut.state is not None
    assert cut.state.document.position.epoch == 2
    resumed = trial(look)
    resumed.session.restore(cut.state)
    resumed.train()
    assert factors[-1] == 0.5


def test_rates_by_depth_slow_the_shallow_layers_and_survive_an_interruption() -> None:
    training = {
        "epochs": 1,
        "optimizer": {"name": "Adam", "learningRate": 1e-3},
        "layerwiseLearningRate": {"decay": 0.1},
        "batchNormalization": "Inference",
    }

    def trial(*hooks: Any) -> Trial:
        return Trial(training, freeze={"layers": 60}, hooks=hooks, most_steps=1)

    whole = trial()
    before = whole.parts(60, 73)
    whole.train()
    moved = [
        max(np.abs(one - other).max() for one, other in zip(first, second, strict=True))
        for first, second in zip(before, whole.parts(60, 73), strict=True)
    ]
    assert moved[0] == 0
    assert moved[1] < 0.2 * moved[2], "Adam would make steps of the same size of both"
    cut = Cut(2)
    with pytest.raises(Stop):
        trial(cut).train()
    resumed = trial()
    assert cut.state is not None
    resumed.session.restore(cut.state)
    resumed.train()
    assert equal(resumed.weights, whole.weights)


def test_smoothing_weights_and_mixing_train_and_the_validation_loss_stays_plain() -> None:
    training = {
        "epochs": 2,
        "labelSmoothing": 0.1,
        "classWeights": {"balanced": True},
        "augmentation": {"mixUp": 0.2, "flip": "Horizontal"},
        "gradientClip": 1.0,
        "optimizer": {"learningRate": 0.01},
    }
    trial = Trial(training, dataset=digits(64, 64), freeze={"all": True})
    trial.train()
    told = trial.board.read()
    if trial.session.best.document.epoch == 2:
        assert evaluate(trial.network.model, trial.dataset.validation)["loss"] == pytest.approx(told.val_loss, rel=1e-4)
    assert told.loss is not None
    assert told.loss > 0


@pytest.mark.parametrize(("freeze", "judged"), [({"none": True}, False), ({"all": True}, True)])
def test_steps_of_batch_norm_from_random_weights_are_counted(freeze: dict[str, Any], judged: bool) -> None:
    best = Trial({"epochs": 2, "monitor": "Loss"}, dataset=digits(64, 16), freeze=freeze).train().best.document
    assert (best.figure > -100) == judged
    assert judged or best.epoch == 2
