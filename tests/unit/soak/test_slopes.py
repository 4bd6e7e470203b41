"""The line through the soak's samples, and what counts as growth."""

import random

import pytest

from tests.soak.slopes import Bound, fit, grows

HALF_HOUR = [10.0 * number for number in range(181)]
BOUND = Bound(per_hour=4.0, in_a_run=1.0)


def samples(per_hour: float, noise: float) -> list[float]:
    source = random.Random(7)
    return [80 + per_hour * at / 3600 + source.uniform(-noise, noise) for at in HALF_HOUR]


def test_the_line_is_the_one_that_the_samples_lie_on() -> None:
    slope = fit(HALF_HOUR, samples(12.0, 0.0))
    assert slope.per_hour == pytest.approx(12.0)
    assert slope.error == pytest.approx(0.0, abs=1e-9)
    assert slope.hours == 0.5


@pytest.mark.checklist(43)
@pytest.mark.parametrize(("per_hour", "noise", "growth"), [(0, 3, False), (3.5, 1, False), (8, 1, True), (60, 9, True)])
def test_growth_is_a_slope_that_is_certainly_beyond_its_bound(per_hour: float, noise: float, growth: bool) -> None:
    assert grows(fit(HALF_HOUR, samples(per_hour, noise)), BOUND) is growth


def test_what_comes_and_goes_with_the_load_is_no_growth_in_a_short_run() -> None:
    minute = [0.0, 20.0, 40.0, 60.0]
    assert not grows(fit(minute, [80.0, 80.3, 80.6, 80.9]), BOUND)
    assert grows(fit(minute, [80.0, 81.0, 82.0, 83.0]), BOUND)


@pytest.mark.parametrize("times", [[], [1.0, 2.0], [1.0, 1.0, 1.0]])
def test_too_few_samples_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="needs 3 samples"):
        fit(times, times)
