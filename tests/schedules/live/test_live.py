"""A schedule on the control plane that the other tests use, and the plan that they follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.schedules.live.acts import Acts
from tests.schedules.live.kinds import KINDS
from tests.schedules.live.life import live
from tests.schedules.live.plan import FEWEST, MOST, draw
from tests.support.installation import install

pytestmark = pytest.mark.checklist(45)


def test_a_seed_is_one_schedule_and_another_seed_another_one() -> None:
    assert draw(7) == draw(7)
    assert len({str(draw(seed)) for seed in range(50)}) == 50


def test_every_kind_of_step_is_drawn_and_can_be_done() -> None:
    plans = [draw(seed) for seed in range(300)]
    drawn = {step.name for plan in plans for step in plan.steps}
    assert drawn == set(KINDS)
    assert all(callable(getattr(Acts, name)) for name in drawn)
    assert {len(plan.steps) for plan in plans} == set(range(FEWEST, MOST + 1))


@pytest.mark.slow
def test_a_life_ends_well(cluster: ControlPlane, tmp_path: Path) -> None:
    told = live(cluster, install(cluster), draw(18), tmp_path / "operator.log")
    assert not told.finding, str(told)
