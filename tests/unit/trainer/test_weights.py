"""Weights from files: the right ones get in, to the bit; all others end with one sentence."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import network
from transferjob_trainer.backbones import build_backbone, build_graph
from transferjob_trainer.contract import BackboneSpec
from transferjob_trainer.contract.layer_table import layer_table
from transferjob_trainer.errors import WeightsUnavailable
from transferjob_trainer.imagenet_graph import is_imagenet_graph
from transferjob_trainer.weights import load_weights

pytestmark = pytest.mark.usefixtures("tensorflow")
NAME = "EfficientNetB0"


def spec_of(name: str = NAME, path: Path | None = None, **parts: Any) -> BackboneSpec:
    given = {"name": name, "weights": f"file://{path}" if path else "none", **parts}
    return BackboneSpec.model_validate(given)


@pytest.fixture(scope="module")
def imagenet() -> Any:
    return build_graph(spec_of(variant="imagenet"), 32, 32)


@pytest.fixture(scope="module")
def plain() -> Any:
    return build_graph(spec_of(), 32, 32)


@pytest.fixture(scope="module")
def mobilenet() -> Any:
    return build_graph(spec_of("MobileNet"), 32, 32)


def same_weights(one: Any, other: Any) -> bool:
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(left, right) for left, right in pairs)


def written(backbone: Any, path: Path) -> Path:
    """The backbone in a file, as Keras writes it by the name's end; `whole` in it: below a head, as we publish it."""
    import keras

    if path.name.endswith(".weights.h5"):
        backbone.save_weights(path)
        return path
    pixels = keras.Input((32, 32, 3))
    whole = keras.Model(pixels, keras.layers.Dense(3)(keras.layers.Flatten()(backbone(pixels))))
    (whole if "whole" in path.name else backbone).save(path)
    return path


def test_the_imagenet_graph_has_the_layers_of_the_table_and_what_keras_computes(
    imagenet: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [layer.name for layer in imagenet.layers] == [layer.name for layer in layer_table(NAME, "imagenet")]
    # Keras' own graph comes with its download alone: here it gets a file of ours in its place.
    path = written(imagenet, tmp_path / "a.weights.h5")
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: str(path))
    theirs = build_backbone(spec_of(weights="imagenet"), 32, 32)
    assert [layer.name for layer in imagenet.layers] == [layer.name for layer in theirs.layers]
    assert same_weights(imagenet, theirs)
    pictures = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype(np.float32)
    assert np.array_equal(imagenet.predict(pictures, verbose=0), theirs.predict(pictures, verbose=0))


@pytest.mark.parametrize("file", ["a.weights.h5", "part.keras", "whole.keras"])
def test_a_file_knows_its_variant(imagenet: Any, plain: Any, tmp_path: Path, file: str) -> None:
    assert (is_imagenet_graph(imagenet), is_imagenet_graph(plain)) == (True, False)
    path = written(imagenet, tmp_path / file)
    with pytest.raises(WeightsUnavailable, match=r"is of the variant imagenet of EfficientNetB0, .* is plain by defau"):
        load_weights(plain, path, spec_of(path=path))
    before = imagenet.get_weights()
    imagenet.set_weights([weight + 1 for weight in before])
    load_weights(imagenet, path, spec_of(path=path, variant="imagenet"))
    assert all(np.array_equal(one, other) for one, other in zip(imagenet.get_weights(), before, strict=True))
    path = written(plain, tmp_path / file)
    with pytest.raises(WeightsUnavailable, match=r"is of the variant plain of EfficientNetB0, .*variant is imagenet$"):
        load_weights(imagenet, path, spec_of(path=path, variant="imagenet"))


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _not_weights(data: bytes) -> bytes:
    return b"<html>404</html>"


