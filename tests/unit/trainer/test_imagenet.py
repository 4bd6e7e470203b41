"""ImageNet weights without the Internet: from a filled home of Keras or from a mirror, checked by Keras' own digests.

The real files cannot be had here: random weights in files of the same names stand for them. Keras knows no digest of
MobileNetV2's, so these go all the way through its own loader; of others the digest is seen to refuse.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import parsed_run, write_run
from tests.unit.trainer.test_refusals import ended
from tests.unit.trainer.test_weights import same_weights, spec_of
from transferjob_trainer.backbones import build_graph
from transferjob_trainer.contract import BackboneSpec
from transferjob_trainer.contract.environment import CLAIMS_ROOT, IMAGENET_MIRROR, KERAS_HOME
from transferjob_trainer.contract.imagenet_files import imagenet_file, imagenet_files
from transferjob_trainer.errors import InvalidSpec, WeightsUnavailable
from transferjob_trainer.graph.imagenet_files import asked_file
from transferjob_trainer.imagenet import find_imagenet
from transferjob_trainer.network import build_network
from transferjob_trainer.run import _in_float32
from transferjob_trainer.settings import RunSettings, read_settings
from transferjob_trainer.weights import load_weights

pytestmark = pytest.mark.usefixtures("tensorflow")
HALF = {"name": "MobileNetV2", "arguments": {"alpha": 0.5}}
SMALL = {"name": "MobileNetV3Small", "arguments": {"minimalistic": True}}
QUICK = {
    "MobileNetV2 alpha=0.5": HALF,
    "EfficientNetB0": {"name": "EfficientNetB0"},
    "MobileNetV3Small minimalistic": SMALL,
}
KERAS_LOADS = """
import sys, numpy, keras
backbone = keras.applications.MobileNetV2(include_top=False, input_shape=(96, 96, 3), alpha=0.5, weights="imagenet")
numpy.savez(sys.argv[1], *backbone.get_weights())
"""


def settings(**env: str) -> RunSettings:
    return read_settings([], env)


def stand_in(spec: BackboneSpec, folder: Path, side: int) -> tuple[Any, Path]:
    """A backbone with random weights, and the file of its name in Keras' old form, as Keras publishes it."""
    import h5py
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    backbone = build_graph(spec, side, side)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / imagenet_file(spec.graph, side, side).name
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, backbone)
    return backbone, path


@pytest.mark.parametrize("graph", QUICK)
def test_the_table_holds_what_keras_asks_for(graph: str) -> None:
    spec = BackboneSpec.model_validate(QUICK[graph])
    for side in (96, 100):
        assert imagenet_file(graph, side, side) == asked_file(spec, side, side)


@pytest.mark.slow
@pytest.mark.parametrize("graph", [graph for graph in imagenet_files() if graph not in QUICK])
def test_the_table_holds_what_keras_asks_for_of_all_others(graph: str) -> None:
    from transferjob_trainer.contract.arguments import graphs

    name, arguments = graphs()[graph]
    side = BackboneSpec(name=name).facts.minimum_side
    assert imagenet_file(graph, side, side) == asked_file(BackboneSpec(name=name, arguments=arguments), side, side)


