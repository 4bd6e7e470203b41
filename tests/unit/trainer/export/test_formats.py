"""What is exported answers as Keras does, by its own run-time; what does not is refused and leaves the rest."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.unit.trainer.export.lively import CLASSES, exported, lively_network, pictures
from tests.unit.trainer.export.photos import encoded, photo, turned
from transferjob_trainer.contract.backbone_table import BACKBONES
from transferjob_trainer.data.decode import decode
from transferjob_trainer.errors import ExportFailed, InvalidSpec
from transferjob_trainer.export.compare import Reference, must_agree
from transferjob_trainer.export.formats import CONVERTED_TOLERANCE, SAVED_MODEL_TOLERANCE, Exported
from transferjob_trainer.export.labels import labels_text
from transferjob_trainer.export.litert import run_litert
from transferjob_trainer.export.needs import PACKAGES, check_formats
from transferjob_trainer.export.onnx_file import run_onnx

ALL = ("SavedModel", "LiteRT", "ONNX")
FAMILIES = {
    "Xception": 71,
    "VGG16": 32,
    "ResNet50": 32,
    "ResNet50V2": 32,
    "InceptionV3": 75,
    "MobileNet": 32,
    "MobileNetV2": 32,
    "MobileNetV3Small": 32,
    "DenseNet121": 32,
    "NASNetMobile": 32,
    "EfficientNetB0": 32,
    "EfficientNetV2B0": 32,
    "ConvNeXtTiny": 32,
}
"""Smallest member and smallest side of the families. InceptionResNetV2 has the layers of InceptionV3."""


def spread(network: Any, side: int) -> float:
    """How much the probabilities differ between pictures: near zero, any two ways to compute them would agree."""
    return float(network.model.predict(pictures(side), verbose=0).std(axis=0).max())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported, Any]:
    """Folder and exports of a MobileNet, and the model itself."""
    folder = tmp_path_factory.mktemp("exports") / "model"
    network = lively_network("MobileNet", 32)
    assert spread(network, 32) > 0.01
    return folder, exported(network, folder, *ALL, seen=pictures(32)), network.model


def test_every_format_answers_as_keras_does(made: tuple[Path, Exported, Any]) -> None:
    _, result, _ = made
    assert result.failure is None
    assert result.formats == ("Keras", "BackboneWeights", "Labels", *ALL)
    assert result.differences.keys() == set(ALL)
    assert result.differences["SavedModel"] <= SAVED_MODEL_TOLERANCE
    assert max(result.differences.values()) <= CONVERTED_TOLERANCE


def test_class_names_are_in_the_files(made: tuple[Path, Exported, Any]) -> None:
    import onnx

    folder, _, _ = made
    assert (folder / "labels.txt").read_text(encoding="utf-8").splitlines() == list(CLASSES)
    with zipfile.ZipFile(folder / "model.tflite") as behind:
        assert behind.read("labels.txt").decode().splitlines() == list(CLASSES)
    properties = {each.key: each.value for each in onnx.load(folder / "model.onnx").metadata_props}
    assert json.loads(properties["classes"]) == list(CLASSES)
    assert labels_text(["one\nline", "two"]) == "one line\ntwo\n"


def test_both_signatures_of_the_saved_model_see_what_training_saw(
    made: tuple[Path, Exported, Any], tensorflow: Any
) -> None:
    tf = tensorflow
    folder, _, keras = made
    wide = photo(200, 133, 3)
    files = [turned(6), encoded(Image.fromarray(wide), "PNG"), encoded(Image.fromarray(photo(7, 5, 4)), "JPEG")]
    wanted = keras.predict(np.stack([decode(data, 32, 32) for data in files]), verbose=0)
    loaded = tf.saved_model.load(folder / "savedmodel/1")
    of_bytes = loaded.signatures["serve_bytes"](tf.constant(files))
    of_pixels = loaded.signatures["serving_default"](tf.constant(wide[None]))
    np.testing.assert_allclose(of_bytes["probabilities"].numpy(), wanted, atol=1e-5)
    np.testing.assert_allclose(of_pixels["probabilities"].numpy()[0], wanted[1], atol=1e-5)
    best = wanted.argmax(axis=1)
    assert of_bytes["class_index"].numpy().tolist() == best.tolist()
    assert [name.decode() for name in of_bytes["class_name"].numpy()] == [CLASSES[index] for index in best]


def test_a_damaged_file_is_told_with_both_figures(made: tuple[Path, Exported, Any], tmp_path: Path) -> None:
    """The last bias of the ONNX file is moved a little; the LiteRT file is cut."""
    import onnx

    folder, _, keras = made
    reference = Reference(pictures(32), keras.predict(pictures(32), verbose=0))
    model = onnx.load(folder / "model.onnx")
    bias = next(each for each in model.graph.initializer if list(each.dims) == [len(CLASSES)])
    values = onnx.numpy_helper.to_array(bias)
    bias.CopyFrom(onnx.numpy_helper.from_array(values + np.array([0, 0.01, 0, 0, 0], np.float32), bias.name))
    onnx.save(model, tmp_path / "moved.onnx")
    told = r"differs from Keras by 0\.00\d+ on 8 pictures of the dataset; at most 0.0001 is"
    with pytest.raises(ExportFailed, match=told):
        must_agree("ONNX", lambda seen: run_onnx(tmp_path / "moved.onnx", seen), reference, CONVERTED_TOLERANCE)
    (tmp_path / "cut.tflite").write_bytes((folder / "model.tflite").read_bytes()[:1000])
    with pytest.raises(ExportFailed, match="the LiteRT file was written and cannot be run"):
        must_agree("LiteRT", lambda seen: run_litert(tmp_path / "cut.tflite", seen), reference, CONVERTED_TOLERANCE)


@pytest.mark.parametrize(
    ("served", "told"),
    [
        ([[0.5, np.nan], [0.5, 0.5]], "differs from Keras by nan"),
        ([[0.50001, 0.49999], [0.3, 0.7]], "another class than Keras on 1 of 2 pictures"),
        ([[0.4, 0.6]], r"shape \(1, 2\), Keras with \(2, 2\)"),
    ],
)
def test_what_is_no_number_another_class_or_shape_is_refused(served: list[list[float]], told: str) -> None:
    reference = Reference(None, np.array([[0.49999, 0.50001], [0.3, 0.7]]))
    with pytest.raises(ExportFailed, match=told):
        must_agree("ONNX", lambda _: np.array(served), reference, 1e-4)


def test_a_format_whose_packages_are_missing_is_refused_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    check_formats(["Keras", *ALL])
    monkeypatch.setitem(PACKAGES, "ONNX", ("onnx", "a_module_that_nobody_has"))
    with pytest.raises(InvalidSpec, match=r"spec.output.formats ONNX needs a_module_that_nobody_has"):
        check_formats(["Keras", "ONNX"])
    check_formats(["LiteRT"])


@pytest.fixture(scope="module")
def differences() -> Iterator[dict[str, dict[str, float]]]:
    """By family and format; written to build/data/exports.md at the end."""
    found: dict[str, dict[str, float]] = {}
    yield found
    rows = [f"| {name} | {' | '.join(_cell(each.get(kind)) for kind in ALL)} |\n" for name, each in found.items()]
    path = Path("build/data/exports.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"| backbone | {' | '.join(ALL)} |\n|---|---|---|---|\n{''.join(rows)}")


def _cell(difference: float | None) -> str:
    return "refused" if difference is None else f"{difference:.1e}"


@pytest.mark.slow
@pytest.mark.timeout(900)  # tf2onnx takes minutes for NASNet's graph
@pytest.mark.parametrize("name", list(FAMILIES))
def test_every_family_in_every_format(name: str, tmp_path: Path, differences: dict[str, dict[str, float]]) -> None:
    side = FAMILIES[name]
    assert side == BACKBONES[name].minimum_side
    network = lively_network(name, side)
    assert spread(network, side) > 0.01
    result = exported(network, tmp_path / "model", *ALL, seen=pictures(side))
    differences[name] = result.differences
    assert result.failure is None
    assert result.differences.keys() == set(ALL)
