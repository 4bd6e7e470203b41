"""A job whose best epoch a handful of pictures chooses is told so."""

from typing import Any

import pytest

from transferjob_trainer.train.few_to_choose import too_few_to_choose


def test_a_handful_is_told_with_what_one_picture_is_worth() -> None:
    said = too_few_to_choose(8, None)
    assert said is not None
    assert said.startswith("ValAccuracy: 8 pictures choose the best epoch, and one more or less right is 12.5 points")
    assert "training.monitor to Loss" in said
    assert "ValLoss: 1 picture chooses" in (too_few_to_choose(1, "ValLoss") or "")


@pytest.mark.parametrize(("pictures", "monitor"), [(50, None), (8, "Loss"), (8, "Accuracy")])
def test_where_chance_has_no_say_all_is_well(pictures: int, monitor: Any) -> None:
    assert too_few_to_choose(pictures, monitor) is None