def test_a_filled_home_gives_what_keras_own_loader_makes_of_it(tmp_path: Path) -> None:
    spec = BackboneSpec.model_validate(HALF)
    source, path = stand_in(spec, tmp_path / "models", 96)
    found = find_imagenet(spec, (96, 96), settings(**{KERAS_HOME: str(tmp_path)}), tmp_path)
    assert found == path
    ours = build_graph(spec, 96, 96)
    load_weights(ours, found, spec)
    assert same_weights(ours, source)
    env = {KERAS_HOME: str(tmp_path), "PATH": "/usr/bin", "https_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, "-c", KERAS_LOADS, str(tmp_path / "theirs.npz")]
    subprocess.run(command, env=env, check=True, timeout=120, capture_output=True)
    with np.load(tmp_path / "theirs.npz") as theirs:
        assert all(np.array_equal(weight, theirs[f"arr_{at}"]) for at, weight in enumerate(ours.get_weights()))


def test_a_mirror_is_read_where_the_home_has_nothing(tmp_path: Path) -> None:
    spec = BackboneSpec.model_validate(HALF)
    source, path = stand_in(spec, tmp_path / "claims/weights/keras", 32)
    env = {KERAS_HOME: str(tmp_path / "home"), CLAIMS_ROOT: str(tmp_path / "claims")}
    for mirror in (f"file://{path.parent}", f"file://{path.parent}/", "pvc://weights/keras"):
        found = find_imagenet(spec, (32, 32), settings(**env, **{IMAGENET_MIRROR: mirror}), tmp_path)
        assert found == tmp_path / path.name
        ours = build_graph(spec, 32, 32)
        load_weights(ours, found, spec)
        assert same_weights(ours, source)
    assert find_imagenet(spec, (32, 32), settings(**env), tmp_path) is None
    assert find_imagenet(spec_of("MobileNetV2"), (32, 32), settings(**env), tmp_path) is None
    with pytest.raises(InvalidSpec, match=r"^TRANSFERJOB_IMAGENET_MIRROR must start with one of s3://"):
        find_imagenet(spec, (32, 32), settings(**env, **{IMAGENET_MIRROR: "ftp://host"}), tmp_path)


@pytest.mark.parametrize(("name", "algorithm"), [("EfficientNetB0", "md5"), ("ConvNeXtTiny", "sha256")])
def test_a_file_that_is_another_than_keras_own_is_refused(tmp_path: Path, name: str, algorithm: str) -> None:
    spec, file = BackboneSpec(name=name), imagenet_file(name, 32, 32)
    path = tmp_path / "models" / file.name
    path.parent.mkdir()
    path.write_bytes(b"another")
    said = f"{file.name} has {algorithm} .*, the file that Keras knows has {file.digest}"
    for env in ({KERAS_HOME: str(tmp_path)}, {KERAS_HOME: "/nowhere", IMAGENET_MIRROR: f"file://{path.parent}"}):
        with pytest.raises(WeightsUnavailable, match=said):
            find_imagenet(spec, (32, 32), settings(**env), tmp_path)


def test_a_file_with_the_right_digest_is_loaded_into_the_imagenet_variant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    spec = BackboneSpec(name="EfficientNetB0")
    source, path = stand_in(spec, tmp_path / "models", 32)
    # Only the digest is put into the table: the file's bytes go all the way.
    entry = imagenet_files()["EfficientNetB0"]
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setitem(entry, "", type(entry[""])(path.name, digest))
    found = find_imagenet(spec, (32, 32), settings(**{KERAS_HOME: str(tmp_path)}), tmp_path)
    assert found is not None
    ours = build_graph(spec, 32, 32)
    load_weights(ours, found, spec)
    assert same_weights(ours, source)
    assert len(ours.layers) == spec.depth == 238


def test_a_run_takes_the_mirror_and_tells_what_is_missing(tmp_path: Path) -> None:
    run = write_run(tmp_path, backbone={"name": "ResNet50"})
    mirror = {IMAGENET_MIRROR: f"file://{tmp_path}/mirror", KERAS_HOME: str(tmp_path / "home")}
    (tmp_path / "mirror").mkdir()
    code, message = ended(run, **mirror)
    assert (code, message.reason) == (66, "WeightsUnavailable")
    assert imagenet_file("ResNet50", 32, 32).name in message.message
    (tmp_path / "mirror" / imagenet_file("ResNet50", 32, 32).name).write_bytes(b"<html>")
    code, message = ended(run, **mirror)
    assert (code, message.reason) == (66, "WeightsUnavailable")
    assert "has md5" in message.message
    # MobileNet's file has no known digest: what it holds must still fit.
    (tmp_path / "mirror" / imagenet_file("MobileNet", 32, 32).name).write_bytes(b"<html>")
    code, message = ended(write_run(tmp_path, backbone={"name": "MobileNet"}), **mirror)
    assert code == 66
    assert "mobilenet_1_0_224_tf_no_top.h5 does not fit MobileNet: " in message.message


def test_the_twin_in_float32_loads_nothing_a_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object, **__: object) -> str:
        raise AssertionError("asked for a file")

    job = parsed_run(backbone={"name": "EfficientNetB0"}, training={"epochs": 1, "precision": "Bfloat16"})
    low = build_network(job, build_graph(job.backbone, 32, 32, "mixed_bfloat16"), 32, 32, 10)
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", asked)
    twin = _in_float32(low, job, 10)
    assert (low.model.dtype_policy.name, twin.model.dtype_policy.name) == ("mixed_bfloat16", "float32")
    assert [layer.name for layer in twin.backbone.layers] == [layer.name for layer in low.backbone.layers]
    assert same_weights(twin.model, low.model)
