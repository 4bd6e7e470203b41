"""What a run says of its freeze count."""

from __future__ import annotations

import pytest

from tests.unit.trainer.runs import network

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_the_lessons_cut() -> None:
    built = network("ResNet50", {"layers": 100})
    report = built.report
    assert (report.depth, report.frozen_layers, report.cut_tensors) == (175, 100, 2)
    assert (report.frozen_batch_norms, report.batch_norms) == (30, 53)
    assert (report.nearest_block, report.nearest_block_end) == ("conv4_block2", 103)
    assert report.frozen_work == pytest.approx(0.58, abs=0.05)
    assert built.describe().splitlines() == [
        "backbone ResNet50: 175 layers; 177 with the head on",
        "freeze count 100: backbone.layers[:100], through conv4_block2_3_conv",
        "frozen: 4,097,920 of the backbone's 23,587,712 parameters, 58% of its forward work;"
        f" {report.trainable_parameters:,} parameters learn, those of the head included",
        "2 tensors cross the cut, which is inside block conv4_block2; the nearest block end is 103 (conv4_block2)",
        "30 of 53 BatchNorms are frozen and use stored statistics; the others learn theirs",
    ]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"blocks": 5}, "1 tensor crosses the cut, which is at the end of block block_5"),
        ({"layers": 3}, "inside the stem or the first block, block_1; the nearest block end is 10 (block_1)"),
        ({"all": True}, "the whole backbone is frozen, only the head learns"),
        ({"none": True}, "nothing is frozen, everything learns"),
    ],
)
def test_where_the_cut_lies(form: dict[str, object], words: str) -> None:
    assert words in network("MobileNet", form).describe()


def test_a_cut_behind_the_last_block() -> None:
    told = network("MobileNetV2", {"layers": 152}).describe()
    assert "behind the last block, block_16; the nearest block end is 151 (block_16)" in told
