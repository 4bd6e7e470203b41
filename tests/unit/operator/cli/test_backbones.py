"""`transferjob backbones`: all of them on a page of 80 columns, one with its layers, and no TensorFlow for it."""

import json
import subprocess
import sys

import pytest

from transferjob_operator.cli.views.backbone_layers import backbone_page
from transferjob_operator.cli.views.backbone_list import backbone_list
from transferjob_trainer.contract import BACKBONES, Variant
from transferjob_trainer.contract.block_table import block_table

_RUN = "from transferjob_operator.cli.main import main; main()"
_LOADED = """
import sys
from transferjob_operator.cli.main import main
try:
    main()
finally:
    print({"tensorflow", "keras", "kubernetes"} & set(sys.modules), file=sys.stderr)
"""


def command(*arguments: str, code: str = _RUN) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code, "backbones", *arguments], capture_output=True, text=True)


def test_all_fit_into_80_columns_with_depth_side_parameters_and_blocks() -> None:
    lines = backbone_list().splitlines()
    assert max(map(len, lines)) <= 80
    rows = {line.split()[0]: line.split()[1:] for line in lines[1 : 1 + len(BACKBONES)]}
    assert list(rows) == list(BACKBONES)
    assert rows["ResNet50"] == ["175", "16", "4", "23,587,712", "3.86", "224", "32"]
    assert rows["EfficientNetB0"][0] == "237+1"


@pytest.mark.parametrize("name", BACKBONES)
def test_one_fits_into_80_columns_with_each_layer_and_the_end_of_each_block(name: str) -> None:
    variants: tuple[Variant, ...] = ("plain", "imagenet")
    for variant in variants:
        lines = backbone_page(BACKBONES[name], variant, 80).splitlines()
        assert max(map(len, lines)) <= 80
        numbers = [int(line.split()[0]) for line in lines if line[:4].strip().isdigit()]
        assert numbers == list(range(1, BACKBONES[name].depth(variant) + 1))
        ends = [line.split()[3].rstrip(":") for line in lines if line.startswith("----")]
        assert ends == list(block_table(name, variant).blocks)


def test_the_lessons_layer_and_the_end_behind_it() -> None:
    lines = backbone_page(BACKBONES["ResNet50"], "imagenet", None).splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("100 "))
    assert lines[place].split()[1:] == ["conv4_block2_3_conv", "Conv2D", "263,168", "58%", "2"]
    assert lines[place + 4] == "---- end of conv4_block2: freeze: {blocks: 9}"
    assert lines[-1] == "---- end of conv5_block3: freeze: {blocks: 16} or {stages: 4}"


def test_without_tensorflow_in_whatever_case_and_for_machines() -> None:
    done = command("resnet50", "-o", "json", code=_LOADED)
    assert (done.returncode, done.stderr.strip()) == (0, "set()")
    document = json.loads(done.stdout)
    assert document["layerList"][99]["name"] == "conv4_block2_3_conv"
    assert document["blockEnds"]["conv4_block2"] == 103
    assert len(json.loads(command("-o", "json").stdout)) == 40


def test_an_unknown_name_is_told_its_neighbour() -> None:
    done = command("resnet51")
    assert (done.returncode, done.stderr) == (2, "There is no backbone 'resnet51'. Did you mean 'ResNet50'?\n")
