"""What is told of the time that is left: nothing before it is known, and no building of graphs taken for work."""

from __future__ import annotations

import pytest

from transferjob_trainer.train.clock import BACKWARD_COST, Estimate
from transferjob_trainer.train.phases import Phase
from transferjob_trainer.train.state import Position

DEPTH, STEPS, STEP_SECONDS, MEASURING, BUILDING = 100, 10, 0.1, 0.5, 30.0
PHASES = (Phase("head", 1, 2, DEPTH, 1e-3), Phase("tune", 3, 4, DEPTH // 2, 1e-4))
HEAD_EPOCH = STEPS * STEP_SECONDS + MEASURING
TUNING = 4 * (1 + BACKWARD_COST / 2)
"""Cost of the second phase in epochs of the first one."""


@pytest.fixture
def estimate() -> Estimate:
    made = Estimate(PHASES, DEPTH)
    made.begin_phase(STEPS)
    return made


def first_epoch(estimate: Estimate) -> None:
    estimate.trained(1, BUILDING)
    estimate.trained(STEPS - 1, (STEPS - 1) * STEP_SECONDS)


def test_nothing_is_told_before_a_speed_is_known(estimate: Estimate) -> None:
    assert estimate.remaining(Position()) is None
    estimate.trained(1, BUILDING)
    assert estimate.remaining(Position(step=1)) is None
    assert estimate.steps_per_second is None


def test_the_building_of_graphs_is_no_work(estimate: Estimate) -> None:
    first_epoch(estimate)
    assert estimate.steps_per_second == pytest.approx(1 / STEP_SECONDS)
    assert estimate.remaining(Position(step=STEPS)) == pytest.approx((1 + TUNING) * STEPS * STEP_SECONDS)
    estimate.measured(BUILDING)
    assert estimate.remaining(Position(step=STEPS)) == pytest.approx((1 + TUNING) * 2 * STEPS * STEP_SECONDS)
    estimate.measured(MEASURING)
    assert estimate.remaining(Position(step=STEPS)) == pytest.approx((1 + TUNING) * HEAD_EPOCH)


def test_a_phase_that_has_no_speed_yet_is_estimated_from_the_one_before(estimate: Estimate) -> None:
    first_epoch(estimate)
    estimate.measured(MEASURING)
    estimate.remaining(Position(step=STEPS))
    estimate.begin_phase(STEPS)
    assert estimate.remaining(Position(phase=1, epoch=3)) == pytest.approx(TUNING * HEAD_EPOCH)
    estimate.trained(1, BUILDING)
    left = TUNING * (4 - 1 / STEPS) / 4
    assert estimate.remaining(Position(phase=1, epoch=3, step=1)) == pytest.approx(left * HEAD_EPOCH)
