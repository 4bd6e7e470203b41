"""How many layers each form of spec.freeze means."""

from typing import Any

import pytest

from transferjob_trainer.contract.freeze import FreezeSpec
from transferjob_trainer.errors import InvalidSpec
from transferjob_trainer.freezing import freeze_count

NAMES = ["input", "conv1", "conv1_bn", "conv1_relu", "block_1_add", "block_2_add", "out"]


@pytest.mark.parametrize(
    ("form", "count"),
    [
        ({"layers": 0}, 0),
        ({"layers": 7}, 7),
        ({"upTo": "input"}, 1),
        ({"upTo": "block_1_add"}, 5),
        ({"upTo": "out"}, 7),
        ({"fraction": 0.0}, 0),
        ({"fraction": 0.5}, 3),
        ({"fraction": 0.99}, 6),
        ({"fraction": 1.0}, 7),
        ({"all": True}, 7),
        ({"none": True}, 0),
    ],
)
def test_forms(form: dict[str, Any], count: int) -> None:
    assert freeze_count(FreezeSpec.model_validate(form), NAMES) == count


@pytest.mark.parametrize(("fraction", "depth", "count"), [(0.29, 100, 29), (0.57, 100, 57), (0.3, 10, 3), (0.7, 10, 7)])
def test_a_fraction_that_binary_numbers_miss_is_still_exact(fraction: float, depth: int, count: int) -> None:
    names = [f"layer_{index}" for index in range(depth)]
    assert freeze_count(FreezeSpec(fraction=fraction), names) == count


def test_more_layers_than_there_are() -> None:
    with pytest.raises(InvalidSpec, match=r"spec\.freeze\.layers must be at most 7, got 8"):
        freeze_count(FreezeSpec(layers=8), NAMES)


def test_an_unknown_name_is_told_its_neighbours() -> None:
    with pytest.raises(InvalidSpec, match=r"spec\.freeze\.upTo .*'block_3_add'; near it are block_[12]_add"):
        freeze_count(FreezeSpec(up_to="block_3_add"), NAMES)
    with pytest.raises(InvalidSpec, match=r"'zzz'$"):
        freeze_count(FreezeSpec(up_to="zzz"), NAMES)
