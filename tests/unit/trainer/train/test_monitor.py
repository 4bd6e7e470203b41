"""A handful of pictures does not choose the best epoch, unless it is told to."""

from typing import Any

import pytest

from tests.unit.trainer.runs import parsed_run
from transferjob_trainer.train.monitor import chosen_by_validation, too_few_to_choose, with_monitor


@pytest.mark.parametrize(
    ("pictures", "training", "monitor"),
    [
        (30, {}, "ValAccuracy"),
        (29, {}, "Loss"),
        (8, {"earlyStopping": {"patience": 2}}, "ValLoss"),
        (8, {"monitor": "ValAccuracy"}, "ValAccuracy"),
        (5000, {"monitor": "Accuracy"}, "Accuracy"),
    ],
)
def test_the_number_of_pictures_names_the_figure(pictures: int, training: dict[str, Any], monitor: str) -> None:
    run = parsed_run(training=training)
    named = with_monitor(run, pictures)
    assert named.training.monitor == monitor
    assert named.training.model_copy(update={"monitor": run.training.monitor}) == run.training


def test_a_handful_is_told_with_what_one_picture_is_worth() -> None:
    assert (too_few_to_choose(8, None, with_monitor(parsed_run(), 8)) or "").startswith(
        "Loss chooses the best epoch, because of 8 validation pictures each is 12.5 points"
    )
    said = too_few_to_choose(1, "ValLoss", parsed_run(training={"monitor": "ValLoss"})) or ""
    assert said.startswith("ValLoss chooses the best epoch, and of 1 validation picture each is 100.0 points")
    assert "training.monitor to Loss" in said


def test_from_thirty_on_they_choose_and_the_user_is_told() -> None:
    said = too_few_to_choose(30, None, with_monitor(parsed_run(), 30)) or ""
    assert said.startswith("ValAccuracy chooses the best epoch, and of 30 validation pictures each is 3.3 points")


@pytest.mark.parametrize(("pictures", "monitor"), [(50, None), (8, "Loss"), (8, "Accuracy")])
def test_where_chance_has_no_say_all_is_well(pictures: int, monitor: Any) -> None:
    run = with_monitor(parsed_run(training={"monitor": monitor}), pictures)
    assert too_few_to_choose(pictures, monitor, run) is None
    assert chosen_by_validation(run) == (monitor is None)
