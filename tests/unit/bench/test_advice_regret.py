"""What an advice loses is measured on other pictures than those that chose the best cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bench.advice.regret import (
    advised,
    behind_rules,
    best_cut,
    errors_by_others,
    freeze_all,
    freeze_none,
    lesson,
    loss,
    rules,
    worst_cut,
)
from transferjob_trainer.advise.choice import MARGIN


def bits(right: Any) -> str:
    return "".join("1" if each else "0" for each in right)


def cell(shares: dict[int, float], seed: int, **found: Any) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    trained = {
        str(count): {"right": bits(random.random(2000) < share), "seconds": 1.0} for count, share in shares.items()
    }
    trials = {str(count): bits(random.random(300) < share) for count, share in shares.items()}
    return {
        "trained": trained,
        "advice": {"probes": {str(count): share for count, share in shares.items() if count}, "pictures": 300,
                   "right": trials, "rightLabels": (np.arange(300) % 3).tolist(), "labels": 10, "shift": 0.1, **found},
    }  # fmt: skip


SHARES = {0: 0.6, 40: 0.9, 50: 0.7, 86: 0.5}
DRAWS = [cell(SHARES, seed) for seed in range(3)]


def test_the_best_and_the_worst_cut_are_found() -> None:
    assert (best_cut(DRAWS), worst_cut(DRAWS)) == (40, 86)


def test_the_loss_is_in_points_with_an_interval() -> None:
    lost = loss(DRAWS, freeze_none)
    assert lost.mean == pytest.approx(30, abs=3)
    assert lost.low < lost.mean < lost.high
    assert loss(DRAWS, advised()).mean == pytest.approx(0, abs=1)


def test_the_half_that_chose_has_no_say_in_the_loss() -> None:
    right = np.arange(400) % 2 == 0
    found = {**cell(SHARES, 0), "trained": {"0": {"right": bits(right)}, "86": {"right": bits(~right)}}}
    assert best_cut([found]) == 0
    assert loss([found], freeze_all).mean == -100


def test_the_better_of_the_two_rules_is_another_measure_than_the_best_cut() -> None:
    assert behind_rules(DRAWS, freeze_none).mean == 0
    assert behind_rules(DRAWS, freeze_all).mean == pytest.approx(10, abs=3)
    assert behind_rules(DRAWS, advised()).high < -25


def test_ways_name_cuts_that_were_trained() -> None:
    one = DRAWS[0]
    assert (freeze_all(one), freeze_none(one), lesson(one)) == (86, 0, 50)
    assert rules(one) == 86
    assert rules(cell(SHARES, 0, labels=1000, shift=2.0)) == 0
    assert rules(cell(SHARES, 0, labels=10, shift=2.0)) == 50


def test_a_task_has_no_say_in_its_own_threshold() -> None:
    clear, other = [DRAWS], [[cell({0: 0.9, 86: 0.9}, 5)]]
    assert errors_by_others({"a": clear, "b": other}, "a") == errors_by_others({"b": other}, "a")
    assert errors_by_others({"a": clear}, "a") == MARGIN
