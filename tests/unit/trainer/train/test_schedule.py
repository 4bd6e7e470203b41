"""The learning rate at each step, and the phases that a spec means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import parsed_run
from transferjob_trainer.contract.training import ScheduleSpec
from transferjob_trainer.train.phases import Phase, resolve_phases
from transferjob_trainer.train.schedule import Curve

pytestmark = pytest.mark.usefixtures("tensorflow")
NAMES = [f"layer{index}" for index in range(86)]
TRAINED = {"name": "MobileNet", "weights": "file:///weights.weights.h5"}


def rates(epochs: int, steps: int, **schedule: Any) -> Any:
    curve = Curve(Phase("p", 1, epochs, 0, 0.1, ScheduleSpec.model_validate(schedule)), steps)
    return np.array([float(curve(step)) for step in range(epochs * steps)])


def test_constant_with_and_without_warm_up() -> None:
    assert np.allclose(rates(1, 4), 0.1)
    assert np.allclose(rates(1, 6, warmupSteps=4), [0.025, 0.05, 0.075, 0.1, 0.1, 0.1])


def test_cosine_falls_to_zero_over_the_steps_after_the_warm_up() -> None:
    seen = rates(2, 5, name="Cosine", warmupSteps=2)
    assert np.allclose(seen[:3], [0.05, 0.1, 0.1])
    assert np.allclose(seen[2:], 0.05 * (1 + np.cos(np.pi * np.arange(8) / 8)), atol=1e-6)


def test_step_falls_after_so_many_epochs() -> None:
    assert np.allclose(rates(4, 2, name="Step", everyEpochs=2, factor=0.5), [0.1] * 4 + [0.05] * 4)
    assert np.allclose(rates(6, 1, name="Step"), [0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_warm_up_is_never_longer_than_the_phase() -> None:
    assert np.allclose(rates(1, 2, warmupSteps=100), [0.05, 0.1])


def phases(backbone: Any = TRAINED, freeze: Any = None, **training: Any) -> list[tuple[Any, ...]]:
    run = parsed_run(backbone=backbone, freeze=freeze or {"layers": 40}, training=training)
    return [
        (phase.name, phase.first_epoch, phase.last_epoch, phase.frozen, phase.learning_rate, phase.schedule.name)
        for phase in resolve_phases(run, NAMES)
    ]


def test_trained_weights_are_tuned_after_the_head_has_learned() -> None:
    head, tune = ("head", 1, 2, 86, 1e-3, "Constant"), ("tune", 3, 10, 40, 3e-4, "Cosine")
    assert phases(epochs=10) == [head, pytest.approx(tune)]
    assert phases(epochs=3)[0][:4] == ("tune", 1, 3, 40)
    assert [phase[4] for phase in phases(epochs=10, optimizer={"name": "SGD"})] == pytest.approx([1e-2, 3e-3])


def test_one_phase_for_random_weights_and_for_a_frozen_backbone() -> None:
    assert phases({"name": "MobileNet", "weights": "none"}) == [("train", 1, 10, 40, 1e-3, "Constant")]
    assert phases(freeze={"all": True}) == [("train", 1, 10, 86, 1e-3, "Constant")]


def test_a_rate_and_a_schedule_that_are_given_hold_in_all_phases() -> None:
    seen = phases(epochs=8, optimizer={"learningRate": 3e-5}, schedule={"name": "Step"})
    assert [phase[4:] for phase in seen] == [(3e-5, "Step")] * 2


def test_explicit_phases_are_taken_as_they_are() -> None:
    given = [
        {"name": "head", "epochs": 2, "freeze": {"all": True}},
        {"name": "top", "epochs": 3, "freeze": {"layers": 70}, "learningRate": 1e-4, "schedule": {"name": "Cosine"}},
        {"name": "more", "epochs": 1},
    ]
    assert phases(phases=given) == [
        ("head", 1, 2, 86, 1e-3, "Constant"),
        ("top", 3, 5, 70, 1e-4, "Cosine"),
        ("more", 6, 6, 40, 1e-3, "Constant"),
    ]
    assert phases(phases=[{"name": "plain", "epochs": 5}]) == [("plain", 1, 5, 40, 1e-3, "Constant")]