@pytest.mark.parametrize("file", ["a.weights.h5", "whole.keras"])
@pytest.mark.parametrize("damage", [_cut, _not_weights, lambda data: b""])
def test_a_broken_file_is_one_sentence(
    mobilenet: Any, tmp_path: Path, file: str, damage: Callable[[bytes], bytes]
) -> None:
    path = written(mobilenet, tmp_path / file)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(WeightsUnavailable, match="does not fit MobileNet: ") as caught:
        load_weights(mobilenet, path, spec_of("MobileNet", path))
    assert "\n" not in caught.value.message


def _archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_json", ".json").replace("_h5", ".weights.h5"), data)
    return path


def test_a_keras_file_with_code_or_a_bomb_in_it_is_refused(mobilenet: Any, tmp_path: Path) -> None:
    import keras

    lambda_file = tmp_path / "lambda.keras"
    keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x + 1)]).save(lambda_file)
    metadata = json.dumps({"keras_version": keras.__version__, "date_saved": ""}).encode()
    bomb = _archive(tmp_path / "bomb.keras", config_json=b"{}", metadata_json=metadata, model_h5=bytes(512 << 20))
    deep = _archive(tmp_path / "deep.keras", config_json=b"[" * 100_000, metadata_json=metadata, model_h5=b"")
    for path, words in ((lambda_file, "ambda"), (bomb, "unpacks to far more than weights do"), (deep, "")):
        with pytest.raises(WeightsUnavailable, match=f"does not fit MobileNet: .*{words}") as caught:
            load_weights(mobilenet, path, spec_of("MobileNet", path))
        assert "\n" not in caught.value.message


def test_weights_of_another_width_do_not_fit(mobilenet: Any, tmp_path: Path) -> None:
    half, again = (build_graph(spec_of("MobileNet", arguments={"alpha": 0.5}), 32, 32) for _ in range(2))
    for file in ("a.weights.h5", "whole.keras"):
        path = written(half, tmp_path / file)
        with pytest.raises(WeightsUnavailable, match="does not fit MobileNet: "):
            load_weights(mobilenet, path, spec_of("MobileNet", path))
        load_weights(again, path, spec_of("MobileNet", path, arguments={"alpha": 0.5}))
        assert same_weights(again, half)


@pytest.mark.parametrize("rate", [0, 0.5])
def test_drop_connect_rates_are_those_of_keras_own_general_builder(rate: float) -> None:
    import keras
    from keras.src.applications.efficientnet import EfficientNet

    ours = build_graph(spec_of(arguments={"dropConnectRate": rate}), 32, 32)
    assert [layer.name for layer in ours.layers] == [layer.name for layer in layer_table(NAME)]
    rates = {layer.name: layer.rate for layer in ours.layers if isinstance(layer, keras.layers.Dropout)}
    assert len(rates) == 9
    size = {"include_top": False, "input_shape": (32, 32, 3)}
    theirs = EfficientNet(1.0, 1.0, 224, drop_connect_rate=rate, weights=None, weights_name="b0", **size)
    found = {layer.name: layer.rate for layer in theirs.layers if isinstance(layer, keras.layers.Dropout)}
    assert rates == (pytest.approx(found) if rate else dict.fromkeys(rates, 0))
    clone = keras.Model.from_config(ours.get_config())
    assert [layer.rate for layer in clone.layers if isinstance(layer, keras.layers.Dropout)] == list(rates.values())


def test_a_high_rate_changes_training_and_never_a_frozen_prefix() -> None:
    import tensorflow as tf

    backbone = {"name": NAME, "weights": "none", "arguments": {"dropConnectRate": 0.9}}
    spec = BackboneSpec.model_validate(backbone)
    pictures = tf.random.stateless_uniform((4, 32, 32, 3), (1, 2), 0, 255)
    built = build_graph(spec, 32, 32)
    assert not np.array_equal(built(pictures, training=True), built(pictures, training=True))
    frozen = network(NAME, {"all": True}).backbone
    for layer in frozen.layers:
        if type(layer).__name__ == "Dropout":
            layer.rate = 0.9
    assert np.array_equal(frozen(pictures, training=True), frozen(pictures, training=False))
