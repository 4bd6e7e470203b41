"""Weights on a real S3 server and the emulator of Cloud Storage: a file by its URI, and a mirror of Keras' files."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.component.trainer_s3.places import Place
from transferjob_trainer.contract import BackboneSpec
from transferjob_trainer.contract.environment import IMAGENET_MIRROR, KERAS_HOME, OUTPUT_PREFIX
from transferjob_trainer.contract.imagenet_files import imagenet_file
from transferjob_trainer.errors import StorageDenied, WeightsUnavailable
from transferjob_trainer.imagenet import find_imagenet
from transferjob_trainer.settings import RunSettings, read_settings
from transferjob_trainer.storage import Credentials, open_storage
from transferjob_trainer.weights import fetch_weights

CONTENT = bytes(range(256)) * 40_000
FILE = "flowers/backbone.weights.h5"
WITHOUT_DIGEST = BackboneSpec(name="MobileNetV2")
"""A backbone of whose file Keras knows no digest, so that any bytes can stand for it."""


def _settings(place: Place, home: Path) -> RunSettings:
    mirror = {IMAGENET_MIRROR: f"{place.uri}/keras/", KERAS_HOME: str(home)}
    return read_settings([], {**place.environment(OUTPUT_PREFIX), **mirror})


def test_a_file_is_fetched_whole_and_checked(place: Place, credentials: Credentials, tmp_path: Path) -> None:
    open_storage(place.uri, credentials).write(FILE, CONTENT)
    spec = BackboneSpec(name="ResNet50", weights=f"{place.uri}/{FILE}", sha256=hashlib.sha256(CONTENT).hexdigest())
    fetched = fetch_weights(spec, credentials, None, tmp_path)
    assert fetched is not None
    assert fetched.read_bytes() == CONTENT
    other = spec.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(WeightsUnavailable, match=f"{FILE} has sha256 {spec.sha256}, spec.backbone.sha256 is 0000"):
        fetch_weights(other, credentials, None, tmp_path)


def test_a_file_that_is_not_there_or_not_ours(place: Place, credentials: Credentials, tmp_path: Path) -> None:
    spec = BackboneSpec(name="ResNet50", weights=f"{place.uri}/flowers/none.weights.h5")
    with pytest.raises(WeightsUnavailable, match=r"none\.weights\.h5"):
        fetch_weights(spec, credentials, None, tmp_path)
    for wrong in place.wrong:
        with pytest.raises(StorageDenied):
            fetch_weights(spec, replace(credentials, **wrong), None, tmp_path)


def test_a_mirror_of_keras_files(place: Place, credentials: Credentials, tmp_path: Path) -> None:
    file = imagenet_file("MobileNetV2", 96, 96)
    with pytest.raises(WeightsUnavailable, match=file.name):
        find_imagenet(WITHOUT_DIGEST, (96, 96), _settings(place, tmp_path / "home"), tmp_path)
    open_storage(place.uri, credentials).write(f"keras/{file.name}", CONTENT)
    found = find_imagenet(WITHOUT_DIGEST, (96, 96), _settings(place, tmp_path / "home"), tmp_path)
    assert found is not None
    assert found.read_bytes() == CONTENT
