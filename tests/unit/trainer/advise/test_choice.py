"""The recommendation: the deepest freeze that is as good as the best, as far as chance lets one see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from transferjob_trainer.advise.choice import choose_by_probes, choose_by_trials, score_error

LABELS = np.arange(200) % 4


def known(share: float, seed: int) -> Any:
    return np.random.default_rng(seed).random(200) < share


def test_a_clear_winner_is_advised_and_sure() -> None:
    choice = choose_by_trials({0: known(0.95, 1), 50: known(0.6, 2), 100: known(0.5, 3)}, LABELS)
    assert (choice.recommended, choice.best, choice.confidence) == (0, 0, "High")
    assert choice.second == 50


def test_of_what_can_hardly_be_told_apart_the_deepest_is_advised() -> None:
    best = known(0.8, 1)
    worse = best.copy()
    worse[np.flatnonzero(best)[:11]], worse[np.flatnonzero(~best)[:10]] = False, True
    choice = choose_by_trials({0: best, 50: worse, 100: known(0.3, 2)}, LABELS)
    assert (choice.recommended, choice.best, choice.second, choice.confidence) == (50, 0, 0, "Medium")


def test_what_is_a_little_better_is_not_given_away_for_depth() -> None:
    best = known(0.8, 1)
    worse = best.copy()
    worse[np.flatnonzero(best)[:8]] = False
    assert choose_by_trials({0: best, 50: worse}, LABELS).recommended == 0


def test_a_shallower_one_that_is_as_good_is_not() -> None:
    best = known(0.8, 1)
    choice = choose_by_trials({0: best, 100: best}, LABELS)
    assert (choice.recommended, choice.second) == (100, 0)


def test_classes_weigh_the_same() -> None:
    labels = np.array([0] * 180 + [1] * 20)
    of_the_many, of_both = labels == 0, np.arange(200) % 5 > 0
    choice = choose_by_trials({0: of_both, 100: of_the_many}, labels)
    assert choice.recommended == 0


def test_few_pictures_are_never_sure() -> None:
    labels = np.arange(20) % 2
    choice = choose_by_trials({0: np.ones(20, bool), 100: np.zeros(20, bool)}, labels)
    assert (choice.recommended, choice.confidence) == (0, "Low")


def test_probes_alone_are_never_sure() -> None:
    choice = choose_by_probes({10: 0.5, 20: 0.9, 30: 0.89, 40: 0.6}, 100)
    assert (choice.recommended, choice.best, choice.confidence) == (30, 20, "Low")


def test_the_error_is_that_of_many_draws() -> None:
    shares = [known(0.7, seed)[LABELS >= 0].mean() for seed in range(400)]
    assert score_error(known(0.7, 1), LABELS) == pytest.approx(np.std(shares), rel=0.15)
