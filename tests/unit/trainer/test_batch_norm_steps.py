"""A training from random weights that is too short for BatchNorm's moving averages is told so."""

import pytest

from tests.unit.trainer.runs import network
from transferjob_trainer.batch_norm_steps import too_few_steps

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_the_steps_that_are_needed_follow_from_the_momentum() -> None:
    slow, slower = network("MobileNet", {"none": True}), network("MobileNetV2", {"none": True})
    said = too_few_steps(slow, 400)
    assert said is not None
    assert "after the 400 steps of this training 0.018 of" in said
    assert "about 917 steps" in said
    assert too_few_steps(slow, 917) is None
    assert "about 9,206 steps" in (too_few_steps(slower, 917) or "")


def test_where_no_statistics_are_learned_all_is_well() -> None:
    still = network("MobileNet", {"none": True}, training={"batchNormalization": "Inference"})
    for each in (network("VGG16", {"none": True}), network("MobileNet", {"all": True}), still):
        assert too_few_steps(each, 1) is None
