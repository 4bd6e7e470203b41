"""The preview from tables says what the trainer finds when it builds the model."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.trainer.runs import network, parsed_run, write_digits, write_run
from transferjob_trainer.container.need import training_need
from transferjob_trainer.contract import BACKBONES, BackboneSpec
from transferjob_trainer.contract.training import OptimizerSpec
from transferjob_trainer.preview.preview import Circumstances, preview
from transferjob_trainer.preview.shapes import Shapes

AROUND = Circumstances(pictures=1797, classes=10, cores=2, memory=8 << 30)
HEAD = {"layers": [{"dense": {"units": 128}}, {"dropout": {"rate": 0.1}}]}
SAME = ("variant", "depth", "depthWithHead", "frozenLayers", "cutTensors", "trainableParameters", "frozenParameters",
        "frozenBatchNorms", "batchNorms", "nearestBlock", "nearestBlockEnd")  # fmt: skip


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("name", "side", "freeze", "most"),
    [
        ("MobileNet", 32, {"layers": 11}, 1.3),
        pytest.param("ResNet50", 64, {"layers": 100}, 1.3, marks=pytest.mark.slow),
        pytest.param("EfficientNetB0", 64, {"blocks": 5}, 1.3, marks=pytest.mark.slow),
        # Branches of different width: the table has what crosses behind a layer, not what the layer makes.
        pytest.param("InceptionV3", 96, {"fraction": 0.5}, 2.5, marks=pytest.mark.slow),
        pytest.param("ConvNeXtTiny", 64, {"stages": 2}, 1.3, marks=pytest.mark.slow),
    ],
)
def test_it_is_what_the_built_model_is(name: str, side: int, freeze: dict[str, Any], most: float) -> None:
    size = {"height": side, "width": side}
    run = parsed_run(backbone={"name": name, "weights": "none"}, freeze=freeze, input=size, head=HEAD)
    built = network(name, freeze, side=side, head=HEAD)
    seen = preview(run, AROUND)
    report = built.report.model_dump(by_alias=True)
    assert {key: seen["model"][key] for key in SAME} == {key: report[key] for key in SAME}
    assert seen["model"]["frozenWork"] == pytest.approx(report["frozenWork"], abs=0.12)
    need = training_need(built.backbone, built.frozen, report["trainableParameters"], 32, OptimizerSpec())
    assert seen["memory"]["learningBytes"] == need.learning
    assert need.activations / 1.3 <= seen["memory"]["activationBytes"] <= most * need.activations


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_has_a_preview(name: str) -> None:
    side = max(64, BACKBONES[name].minimum_side)
    size = {"height": side, "width": side}
    seen = preview(parsed_run(backbone={"name": name}, freeze={"fraction": 0.5}, input=size), AROUND)
    assert 0 < seen["model"]["frozenWork"] < 1
    assert seen["plan"]["seconds"] <= seen["plan"]["secondsWithoutCache"]


def test_channels_are_those_of_the_graphs() -> None:
    known = {"VGG16": 512, "ResNet50": 2048, "InceptionV3": 2048, "NASNetLarge": 4032, "EfficientNetB2": 1408}
    for name, channels in known.items():
        side = BACKBONES[name].default_side
        assert Shapes(BackboneSpec(name=name), side, side).channels == channels


def test_augmentation_leaves_no_cache_and_default_phases_are_shown() -> None:
    training = {"epochs": 8, "augmentation": {"flip": "Horizontal"}}
    seen = preview(parsed_run(backbone={"name": "MobileNet"}, training=training), AROUND)
    assert "training.augmentation changes the pictures" in seen["plan"]["cache"]
    assert [(phase["name"], phase["epochs"]) for phase in seen["phases"]] == [("head", 2), ("tune", 6)]


def test_as_a_process_without_tensorflow_and_with_a_sentence_for_the_impossible(tmp_path: Path) -> None:
    arguments = ["--pictures", "100", "--classes", "5", "--cores", "2", "--memory", "4000000000"]
    code = (
        "import sys; from transferjob_trainer.preview.__main__ import main; sys.exit(main() or 'keras' in sys.modules)"
    )
    good = [sys.executable, "-c", code, "--run", str(write_run(tmp_path)), *arguments]
    assert subprocess.run(good, capture_output=True, check=False).returncode == 0
    bad = [
        sys.executable,
        "-m",
        "transferjob_trainer.preview",
        "--run",
        str(write_run(tmp_path, freeze={"layers": 99})),
    ]
    done = subprocess.run([*bad, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == "spec.freeze.layers must be at most 86, the number of layers of MobileNet, got 99\n"


def test_a_dataset_is_listed_as_a_run_lists_it(tmp_path: Path) -> None:
    folder = write_digits(tmp_path / "digits", classes=3, each=4)
    (folder / "notes.txt").write_text("no picture")
    spec = json.dumps({"uri": f"file://{folder}"})
    run = [sys.executable, "-m", "transferjob_trainer.preview.dataset", "--dataset"]
    done = subprocess.run([*run, spec], capture_output=True, text=True, check=False)
    document = json.loads(done.stdout)
    assert (document["pictures"], document["classes"]) == (12, {"0": 4, "1": 4, "2": 4})
    gone = subprocess.run([*run, spec.replace("digits", "gone")], capture_output=True, text=True, check=False)
    assert gone.returncode == 65
    assert "Traceback" not in gone.stderr
